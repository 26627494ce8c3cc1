"""Copies of JSON values, which hold nothing but mappings, lists and scalars.

Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/converter.go (DeepCopyJSONValue)
"""

from typing import Any, Final

_SCALARS: Final = frozenset({str, bool, int, float, type(None)})


def copied(value: Any) -> Any:
    """Copy a JSON value."""
    # Most of what is held are scalars, and a call for each would be most of the work.
    if isinstance(value, dict):
        return {key: item if item.__class__ in _SCALARS else copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [item if item.__class__ in _SCALARS else copied(item) for item in value]
    return value
