"""What CEL can ask of lists: their order, sum, least and greatest item, and places.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/lists.go
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from itertools import pairwise
from typing import Any, Final

from kplan.apiserver.cel.conversions import checked, in_range
from kplan.apiserver.cel.kubernetes.declared import function
from kplan.apiserver.cel.library import NO_OVERLOAD
from kplan.apiserver.cel.values import CelError, Duration, equal

_SUMMABLE: Final = ("int", "uint", "double", "duration")
_COMPARABLE: Final = (*_SUMMABLE, "bool", "string", "timestamp", "bytes")


@contextmanager
def _compared() -> Iterator[None]:
    """Compare two items of a list, which may differ in type if it is not known. Raises CelError."""
    try:
        yield
    except TypeError:
        raise CelError(NO_OVERLOAD) from None


@function("isSorted", *(f"list({kind}).() -> bool" for kind in _COMPARABLE))
def _is_sorted(items: list[Any]) -> bool:
    with _compared():
        return all(one <= other for one, other in pairwise(items))


@function("sum", *(f"list({kind}).() -> {kind}" for kind in _SUMMABLE))
def _sum(items: list[Any]) -> Any:
    if len({item.__class__ for item in items}) > 1:
        raise CelError(NO_OVERLOAD)
    if items and isinstance(items[0], Duration):
        return reduce(lambda total, item: in_range(Duration(total.nanoseconds + item.nanoseconds)), items)
    if not items or isinstance(items[0], float):
        return sum(items)
    return reduce(lambda total, item: checked(total + item, items[0]), items, 0)


@function("max", *(f"list({kind}).() -> {kind}" for kind in _COMPARABLE))
def _max(items: list[Any]) -> Any:
    if not items:
        raise CelError("max called on empty list")
    with _compared():
        return max(items)


@function("min", *(f"list({kind}).() -> {kind}" for kind in _COMPARABLE))
def _min(items: list[Any]) -> Any:
    if not items:
        raise CelError("min called on empty list")
    with _compared():
        return min(items)


@function("indexOf", "list(A).(A) -> int")
def _index_of(items: list[Any], value: Any) -> int:
    return next((place for place, item in enumerate(items) if equal(item, value)), -1)


@function("lastIndexOf", "list(A).(A) -> int")
def _last_index_of(items: list[Any], value: Any) -> int:
    return next((place for place in range(len(items) - 1, -1, -1) if equal(items[place], value)), -1)
