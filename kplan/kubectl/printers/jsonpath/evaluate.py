"""What a path names in an object.

Upstream: staging/src/k8s.io/client-go/util/jsonpath/jsonpath.go
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.apiserver.patch.go_values import sprint
from kplan.kubectl.printers.jsonpath.nodes import (
    Field,
    Filter,
    Identifier,
    JSONPathError,
    Literal,
    Node,
    Path,
    Range,
    Recursive,
    Slice,
    Template,
    Union,
    Wildcard,
)

_OBJECT: Final = "map[string]interface {}"
_GO_TYPES: Final = {str: "string", bool: "bool", int: "int64", float: "float64"}
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def results(template: Template, value: Any, *, strict: bool = False) -> Iterator[Sequence[Any]]:
    """What each part of a template finds, ranges unrolled; ``strict`` lets no field be missing.

    Raises JSONPathError.
    """
    for part in template:
        if isinstance(part, Range):
            for item in find(part.path, [value], strict=strict):
                yield from results(part.body, item, strict=strict)
        else:
            yield find(part, [value], strict=strict)


def find(path: Path, values: Sequence[Any], *, strict: bool = False) -> Sequence[Any]:
    """Everything a path leads to. Raises JSONPathError."""
    for node in path:
        before, values = values, list(_step(node, values, strict=strict))
        if strict and isinstance(node, Field) and before and not values:
            raise JSONPathError(f"{node.name} is not found")
    return values


def _step(node: Node, values: Sequence[Any], *, strict: bool) -> Iterator[Any]:
    match node:
        case Literal(str() as text):
            yield text
        case Literal(value):
            yield from (value for _ in values)
        case Identifier("end"):
            raise JSONPathError("not in range, nothing to end")
        case Identifier(name):
            raise JSONPathError(f"unrecognized identifier {name}")
        case Union(members):
            for member in members:
                yield from find(member, values, strict=strict)
        case _:
            for value in values:
                yield from _members(node, value, strict=strict)


def _members(node: Node, value: Any, *, strict: bool) -> Iterator[Any]:
    match node:
        case Field(name):
            if isinstance(value, dict) and name in value:
                yield value[name]
        case Wildcard():
            yield from _children(value)
        case Recursive():
            yield from _below(value)
        case Slice() as chosen:
            yield from _sliced(chosen, value)
        case Filter() as condition:
            yield from _filtered(condition, value, strict=strict)


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (value[name] for name in sorted(value))
    elif isinstance(value, list):
        yield from value
    elif isinstance(value, str):
        yield from value.encode()


def _below(value: Any) -> Iterator[Any]:
    """Everything that has members, as a text has bytes, the value itself first."""
    inner = list(_children(value))
    if inner:
        yield value
        for one in inner:
            yield from _below(one)


def _sliced(chosen: Slice, value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise JSONPathError(f"{_GO_TYPES.get(type(value), _OBJECT)} is not array or slice")
    length = len(value)
    start = chosen.start + length if chosen.start < 0 else chosen.start
    end = length if chosen.end is None else chosen.end
    if end < 0 or (end == 0 and chosen.single):
        end += length
    if start == end:
        return ()
    if not 0 <= start < length:
        raise JSONPathError(f"array index out of bounds: index {start}, length {length}")
    if not 0 <= end <= length:
        raise JSONPathError(f"array index out of bounds: index {end - 1}, length {length}")
    if start > end:
        raise JSONPathError(f"starting index {start} is greater than ending index {end}")
    if chosen.step <= 0:
        raise JSONPathError("step must be > 0")
    return value[start : end : chosen.step]


def _filtered(condition: Filter, value: Any, *, strict: bool) -> Iterator[Any]:
    if not isinstance(value, list):
        raise JSONPathError(f"{sprint(value)} is not array or slice and cannot be filtered")
    for item in value:
        if not condition.operator:
            if _exists(condition.left, item):
                yield item
            continue
        left = _single(find(condition.left, [item], strict=strict))
        right = _single(find(condition.right, [item], strict=strict)) if left else ()
        if left and right and _holds(condition.operator, left[0], right[0]):
            yield item


def _exists(path: Path, item: Any) -> bool:
    """Whether a path leads anywhere; one that cannot be followed does."""
    try:
        return bool(find(path, [item]))
    except JSONPathError:
        return True


def _single(values: Sequence[Any]) -> Sequence[Any]:
    if len(values) > 1:
        raise JSONPathError("can only compare one element at a time")
    return values


def _holds(sign: str, one: Any, other: Any) -> bool:
    if sign not in _COMPARE:
        raise JSONPathError(f"unrecognized filter operator {sign}")
    types = {type(one), type(other)}
    if not types <= _GO_TYPES.keys() or (types == {bool} and sign not in ("==", "!=")):
        raise JSONPathError("invalid type for comparison")
    if len(types) > 1:
        raise JSONPathError("incompatible types for comparison")
    return _COMPARE[sign](one, other)
