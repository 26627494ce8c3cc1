"""Whether two pod templates mean the same: the question that decides between a rollout and no rollout.

Upstream: pkg/controller/deployment/util/deployment_util.go (EqualIgnoreHash), apimachinery/pkg/api/equality
"""

from typing import Any

from kplan.api.object import Json
from kplan.api.quantity import Quantity

HASH_LABEL = "pod-template-hash"

_QUANTITIES = frozenset({"limits", "requests", "overhead"})
_QUANTITY = frozenset({"sizeLimit", "divisor"})


def equal_ignore_hash(one: Json, other: Json) -> bool:
    """Compare two templates after taking away the label that ReplicaSets add."""
    return semantically_equal(_without_hash(one), _without_hash(other))


def semantically_equal(one: Any, other: Any) -> bool:
    """Deep equality in which nothing, null and empty are the same and quantities compare by value."""
    return one == other or _equal(one, other, quantities=False)


def _equal(one: Any, other: Any, *, quantities: bool) -> bool:
    if _is_nothing(one) and _is_nothing(other):
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        keys = one.keys() | other.keys()
        return all(_member_equal(key, one.get(key), other.get(key), quantities) for key in keys)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            _equal(a, b, quantities=False) for a, b in zip(one, other, strict=True)
        )
    return type(one) is type(other) and bool(one == other)


def _is_nothing(value: Any) -> bool:
    return value is None or (not value and isinstance(value, (dict, list)))


def _member_equal(key: str, one: Any, other: Any, quantities: bool) -> bool:
    if one.__class__ is other.__class__ and one == other:
        return True
    if (quantities or key in _QUANTITY) and isinstance(one, str) and isinstance(other, str):
        return one == other or Quantity.parse(one) == Quantity.parse(other)
    return _equal(one, other, quantities=key in _QUANTITIES)


def _without_hash(template: Json) -> Json:
    metadata = template.get("metadata") or {}
    labels = metadata.get("labels") or {}
    if HASH_LABEL not in labels:
        return template
    kept = {key: value for key, value in labels.items() if key != HASH_LABEL}
    return {**template, "metadata": {**metadata, "labels": kept}}
