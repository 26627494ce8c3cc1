"""One mapping laid over another: what the later says counts, mappings within are merged."""

from collections.abc import Mapping
from typing import Any


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON merge of the two; null takes a field away."""
    result = dict(below)
    for key, value in above.items():
        inner = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(inner, dict) and isinstance(value, dict):
            result[key] = merged(inner, value)
        else:
            result[key] = value
    return result
