"""Equality as the server sees it: quantities by amount, nothing and emptiness alike.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/equality/semantic.go
"""

from typing import Any, Final

from kplan.api.quantity import Quantity, QuantityError

_QUANTITIES: Final = frozenset({"limits", "requests", "overhead", "capacity", "hard", "sizeLimit", "divisor"})


def semantically_equal(new: Any, old: Any, *, quantity: bool = False) -> bool:
    """Whether two JSON values mean the same to the server."""
    if new == old:
        return True
    if (new is None and old == []) or (old is None and new == []):
        return True
    if isinstance(new, dict) and isinstance(old, dict):
        names = new.keys() | old.keys()
        return all(
            semantically_equal(new.get(name), old.get(name), quantity=quantity or name in _QUANTITIES)
            for name in names
        )
    if isinstance(new, list) and isinstance(old, list):
        return len(new) == len(old) and all(
            semantically_equal(one, other, quantity=quantity) for one, other in zip(new, old, strict=True)
        )
    return quantity and isinstance(new, str) and isinstance(old, str) and _same_amount(new, old)


def _same_amount(new: str, old: str) -> bool:
    try:
        return Quantity.parse(new) == Quantity.parse(old)
    except QuantityError:
        return False


def describe_changes(old: Any, new: Any, path: str = "") -> str:
    """Say in lines what differs, ``-`` before and ``+`` after, for refusals of immutable parts."""
    return "\n".join(_changes(old, new, path))


def _changes(old: Any, new: Any, path: str) -> list[str]:
    if old == new:
        return []
    if isinstance(old, dict) and isinstance(new, dict):
        names = sorted(old.keys() | new.keys())
        return [line for name in names for line in _changes(old.get(name), new.get(name), f"{path}.{name}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [line for index, (one, other) in pairs for line in _changes(one, other, f"{path}[{index}]")]
    lines = [] if old is None else [f"-{path.removeprefix('.')}: {old!r}"]
    return lines if new is None else [*lines, f"+{path.removeprefix('.')}: {new!r}"]
