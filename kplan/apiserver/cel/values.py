"""The values that CEL computes with and JSON does not have, and the conversion from JSON.

Plain Python values stand for CEL's int, double, string, bool, bytes, null, list and map.

Upstream: vendor/github.com/google/cel-go/common/types
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from kplan.api import timestamps


class CelError(Exception):
    """Evaluation failed; the text is cel-go's."""


class CostError(Exception):
    """An evaluation exceeded the cost limit of a single call; no operator absorbs it."""

    def __init__(self) -> None:
        super().__init__("operation cancelled: actual cost limit exceeded")


class InternalError(Exception):
    """The cost of a call cannot be computed because an argument is not a list; no operator absorbs it."""

    def __init__(self) -> None:
        super().__init__(
            "internal error: interface conversion: *types.Err is not traits.Lister: missing method Add"
        )


class BudgetError(Exception):
    """The evaluations of a request exceeded the cost they share: no further one is started."""

    def __init__(self) -> None:
        super().__init__(
            "validation failed due to running out of cost budget, no further validation rules will be run"
        )


class UInt(int):
    """An unsigned integer."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """An instant."""

    nanoseconds: int

    def __str__(self) -> str:
        return format_nanoseconds(self.nanoseconds)


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A span of time."""

    nanoseconds: int


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type as a value."""

    name: str


@dataclass(frozen=True, slots=True)
class Optional:
    """A value that may be absent."""

    value: Any = None
    present: bool = False


class Unreadable(str):
    """A text that does not match the type its field declares; using it is an error, with this text."""

    __slots__ = ()


class Struct(dict[str, Any]):
    """An object of a known type: its fields by their CEL names."""

    __slots__ = ()


class Made(Struct):
    """An object that an expression constructs from a type it names."""

    __slots__ = ("type_name",)

    def __init__(self, type_name: str) -> None:
        super().__init__()
        self.type_name = type_name


class SetList(list[Any]):
    """A list whose order does not matter."""

    __slots__ = ()


class MapList(list[Any]):
    """A list that is a map by the keys of its items."""

    __slots__ = ("keys",)

    def __init__(self, items: Any, keys: tuple[str, ...]) -> None:
        super().__init__(items)
        self.keys = keys


def format_nanoseconds(instant: int) -> str:
    """RFC 3339 with as many digits as there are."""
    whole = timestamps.format_time(instant)
    rest = instant % timestamps.SECOND
    return whole if not rest else f"{whole[:-1]}.{rest:09d}".rstrip("0") + "Z"


def type_name(value: Any) -> str:
    """The name of a value's type, as CEL's type() prints it."""
    if value is None:
        return "null_type"
    for kind, name in _NAMES:
        if isinstance(value, kind):
            return name
    return getattr(value, "cel_type", "dyn")


_NAMES: tuple[tuple[type, str], ...] = (
    (bool, "bool"), (UInt, "uint"), (int, "int"), (float, "double"), (str, "string"), (bytes, "bytes"), (list, "list"),
    (Struct, "object"), (dict, "map"), (Timestamp, "google.protobuf.Timestamp"), (Duration, "google.protobuf.Duration"),
    (TypeName, "type"), (Optional, "optional_type"),
)  # fmt: skip


_EXACT = frozenset({str, int, bytes})
"""Python types whose equality is the same as CEL's."""
PLAIN = _EXACT | {float}


def equal(left: Any, right: Any) -> bool:
    """CEL's equality: numbers by value across their types, everything else within its type."""
    if left.__class__ is right.__class__ and left.__class__ in PLAIN:
        return bool(left == right)
    numbers = (int, float)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, numbers) and isinstance(right, numbers):
        return bool(left == right)
    if isinstance(left, list) and isinstance(right, list):
        return _equal_lists(left, right)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    if isinstance(left, Optional) and isinstance(right, Optional):
        return left.present == right.present and (not left.present or equal(left.value, right.value))
    return type(left) is type(right) and bool(left == right)


def identity(value: Any) -> Hashable:
    """A key that is equal for two values exactly if CEL calls them equal, so that many can be compared at once."""
    if isinstance(value, list):
        return list, tuple(map(identity, value))
    if isinstance(value, dict):
        return dict, frozenset((key, identity(item)) for key, item in value.items())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float, value
    return type(value), value


def _equal_lists(left: list[Any], right: list[Any]) -> bool:
    if len(left) != len(right):
        return False
    if isinstance(left, (SetList, MapList)):
        return {*map(identity, left)} <= {*map(identity, right)}
    if _EXACT.issuperset(map(type, left)) and _EXACT.issuperset(map(type, right)):
        return left == right
    return all(map(equal, left, right))


_COMPARABLE = (int, float, str, bytes, Timestamp, Duration)


def in_order(keyed: Sequence[tuple[Any, Any]]) -> list[Any]:
    """The items sorted by the keys paired with them. Raises CelError for keys without an order."""
    keys = [key for key, _ in keyed]
    if keys and not isinstance(keys[0], _COMPARABLE):
        raise CelError("list elements must be comparable")
    if len({key.__class__ for key in keys}) > 1:
        raise CelError("list elements must have the same type")
    return [item for _, item in sorted(keyed, key=lambda entry: entry[0])]
