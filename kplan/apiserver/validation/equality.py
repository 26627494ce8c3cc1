"""Equality as the server sees it: quantities by amount, nothing and emptiness alike.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/equality/semantic.go, .../pkg/util/diff/diff.go
"""

import json
from typing import Any, Final

from kplan.api.quantity import Quantity, QuantityError
from kplan.apiserver.field import HTML_ESCAPES
from kplan.apiserver.gotypes import go_value

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


def describe_changes(type_name: str, old: Any, new: Any) -> str:
    """Print what differs between two values of an internal type, as a unified diff of their JSON."""
    from difflib import unified_diff  # noqa: PLC0415 - for refusals of updates alone

    texts = (
        json.dumps(go_value(type_name, value), indent=1, ensure_ascii=False).translate(HTML_ESCAPES)
        for value in (old, new)
    )
    before, after = ([f"{line}\n" for line in text.split("\n")] for text in texts)
    return "".join(list(unified_diff(before, after))[2:])
