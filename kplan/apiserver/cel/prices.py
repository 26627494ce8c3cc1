"""The cost of a call from the sizes of its arguments; a function that is not listed costs 1.

Upstream: vendor/github.com/google/cel-go/interpreter/runtimecost.go,
    vendor/github.com/google/cel-go/ext/{lists,sets}.go,
staging/src/k8s.io/apiserver/pkg/cel/library/cost.go
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kplan.apiserver.cel.values import CostError, Optional

Values = Sequence[Any]
"""The target, if any, and the arguments."""
Price = Callable[[Values], int]

LIST_LITERAL: Final = 10
MAP_LITERAL: Final = 30
OBJECT_LITERAL: Final = 40
"""The cost of creating an object, besides its fields."""
_TRAVERSAL: Final = 0.1
_PATTERN: Final = 0.25
_NAME_PATTERN: Final = 128
_REQUIREMENT: Final = 50
_NEW_LIST: Final = 11
"""The cost of a call that creates a list, besides its items."""
_CHECK: Final = 350_000
_LONGEST: Final = 16 << 20
"""Characters of a text that a call may make: the server has no limit there but its memory."""


def size(value: Any) -> int:
    """The number of characters, bytes or entries; 1 for values that have none."""
    if isinstance(value, (str, bytes, list, dict)):
        return len(value)
    return size(value.value) if isinstance(value, Optional) and value.present else 1


def _read(count: float) -> int:
    return math.ceil(count * _TRAVERSAL)


def _first(values: Values) -> int:
    return _read(size(values[0]))


def _twice(values: Values) -> int:
    return _read(2 * size(values[0]))


def _compared(values: Values) -> int:
    one, other = values
    if one.__class__ is str is other.__class__:
        return math.ceil(min(len(one), len(other)) * _TRAVERSAL)
    return _read(min(size(values[0]), size(values[1])))


def _ordered(values: Values) -> int:
    return _compared(values) if isinstance(values[0], (str, bytes)) else 1


def _added(values: Values) -> int:
    one, other = values
    return _read(len(one) + len(other)) if isinstance(one, (str, bytes)) else 1


def _converted(kind: type) -> Price:
    return lambda values: _first(values) if isinstance(values[0], kind) else 1


def _member(values: Values) -> int:
    return size(values[1]) if isinstance(values[1], list) else 1


def _pattern(values: Values) -> int:
    return _read(1 + size(values[0])) * math.ceil(size(values[1]) * _PATTERN)


def _contains(values: Values) -> int:
    return _read(size(values[0])) * _read(size(values[1]))


def _walked(value: Any) -> int:
    if isinstance(value, (str, bytes)):
        return int(len(value) * _TRAVERSAL)
    if isinstance(value, list):
        return sum(map(_walked, value))
    if isinstance(value, dict):
        return sum(_walked(key) + _walked(item) for key, item in value.items())
    return 1


def _replaced(values: Values) -> int:
    text, old, new, *limit = values
    if isinstance(text, str) and isinstance(old, str) and isinstance(new, str):
        count = text.count(old) if not limit or limit[0] < 0 else min(limit[0], text.count(old))
        if len(text) + count * (len(new) - len(old)) > _LONGEST:
            raise CostError
    return _twice(values)


def _joined(values: Values) -> int:
    items, *separator = values
    between = size(separator[0]) if separator else 0
    return (
        _read(2 * (sum(map(size, items)) + between * max(0, len(items) - 1)))
        if isinstance(items, list)
        else 1
    )


def _ranged(values: Values) -> int:
    return max(0, int(values[0])) + _NEW_LIST


def _of_list(values: Values) -> int:
    return size(values[0]) + _NEW_LIST


def _flattened(values: Values) -> int:
    depth = values[1] if len(values) > 1 and isinstance(values[1], int) else 1
    return size(values[0]) * max(0, int(depth)) + _NEW_LIST


def _sliced(values: Values) -> int:
    _, start, end = values
    return int(max(0, min(end, size(values[0])) - start)) + _NEW_LIST


def compared_with_itself(items: list[Any]) -> int:
    """The cost of sorting a list, or of finding duplicates in it."""
    factor = 2 + _TRAVERSAL if items and isinstance(items[0], (str, bytes)) else 2
    return int(len(items) ** 2 * factor) + _NEW_LIST


def _pairs(factor: int) -> Price:
    return lambda values: 1 + size(values[0]) * size(values[1]) * factor


def _selector(values: Values) -> int:
    length = size(values[1])
    return 10 + _read(length) + math.ceil(length * 0.5) * _REQUIREMENT


def _address(values: Values) -> int:
    return 4 + (_read(size(values[1])) if isinstance(values[1], str) else 0)


PRICES: Final[Mapping[str, Price]] = {
    "_==_": _compared, "_!=_": _compared, "_+_": _added, "@in": _member, "contains": _contains,
    **dict.fromkeys(("_<_", "_<=_", "_>_", "_>=_"), _ordered),
    **dict.fromkeys(("startsWith", "endsWith", "strings.quote", "format", "url", "lowerAscii", "upperAscii", "substring", "trim"), _first),
    **dict.fromkeys(("jsonpatch.escapeKey", "cidr", "isIP", "isCIDR", "ip", "quantity", "isQuantity", "semver", "isSemver"), _first),
    **dict.fromkeys(("matches", "find", "findAll"), _pattern),
    **dict.fromkeys(("isSorted", "sum", "max", "min", "indexOf", "lastIndexOf"), lambda values: _walked(values[0])),
    **dict.fromkeys(("containsIP", "containsCIDR"), _address), **dict.fromkeys(("fieldSelector", "labelSelector"), _selector),
    **dict.fromkeys(("distinct", "sort"), lambda values: compared_with_itself(values[0])),
    "bytes": _converted(str), "string": _converted(bytes), "split": _twice, "ip.isCanonical": _twice, "replace": _replaced,
    "join": _joined, "lists.range": _ranged, "reverse": _of_list, "slice": _sliced,
    "flatten": _flattened, "sets.contains": _pairs(1), "sets.intersects": _pairs(1), "sets.equivalent": _pairs(2),
    "validate": lambda values: _read(1 + size(values[-1])) * math.ceil(_NAME_PATTERN * _PATTERN),
    "check": lambda _: _CHECK,
}  # fmt: skip
"""Cost by function; given values that the function does not take, it may raise TypeError or ValueError."""
