"""JSON as bytes: of a few values by Python's own library,
of many by one that is made for it and takes a while to load.
"""

import json
from collections.abc import Callable
from functools import cache
from typing import Any, Final

Write = Callable[[Any], bytes]
"""Writes a value; named tuples become lists."""

_MANY: Final = 500
"""Files, objects or findings from which on the other library has saved what loading it takes."""


def writer(number: int) -> Write:
    """What writes the values of so many files, objects or findings."""
    return _fast() if number >= _MANY else _plain


def _plain(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@cache
def _fast() -> Write:
    from orjson import dumps  # noqa: PLC0415 - 10 ms of a start

    def write(value: Any) -> bytes:
        try:
            return dumps(value, default=_listed)
        except TypeError:  # integers of more than 64 bits, halves of characters, 250 levels
            return _plain(value)

    return write


def _listed(value: Any) -> list[Any]:
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"a {type(value).__name__} is no JSON")
