"""Reads fields of values while an expression is evaluated, as ``has(x.y)``, ``x.y`` and ``x.?y`` do.

Upstream: vendor/github.com/google/cel-go/interpreter/attributes.go
"""

from typing import Any

from kplan.apiserver.cel.values import CelError, Optional, Unreadable


def has_field(value: Any, name: str) -> bool:
    """``has(value.name)``; an optional without a value has no field."""
    if isinstance(value, Optional):
        if not value.present:
            return False
        value = value.value
    return isinstance(value, dict) and name in value


def field_of(value: Any, name: str) -> Any:
    """``value.name``. Raises CelError if there is no such field."""
    if not isinstance(value, dict):
        raise CelError(
            "unsupported index type 'string' in list" if isinstance(value, list) else f"no such key: {name}"
        )
    if name not in value:
        raise CelError(f"no such key: {name}")
    found = value[name]
    if found.__class__ is Unreadable:
        raise CelError(str(found))
    return found


def optional_field(value: Any, name: str) -> Optional:
    """``value.?name``: without a value if there is no such field."""
    if isinstance(value, Optional):
        if not value.present:
            return value
        value = value.value
    if not isinstance(value, dict) or name not in value:
        return Optional()
    return Optional(value[name], present=True)
