"""The order of ``--sort-by``: by a field, numbers and quantities by value, texts with their digits as numbers.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/get/sorter.go, github.com/fvbommel/sortorder
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from kplan.api.quantity import Quantity, QuantityError
from kplan.kubectl.choosing import Item
from kplan.kubectl.printers.jsonpath.text import relaxed, values_of

_CHUNK: Final = re.compile(r"\d+|\D+")
Key = tuple[int, Any]


def sorted_by(items: Iterable[Item], path: str) -> list[Item]:
    """Objects in the order of a field, those without it first; none where none has it. Raises UsageError."""
    template = relaxed(path)
    found = [(values_of(template, item.value), item) for item in items]
    if not any(values for values, _ in found):
        return []
    measured = all(_quantity(values[0]) is not None for values, _ in found if values)
    return [item for _, item in sorted(found, key=lambda pair: _key(pair[0], measured=measured))]


def _key(values: Sequence[Any], *, measured: bool) -> Key:
    """Comes before every other where there is no value; ``measured`` values are all quantities."""
    if not values:
        return (0, 0)
    value = values[0]
    if measured:
        return (1, _quantity(value))
    if isinstance(value, (int, float)):
        return (1, value)
    return (2, [(not part.isdecimal(), _number(part)) for part in _CHUNK.findall(str(value))])


def _number(part: str) -> int | str:
    return int(part) if part.isdecimal() else part


def _quantity(value: Any) -> Quantity | None:
    try:
        return None if isinstance(value, bool) else Quantity.parse(str(value))
    except QuantityError:
        return None
