"""Texts within values: JSON that a text holds, and what a value says, also in base64."""

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

_HTML: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def go_json(value: Any) -> str:
    """One line as Go's encoder writes it."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    return text.translate(_HTML) + "\n"


def parsed(text: Any) -> Any:
    """The JSON object or list in a text; None if there is none."""
    if not isinstance(text, str) or text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def spelled(value: Any) -> Iterator[str]:
    """Every text in a value, and what it says in base64."""
    for text in _texts(value):
        yield text
        with suppress(ValueError):
            yield base64.b64decode(text, validate=True).decode(errors="ignore")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
