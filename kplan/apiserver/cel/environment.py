"""The environment of an expression: its variables, their types and the functions there are.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/environment/base.go
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kplan.apiserver.cel import validators
from kplan.apiserver.cel.checker import Checked, Checker
from kplan.apiserver.cel.conversions import CONVERSIONS
from kplan.apiserver.cel.cost import Estimate, estimated
from kplan.apiserver.cel.extensions import EXTENSIONS
from kplan.apiserver.cel.interpreter import Interpreter
from kplan.apiserver.cel.kubernetes import KUBERNETES
from kplan.apiserver.cel.library import Function
from kplan.apiserver.cel.loops import Scope, Thunk
from kplan.apiserver.cel.meter import METER, CostBudget, Meter
from kplan.apiserver.cel.nodes import Node
from kplan.apiserver.cel.standard import STANDARD
from kplan.apiserver.cel.syntax import NOWHERE, TOO_DEEP, parse
from kplan.apiserver.cel.times import TIMES
from kplan.apiserver.cel.tokenstream import SyntaxErrors
from kplan.apiserver.cel.types import Type
from kplan.apiserver.cel.values import CelError, CostError, InternalError


class CompileError(Exception):
    """The expression does not compile; the text is cel-go's."""

    @property
    def brief(self) -> str:
        """The first of the messages in one line, without the excerpt under it."""
        first = str(self).partition("\n")[0]
        _, _, rest = first.partition("<input>:")
        place, _, words = rest.partition(": ")
        line, _, column = place.partition(":")
        where = f"column {column}" if line == "1" else f"line {line}, column {column}"
        return f"{words} ({where})" if words else first


class UnusableError(CompileError):
    """The expression compiles, but a constant in it cannot be evaluated."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A compiled expression."""

    source: str
    node: Node
    result: Type
    used: frozenset[str]
    """The variables it reads."""
    checked: Checked
    unusable: str
    """Why the program cannot run although it compiles; empty for nearly all."""
    _run: Thunk

    def cost(self, estimate: Estimate) -> int:
        """The most that running it may cost."""
        return estimated(self.node, self.checked, estimate)

    def run(self, scope: Scope, budget: CostBudget | None = None) -> Any:
        """Evaluate; raises CelError, and BudgetError if a budget does not cover what it has cost."""
        meter = Meter()
        try:
            return self._run({METER: meter, **scope})
        except (CostError, InternalError) as error:
            raise CelError(str(error)) from None
        except RecursionError:
            raise CelError("expression nests too deeply") from None
        finally:  # what failed has cost something as well, and running out outweighs every other error
            if budget is not None:
                budget.spend(meter.spent)


@dataclass(frozen=True, slots=True, eq=False)
class Environment:
    """Variables and their types."""

    variables: Mapping[str, Type]
    patches: bool = False
    """Whether ``Object{...}`` and ``JSONPatch{...}`` may be made."""

    bindings: bool = True
    """Whether ``cel.bind`` is available: in the API only in device selectors."""

    def compile(self, text: str) -> Program:
        """Parse and check; raises CompileError."""
        try:
            return self._compiled(text, parse(text, bindings=self.bindings))
        except SyntaxErrors as error:
            raise CompileError(_displayed(text, error.problems)) from None
        except RecursionError:
            raise CompileError(_displayed(text, [(NOWHERE, TOO_DEEP)])) from None

    def _compiled(self, text: str, node: Node) -> Program:
        checker = Checker(self.variables, functions(patches=self.patches), self.patches)
        result = checker.check(node)
        if checker.problems:
            raise CompileError(_displayed(text, checker.problems))
        checked = checker.checked
        if problems := validators.problems(node, checked):
            raise CompileError(_displayed(text, problems))
        interpreter = Interpreter(functions(), self.variables, checked)
        run = interpreter.program(node)
        used = frozenset(checker.used & self.variables.keys())
        return Program(
            text, node, result, used, checked, validators.bad_pattern(node) or interpreter.unusable, run
        )


@cache
def functions(*, patches: bool = True) -> Mapping[str, Function]:
    """All functions by name; some are available only in patches."""
    if not patches:
        return {name: one for name, one in functions().items() if not name.startswith("jsonpatch.")}
    found: dict[str, Function] = {}
    for library in (STANDARD, CONVERSIONS, TIMES, EXTENSIONS, KUBERNETES):
        for name, function in library.functions.items():
            known = found.get(name)
            found[name] = function if known is None else _joined(known, function)
    return found


def _joined(one: Function, other: Function) -> Function:
    def either(*arguments: Any) -> Any:
        return (one if one.takes(arguments) else other).implementation(*arguments)

    return Function(one.name, [*one.overloads, *other.overloads], either)


def _displayed(text: str, problems: list[tuple[int, str]]) -> str:
    return "\n".join(
        _problem(text, at, words) for at, words in sorted(problems, key=lambda problem: problem[0])[:100]
    )


def _problem(text: str, at: int, words: str) -> str:
    if not text:
        return f"ERROR: <input>:1:0: {words}"
    if at == NOWHERE:
        return f"ERROR: <input>:-1:0: {words}"
    line = text.count("\n", 0, at)
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    source = text[start : len(text) if end < 0 else end].replace("\t", " ")
    dots = "".join("\uff0e" if _wide(char) else "." for char in text[start:at])
    caret = "\uff3e" if at < len(text) and _wide(text[at]) else "^"
    return f"ERROR: <input>:{line + 1}:{at - start + 1}: {words}\n | {source}\n | {dots}{caret}"


def _wide(char: str) -> bool:
    return len(char.encode("utf-8", "surrogatepass")) > 1 and unicodedata.category(char) != "Mn"
