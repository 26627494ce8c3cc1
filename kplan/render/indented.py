"""JSON text with indentation, made member by member:
the standard library's own goes through three generators for a word.
"""

import json
from json.encoder import encode_basestring as _quoted
from typing import Any


def indented(value: Any, step: str) -> str:
    """The output of ``json.dumps`` with this indentation and ``ensure_ascii=False``."""
    return _text(value, "\n", step, _Names())


class _Names(dict[Any, str]):
    """The names of members as they are written, each worked out once."""

    def __missing__(self, name: Any) -> str:
        if not isinstance(name, str):  # not kept: 1 and true are one key
            return _quoted(json.dumps(name))
        written = self[name] = _quoted(name)
        return written


def _text(value: Any, margin: str, step: str, names: _Names) -> str:
    """The text of a value whose own line begins with ``margin``, a line feed and blanks."""
    inner = margin + step
    if isinstance(value, dict):
        parts = [
            f"{names[name]}: {_quoted(item) if item.__class__ is str else _text(item, inner, step, names)}"
            for name, item in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(parts)}{margin}}}" if parts else "{}"
    if isinstance(value, list | tuple):
        parts = [_text(item, inner, step, names) for item in value]
        return f"[{inner}{f',{inner}'.join(parts)}{margin}]" if parts else "[]"
    if isinstance(value, str):
        return _quoted(value)
    return f"{value}" if value.__class__ is int else json.dumps(value)
