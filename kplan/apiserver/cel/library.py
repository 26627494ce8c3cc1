"""How functions are declared: a name, its signatures and one implementation for all of them.

Upstream: vendor/github.com/google/cel-go/common/decls
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from kplan.apiserver.cel.types import Overload, Type, is_variable, signature
from kplan.apiserver.cel.values import CelError, Duration, Optional, Timestamp, TypeName, UInt, type_name

NO_OVERLOAD: Final = "no such overload"

_UNNAMED: Final = frozenset(
    {
        "startsWith", "endsWith", "contains", "find", "findAll", "int", "uint", "double", "string", "bytes", "duration",
        "timestamp", "quantity",
    }
)  # fmt: skip

Implementation = Callable[..., Any]
Declared = TypeVar("Declared", bound=Implementation)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, (bool, UInt))


_FITS: Final[dict[str, Callable[[Any], bool]]] = {
    "int": _is_int,
    "uint": lambda value: isinstance(value, UInt),
    "double": lambda value: isinstance(value, float),
    "bool": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "bytes": lambda value: isinstance(value, bytes),
    "null_type": lambda value: value is None,
    "list": lambda value: isinstance(value, list),
    "map": lambda value: isinstance(value, dict),
    "timestamp": lambda value: isinstance(value, Timestamp),
    "duration": lambda value: isinstance(value, Duration),
    "type": lambda value: isinstance(value, TypeName),
    "optional": lambda value: isinstance(value, Optional),
    "dyn": lambda _: True,
}


_TELLING: Final = frozenset(
    {bool, bytes, dict, float, int, list, str, type(None), UInt, Timestamp, Duration, TypeName, Optional}
)
"""Python types whose values all belong to one CEL type."""


def _tells(kind: type) -> bool:
    return kind in _TELLING or isinstance(kind.__dict__.get("cel_type"), str)


def fits(kind: Type, value: Any) -> bool:
    """Whether a value is of a type; for a list or map only the first entry is checked."""
    if is_variable(kind):
        return True
    if kind.name == "list" and isinstance(value, list):
        return not value or fits(kind.parameters[0], value[0])
    if kind.name == "map" and isinstance(value, dict):
        return not value or all(map(fits, kind.parameters, next(iter(value.items()))))
    check = _FITS.get(kind.name)
    return check(value) if check is not None else getattr(value, "cel_type", "") == kind.name


def _looks_into(overload: Overload) -> bool:
    """Whether matching a signature depends on the contents of a list or map."""
    kinds = (*((overload.target,) if overload.target else ()), *overload.parameters)
    parts = (part for kind in kinds if kind.name in {"list", "map"} for part in kind.parameters)
    return not all(is_variable(part) or part.name == "dyn" for part in parts)


@dataclass(slots=True)
class Function:
    """A function: its signatures and what it does."""

    name: str
    overloads: list[Overload]
    implementation: Implementation
    fitting: dict[tuple[type, ...], bool] = field(default_factory=dict)
    """Known answers, for Python types that determine the CEL type of a value."""

    def __call__(self, *arguments: Any) -> Any:
        """Call with the target, if any, first; raises CelError if no signature fits."""
        if not self.takes(arguments):
            raise CelError(self._misfit(arguments))
        return self.implementation(*arguments)

    def takes(self, arguments: Sequence[Any]) -> bool:
        """Whether a signature fits; loops ask this over and over, so answers are kept."""
        kinds = tuple(map(type, arguments))
        found = self.fitting.get(kinds)
        if found is None:
            found = any(self.matches(overload, arguments) for overload in self.overloads)
            if all(map(_tells, kinds)) and not (
                {list, dict}.intersection(kinds) and any(map(_looks_into, self.overloads))
            ):
                self.fitting[kinds] = found
        return found

    def _misfit(self, arguments: Sequence[Any]) -> str:
        """cel-go's error for arguments that fit no overload; the text depends on how cel-go binds the function."""
        if self.name in _UNNAMED or not self.name[0].isalpha():
            return NO_OVERLOAD
        if self.name in {"size", "matches", "sort"}:
            return f"{NO_OVERLOAD}: {self.name}"
        return f"{NO_OVERLOAD}: {self.name}({', '.join(map(type_name, arguments))})"

    @staticmethod
    def matches(overload: Overload, arguments: Sequence[Any]) -> bool:
        """Whether the arguments fit a signature, the target first."""
        expected = (*((overload.target,) if overload.target else ()), *overload.parameters)
        return len(expected) == len(arguments) and all(map(fits, expected, arguments))


@dataclass(slots=True)
class Library:
    """Functions by name."""

    functions: dict[str, Function] = field(default_factory=dict)

    def function(self, name: str, *signatures: str) -> Callable[[Declared], Declared]:
        """Declare a function; a name may be declared more than once, for unlike targets."""

        def declare(implementation: Declared) -> Declared:
            overloads = [signature(text) for text in signatures]
            known = self.functions.get(name)
            if known is None:
                self.functions[name] = Function(name, overloads, implementation)
                return implementation
            earlier, later = known, Function(name, overloads, implementation)

            def either(*arguments: Any) -> Any:
                if later.takes(arguments):
                    return later.implementation(*arguments)
                return earlier.implementation(*arguments)

            self.functions[name] = Function(name, [*earlier.overloads, *overloads], either)
            return implementation

        return declare
