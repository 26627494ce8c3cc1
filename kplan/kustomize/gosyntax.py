"""Values in Go's syntax, as an error shows an object that cannot be printed as JSON."""

import math
import re
from collections.abc import Collection
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.resource import Resource
from kplan.manifest.scalars import shortest

_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z")
_LARGEST = (1 << 63) - 1
_POINTER = "0xc000000000"
"""What stands for a number that Go keeps elsewhere."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def require_printable(item: Resource) -> None:
    """Refuse an object that JSON has no text for."""
    wrong = _infinite(item.value)
    if wrong is not None:
        raise KustomizeError(f"{shown(item.value, ())}: json: unsupported value: {_number(wrong)}")
    if item.plain_keys and _has_key(item.value, item.plain_keys):
        words = "json: unsupported type: map[interface {}]interface {}"
        raise KustomizeError(f"{shown(item.value, item.plain_keys)}: {words}")


def shown(value: Any, plain_keys: Collection[str]) -> str:
    """A value as ``%#v`` prints it."""
    if isinstance(value, dict):
        odd = not plain_keys.isdisjoint(value) if isinstance(plain_keys, set) else False
        texts = sorted(value, key=lambda key: (key in plain_keys, key))
        names = (key if odd and key in plain_keys else _quoted(key) for key in texts)
        pairs = (f"{name}:{shown(value[key], plain_keys)}" for name, key in zip(names, texts, strict=True))
        return f"map[{'interface {}' if odd else 'string'}]interface {{}}{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(shown(item, plain_keys) for item in value)}}}"
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, str):
        return _text(value)
    return ("true" if value else "false") if isinstance(value, bool) else _number(value)


def _number(value: float) -> str:
    if isinstance(value, int):
        return str(value) if value <= _LARGEST else _POINTER
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return "NaN" if math.isnan(value) else shortest(value)


def _text(value: str) -> str:
    found = _TIME.fullmatch(value)
    if not found:
        return _quoted(value)
    year, month, *rest = map(int, found.groups())
    numbers = ", ".join(map(str, rest))
    return f"time.Date({year}, time.{_MONTHS[month - 1]}, {numbers}, 0, time.UTC)"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def _infinite(value: Any) -> float | None:
    """The first number, by the order of keys, that is none in JSON."""
    if isinstance(value, float):
        return None if math.isfinite(value) else value
    items = [value[key] for key in sorted(value)] if isinstance(value, dict) else value
    for item in items if isinstance(items, list) else ():
        if (found := _infinite(item)) is not None:
            return found
    return None


def _has_key(value: Any, keys: set[str]) -> bool:
    if isinstance(value, list):
        return any(_has_key(item, keys) for item in value)
    return isinstance(value, dict) and (
        not keys.isdisjoint(value) or any(_has_key(item, keys) for item in value.values())
    )
