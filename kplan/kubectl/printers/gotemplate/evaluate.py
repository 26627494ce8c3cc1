"""A template at work on a value.

Upstream: Go's text/template/exec.go
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kplan.apiserver.field import go_quote
from kplan.kubectl.printers.gotemplate.formatting import plain, type_of
from kplan.kubectl.printers.gotemplate.functions import FUNCTIONS, is_true
from kplan.kubectl.printers.gotemplate.nodes import (
    MISSING,
    Action,
    Branch,
    Call,
    Chain,
    Command,
    Constant,
    Dot,
    FieldPath,
    Function,
    Jump,
    Node,
    Operand,
    Pipe,
    Template,
    TemplateError,
    Text,
    Variable,
)  # fmt: skip

_DEEPEST = 200


_TAKES_TEXT = "base64decode"
"""The one function that is declared to take a text."""


class _JumpError(Exception):
    def __init__(self, keyword: str) -> None:
        super().__init__(keyword)
        self.keyword = keyword


def execute(
    template: Template, value: Any, out: list[str], *, strict: bool = False,
    functions: Mapping[str, Callable[..., Any]] = FUNCTIONS,
) -> None:  # fmt: skip
    """Add to ``out`` what a template prints; ``strict`` refuses missing keys. Raises TemplateError."""
    _Run(template, out, functions, strict=strict).nodes(template.body, value)


class _Run:
    def __init__(
        self, template: Template, out: list[str], functions: Mapping[str, Callable[..., Any]], *, strict: bool
    ) -> None:
        self.template = template
        self.functions = functions
        self.out = out
        self.strict = strict
        self.name = "output"
        self.variables: list[tuple[str, Any]] = []
        self.depth = 0

    def fail(self, node: Any, text: str) -> TemplateError:
        """A mistake at a node."""
        before = self.template.source[: node.pos].encode()
        column = len(before) - (before.rfind(b"\n") + 1)
        place = f"output:{before.count(bytes([10])) + 1}:{column}"
        return TemplateError(f"template: {place}: executing {go_quote(self.name)} at <{node}>: {text}")

    # -- nodes

    def nodes(self, nodes: Sequence[Node], dot: Any) -> None:
        """Print nodes, with the variables that they declare."""
        if not self.variables:
            self.variables.append(("$", dot))
        known = len(self.variables)
        try:
            for node in nodes:
                self.node(node, dot)
        finally:
            del self.variables[known:]

    def node(self, node: Node, dot: Any) -> None:
        """Print one node."""
        if isinstance(node, Text):
            self.out.append(node.text)
        elif isinstance(node, Action):
            found = self.pipe(node.pipe, dot)
            if not node.pipe.variables:
                self.out.append("<no value>" if found is MISSING else plain(found))
        elif isinstance(node, Jump):
            raise _JumpError(node.keyword)
        elif isinstance(node, Call):
            self.call(node, dot)
        else:
            self.branch(node, dot)

    def branch(self, node: Branch, dot: Any) -> None:
        """Print a branch."""
        known = len(self.variables)
        try:
            if node.keyword == "range":
                self.range(node, dot)
                return
            found = self.pipe(node.pipe, dot)
            chosen = node.body if is_true(found) else node.otherwise
            self.nodes(chosen, found if node.keyword == "with" and chosen is node.body else dot)
        finally:
            del self.variables[known:]

    def range(self, node: Branch, dot: Any) -> None:
        """Print the body for every element."""
        found = self.pipe(node.pipe._replace(variables=()), dot)
        names = node.pipe.variables
        empty = True
        for key, element in self.elements(node, found):
            empty = False
            known = len(self.variables)
            given = (element,) if len(names) == 1 else (key, element)
            for name, one in zip(names, given, strict=False):
                self.set(name, one, assigns=node.pipe.assigns)
            try:
                self.nodes(node.body, element)
            except _JumpError as jump:
                if jump.keyword == "break":
                    break
            finally:
                del self.variables[known:]
        if empty:
            self.nodes(node.otherwise, dot)

    def elements(self, node: Branch, found: Any) -> Iterator[tuple[Any, Any]]:
        """Keys or numbers, and elements."""
        if found is MISSING or found is None:
            return iter(())
        if isinstance(found, dict):
            return iter(sorted(found.items()))
        if isinstance(found, list):
            return iter(enumerate(found))
        if isinstance(found, int) and not isinstance(found, bool):
            if len(node.pipe.variables) > 1:
                raise self.fail(
                    _named_last(node.pipe), f"can't use {found} to iterate over more than one variable"
                )
            return ((number, number) for number in range(found))
        raise self.fail(_named_last(node.pipe), f"range can't iterate over {plain(found)}")

    def call(self, node: Call, dot: Any) -> None:
        """Print another template."""
        body = self.template.defined.get(node.name)
        if body is None:
            raise self.fail(node, f"template {go_quote(node.name)} not defined")
        if self.depth == _DEEPEST:
            raise self.fail(node, f"exceeded maximum template depth ({_DEEPEST})")
        given = self.pipe(node.pipe, dot) if node.pipe else MISSING
        outer, self.variables, name, self.name = self.variables, [], self.name, node.name
        self.depth += 1
        try:
            self.nodes(body, given)
        finally:
            self.variables, self.name = outer, name
            self.depth -= 1

    def set(self, name: str, value: Any, *, assigns: bool) -> None:
        """Declare a variable, or assign to an existing one."""
        if not assigns:
            self.variables.append((name, value))
            return
        place = max(number for number, (known, _) in enumerate(self.variables) if known == name)
        self.variables[place] = (name, value)

    # -- values

    def pipe(self, pipe: Pipe, dot: Any) -> Any:
        """The value of a pipeline; what is null counts as missing from there on."""
        found: Any = None
        for number, command in enumerate(pipe.commands):
            found = self.command(command, dot, (found,) if number else ())
            found = MISSING if found is None else found
        for name in pipe.variables:
            self.set(name, found, assigns=pipe.assigns)
        return found

    def command(self, command: Command, dot: Any, final: tuple[Any, ...]) -> Any:
        """The value of a command, whose last argument is what came before it."""
        first, rest = command.operands[0], command.operands[1:]
        if isinstance(first, Function):
            return self.function(first, command, dot, final)
        if rest or final:
            if isinstance(first, (FieldPath, Variable, Chain)) and not isinstance(first, Variable):
                raise self.fail(first, f"{first.names[-1]} is not a method but has arguments")
            raise self.fail(first, f"can't give argument to non-function {first}")
        if isinstance(first, Constant) and first.value is None:
            raise self.fail(first, "nil is not a command")
        return self.operand(first, dot)

    def function(self, name: Function, command: Command, dot: Any, final: tuple[Any, ...]) -> Any:
        """Call a function."""
        given = (self.operand(one, dot) for one in command.operands[1:])
        if name.name in ("and", "or"):
            return self.logical(name, command, [*given] if not final else [*given, *final])
        arguments = [*given, *final]
        if name.name == _TAKES_TEXT:
            self.check_texts(command, arguments)
        if name.name == "call":
            raise self.uncallable(name, command, arguments)
        try:
            return self.functions[name.name](*arguments)
        except TemplateError as error:
            raise self.fail(command, f"error calling {name}: {error}") from error
        except TypeError as error:
            text = f"wrong number of args for {name}: want {_wanted(name.name)} got {len(arguments)}"
            raise self.fail(name, text) from error

    def check_texts(self, command: Command, values: Sequence[Any]) -> None:
        """See that the arguments of a function are texts; what came down a pipe is spoken of as the whole of it."""
        for place, value in enumerate(values, 1):
            node = command.operands[place] if place < len(command.operands) else command
            if isinstance(node, Constant) and node.value is None:
                raise self.fail(node, "cannot assign nil to string")
            if value is None or value is MISSING:
                raise self.fail(node, "invalid value; expected string")
            if isinstance(node, Constant) and not isinstance(value, str):
                raise self.fail(node, f"expected string; found {node}")
            if not isinstance(value, str):
                raise self.fail(node, f"wrong type for value; expected string; got {type_of(value)}")

    def uncallable(self, name: Function, command: Command, values: Sequence[Any]) -> TemplateError:
        """What ``call`` says: no value is a function."""
        if not values:
            return self.fail(name, f"wrong number of args for {name}: want at least 1 got 0")
        called = command.operands[1] if len(command.operands) > 1 else name
        nothing = values[0] is None or values[0] is MISSING
        text = "call of nil" if nothing else f"non-function {called} of type {type_of(values[0])}"
        return self.fail(command, f"error calling {name}: {text}")

    def logical(self, name: Function, command: Command, values: Sequence[Any]) -> Any:
        """``and`` and ``or``: the value that decides."""
        if not values:
            raise self.fail(command, f"wrong number of args for {name}: want at least 1 got 0")
        for value in values:
            if is_true(value) == (name.name == "or"):
                return value
        return values[-1]

    def operand(self, node: Operand, dot: Any) -> Any:
        """The value of an operand."""
        if isinstance(node, Dot):
            return dot
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, FieldPath):
            return self.fields(node, dot, node.names)
        if isinstance(node, Variable):
            value = next(value for name, value in reversed(self.variables) if name == node.name)
            return self.fields(node, value, node.names)
        if isinstance(node, Pipe):
            return self.pipe(node, dot)
        if isinstance(node, Function):
            return self.function(node, Command(node.pos, [node]), dot, ())
        return self.fields(node, self.operand(node.node, dot), node.names)

    def fields(self, node: Any, value: Any, names: Sequence[str]) -> Any:
        """Follow fields."""
        for name in names:
            if value is MISSING:
                if self.strict:
                    raise self.fail(node, f"nil data; no entry for key {go_quote(name)}")
                return MISSING
            if value is None:
                raise self.fail(node, f"nil pointer evaluating interface {{}}.{name}")
            if not isinstance(value, dict):
                raise self.fail(node, f"can't evaluate field {name} in type interface {{}}")
            if name not in value and self.strict:
                raise self.fail(node, f"map has no entry for key {go_quote(name)}")
            value = value.get(name, MISSING)
        return value


def _wanted(name: str) -> str:
    counts = {
        "len": "1",
        "not": "1",
        "base64decode": "1",
        "ne": "2",
        "lt": "2",
        "le": "2",
        "gt": "2",
        "ge": "2",
    }
    return counts.get(name, "at least 1")


def _named_last(pipe: Pipe) -> Any:
    """The operand that a pipeline ends with, if that is all of its last command; else the pipeline."""
    operands = pipe.commands[-1].operands
    return operands[0] if len(operands) == 1 else pipe
