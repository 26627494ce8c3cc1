"""Scalars as the text YAML has for them, and back."""

from typing import Any

from kplan.manifest.scalars import resolve, shortest


def text_of(value: Any) -> str:
    """A scalar's text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return shortest(value) if isinstance(value, float) else str(value)


def like(old: Any, value: Any) -> Any:
    """A value written where another one was: it keeps the type that was there."""
    if isinstance(old, str):
        return text_of(value)
    text = text_of(value)
    found = resolve(text)
    return text if isinstance(found, bool) and text not in ("true", "false") else found
