"""The order of ``--sort-by``: by a field, numbers and quantities by value, other texts by their characters.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/get/sorter.go
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from kplan.api.quantity import Quantity, QuantityError
from kplan.errors import UsageError
from kplan.kubectl.choosing import Item
from kplan.kubectl.gosort import go_sorted
from kplan.kubectl.printers.jsonpath.text import relaxed, relaxed_text, values_of

_GO_TYPES: Final = {bool: "bool", dict: "map[string]interface {}", list: "[]interface {}"}


class UnsortableError(UsageError):
    """Values that have no order: lists, maps, truth values, and numbers beside texts."""


def sorted_by(items: Iterable[Item], path: str) -> list[Item]:
    """Objects in the order of a field, those without it first; none if none has it.

    Raises UsageError, UnsortableError if its values have no order.
    """
    template = relaxed(path)
    found = [(values_of(template, item.value), item) for item in items]
    if found and not any(values for values, _ in found):
        raise without_field(path)
    return [item for _, item in go_sorted(found, _less)]


def without_field(path: str) -> UsageError:
    """What is said where no object has the field."""
    return UsageError(f'couldn\'t find any field with path "{relaxed_text(path)}" in the list of objects')


def _less(one: tuple[Sequence[Any], Item], other: tuple[Sequence[Any], Item]) -> bool:
    """Whether an object comes before another: one without the field before all others, even those without it."""
    if not one[0] or not other[0]:
        return not one[0]
    return _compare(one[0][0], other[0][0]) < 0


def _compare(left: Any, right: Any) -> int:
    """Below zero where the left value comes first (isLess); two texts are compared as quantities if both are."""
    if left is None or right is None:
        return int(left is not None) - int(right is not None)
    if isinstance(left, (bool, dict, list)):
        raise UnsortableError(f"unsortable type: {_GO_TYPES[type(left)]}")
    if type(left) is not type(right):
        raise UnsortableError("unsortable interface: interface")
    one, other = (_quantity(left), _quantity(right)) if isinstance(left, str) else (None, None)
    if one is not None and other is not None:
        return int(one > other) - int(one < other)
    return int(left > right) - int(left < right)


@lru_cache(maxsize=1024)
def _quantity(text: str) -> Quantity | None:
    try:
        return Quantity.parse(text)
    except QuantityError:
        return None
