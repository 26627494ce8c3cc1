"""The types that CEL's checker works with, how they are written and which of them fit where.

Upstream: vendor/github.com/google/cel-go/checker/types.go
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from kplan.apiserver.cel.values import UInt

OWN_TYPE: Final = "selfType"
"""The prefix of type names for objects in a schema; upstream appends a number derived from the time."""
FRESH: Final = "_var"
"""The prefix of the names of type variables created during a check."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type: a name, its parameters, and fields where it is an object."""

    name: str
    parameters: tuple["Type", ...] = ()
    fields: Mapping[str, "Type"] | None = field(default=None, compare=False, hash=False)

    def __str__(self) -> str:
        if self.name == "optional":
            return f"optional_type({self.parameters[0]})"
        if not self.parameters:
            return "null" if self.name == "null_type" else self.name
        return f"{self.name}({', '.join(map(str, self.parameters))})"


DYN: Final = Type("dyn")
ANY: Final = Type("any")
"""The type ``any``: fits everywhere like ``dyn``, but is not a list or map to loop over."""
OPEN: Final = frozenset({DYN, ANY})
ERROR: Final = Type("!error!")
INT: Final = Type("int")
UINT: Final = Type("uint")
DOUBLE: Final = Type("double")
BOOL: Final = Type("bool")
STRING: Final = Type("string")
BYTES: Final = Type("bytes")
NULL: Final = Type("null_type")
TIMESTAMP: Final = Type("timestamp")
DURATION: Final = Type("duration")
SORTABLE: Final = ("int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes")
"""The types that lists are sorted by."""
_OF_ANYTHING: Final = frozenset({DYN.name, ANY.name, ERROR.name})
_SHORT: Final = {
    "null": NULL, "url": Type("kubernetes.URL"), "quantity": Type("kubernetes.Quantity"), "ip": Type("net.IP"),
    "cidr": Type("net.CIDR"), "semver": Type("kubernetes.Semver"), "format": Type("kubernetes.NamedFormat"),
    "authorizer": Type("kubernetes.authorization.Authorizer"), "pathcheck": Type("kubernetes.authorization.PathCheck"),
    "groupcheck": Type("kubernetes.authorization.GroupCheck"), "resourcecheck": Type("kubernetes.authorization.ResourceCheck"),
    "decision": Type("kubernetes.authorization.Decision"),
}  # fmt: skip
_RUNTIME_NAMES: Final = {
    "timestamp": "google.protobuf.Timestamp",
    "duration": "google.protobuf.Duration",
    "optional": "optional_type",
    "any": "google.protobuf.Any",
}


def runtime_name(kind: Type) -> str:
    """The name of a type at run time, which differs from the checker's."""
    name = _RUNTIME_NAMES.get(kind.name, kind.name)
    return f"{name}({', '.join(map(runtime_name, kind.parameters))})" if kind.parameters else name


def list_of(item: Type) -> Type:
    """``list(T)``."""
    return Type("list", (item,))


def map_of(key: Type, value: Type) -> Type:
    """``map(K, V)``."""
    return Type("map", (key, value))


def optional_of(inner: Type) -> Type:
    """``optional_type(T)``."""
    return Type("optional", (inner,))


def object_type(name: str, fields: Mapping[str, Type]) -> Type:
    """A type with fields."""
    return Type(name, (), fields)


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature of a function."""

    target: Type | None
    parameters: tuple[Type, ...]
    result: Type


@cache
def read(text: str) -> Type:
    """A type from its short name: ``list(A)``, ``quantity``."""
    text = text.strip()
    if "(" not in text:
        return _SHORT.get(text) or Type(text)
    name, _, rest = text.partition("(")
    return Type(name, tuple(read(part) for part in split(rest[:-1])))


def split(text: str) -> list[str]:
    """Split at the commas that stand outside of parentheses."""
    parts, depth, start = [], 0, 0
    for place, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return [part for part in parts if part.strip()]


def signature(text: str) -> Overload:
    """An overload from its short form: ``string.(string, int) -> bool`` or ``(int) -> string``."""
    head, _, result = text.partition("->")
    target, _, parameters = (
        head.strip().partition("(") if not head.strip().startswith("(") else ("", "", head.strip()[1:])
    )
    if target and not target.endswith("."):
        target, _, parameters = head.strip().rpartition(".(")
        target += "."
    return Overload(
        read(target[:-1]) if target else None,
        tuple(read(part) for part in split(parameters.rstrip()[:-1])),
        read(result),
    )


Bindings = dict[str, Type]


def is_variable(kind: Type) -> bool:
    """Whether a type is a type variable such as ``A``."""
    return (len(kind.name) == 1 and kind.name.isupper()) or kind.name.startswith(FRESH)


def substitute(kind: Type, bindings: Bindings, *, free: bool = False) -> Type:
    """Replace type variables by what they are bound to; with ``free``, unbound ones become ``dyn``."""
    if is_variable(kind):
        bound = bindings.get(kind.name)
        if bound is None:
            return DYN if free else kind
        return substitute(bound, bindings, free=free)
    if not kind.parameters:
        return kind
    parameters = tuple(substitute(part, bindings, free=free) for part in kind.parameters)
    return kind if parameters == kind.parameters else Type(kind.name, parameters, kind.fields)


def assign(one: Type, other: Type, bindings: Bindings) -> bool:
    """Whether two types can be unified; binds variables as needed, to the more general of two types."""
    if is_variable(other):
        fits, known = _stands_for(one, other, bindings)
        if fits or known:
            return fits
    if is_variable(one):
        return _stands_for(other, one, bindings)[0]
    names = one.name, other.name
    if not _OF_ANYTHING.isdisjoint(names):
        return True
    if NULL.name in names:
        return _may_be_null(other if one.name == NULL.name else one)
    if one.name == other.name == "type":
        return True
    return (
        one.name == other.name
        and len(one.parameters) == len(other.parameters)
        and all(
            assign(left, right, bindings)
            for left, right in zip(one.parameters, other.parameters, strict=True)
        )
    )


def _stands_for(kind: Type, variable: Type, bindings: Bindings) -> tuple[bool, bool]:
    """Whether a variable can be bound to a type, and whether it was bound to one that agrees before."""
    if kind == variable:
        return True, True
    bound = bindings.get(variable.name)
    if bound is None:
        if _occurs(variable, kind, bindings):
            return False, False
        bindings[variable.name] = kind
        return True, False
    if kind == bound:
        return True, True
    if not assign(kind, bound, bindings):
        return False, True
    general = most_general(kind, bound)
    if not _occurs(variable, general, bindings):
        bindings[variable.name] = general
    return True, True


def _occurs(variable: Type, kind: Type, bindings: Bindings) -> bool:
    """Whether a variable occurs in a type."""
    if kind == variable:
        return True
    if is_variable(kind):
        bound = bindings.get(kind.name)
        return bound is not None and _occurs(variable, bound, bindings)
    return any(_occurs(variable, part, bindings) for part in kind.parameters)


def most_general(one: Type, other: Type) -> Type:
    """The more general one of two types that agree."""
    return one if _says_less(one, other) else other


def _says_less(one: Type, other: Type) -> bool:
    if one in OPEN or is_variable(one):
        return True
    if other in OPEN or is_variable(other) or one.name != other.name:
        return False
    if one.name == "type":
        return True
    return len(one.parameters) == len(other.parameters) and all(
        map(_says_less, one.parameters, other.parameters)
    )


def _may_be_null(kind: Type) -> bool:
    """Whether one of two types is null and the other one accepts null."""
    return (
        kind == NULL
        or kind.fields is not None
        or kind.name in {"timestamp", "duration", "optional"}
        or "." in kind.name
    )


def constant_type(value: Any) -> Type:
    """The type of a literal."""
    if value is None:
        return NULL
    for kind, found in ((bool, BOOL), (UInt, UINT), (int, INT), (float, DOUBLE), (str, STRING)):
        if isinstance(value, kind):
            return found
    return BYTES
