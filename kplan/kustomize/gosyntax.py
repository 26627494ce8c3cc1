"""Values in Go's syntax, as an error shows an object that cannot be printed as JSON.

Upstream: Go's fmt/print.go (%#v), strconv/{quote,ftoa}.go
"""

import math
import re
from collections.abc import Iterator
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.resource import Resource
from kplan.manifest.goyaml import TypedKey
from kplan.manifest.scalars import shortest

_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z")
_LARGEST = (1 << 63) - 1
_POINTER = "0xc000000000"
"""The placeholder for a pointer to a number."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def require_printable(item: Resource) -> None:
    """Refuse an object that JSON has no text for."""
    if (key := _complex_key(item.value)) is not None:
        raise KustomizeError(f"map[string]interface {{}}(nil): yaml: invalid map key: {shown(key)}")
    if (wrong := _infinite(item.value)) is not None:
        raise KustomizeError(f"{shown(item.value)}: json: unsupported value: {_number(wrong)}")
    if any(_is_odd(mapping) for mapping in _mappings(item.value)):
        words = "json: unsupported type: map[interface {}]interface {}"
        raise KustomizeError(f"{shown(item.value)}: {words}")


def shown(value: Any, *, old: bool = False) -> str:
    """A value as ``%#v`` prints it; the ``old`` reader makes no mappings whose keys are all texts."""
    if isinstance(value, dict):
        pairs = (f"{_key(key)}:{shown(value[key], old=old)}" for key in sorted(value, key=_rank))
        keys = "interface {}" if old or _is_odd(value) else "string"
        return f"map[{keys}]interface {{}}{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(shown(item, old=old) for item in value)}}}"
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, str):
        return _text(value)
    return ("true" if value else "false") if isinstance(value, bool) else _number(value)


def _key(key: str) -> str:
    return shown(key.typed) if isinstance(key, TypedKey) else quoted(key)


def _rank(key: str) -> tuple[int, Any]:
    """Where a key stands among those of other types: nothing, texts, numbers, booleans."""
    if not isinstance(key, TypedKey):
        return 1, key
    rank = 0 if key.typed is None else 3 if isinstance(key.typed, bool) else 2
    return rank, key.typed if rank == 2 else str(key)


def _is_odd(value: dict[str, Any]) -> bool:
    return any(isinstance(key, TypedKey) for key in value)


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _mappings(item)


def _complex_key(value: Any) -> Any:
    """The first key that is a mapping or a list."""
    keys = (key for mapping in _mappings(value) for key in mapping if isinstance(key, TypedKey))
    return next((key.typed for key in keys if isinstance(key.typed, (dict, list))), None)


def _number(value: float) -> str:
    if isinstance(value, int):
        return str(value) if value <= _LARGEST else _POINTER
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return "NaN" if math.isnan(value) else shortest(value)


def _text(value: str) -> str:
    found = _TIME.fullmatch(value)
    if not found:
        return quoted(value)
    year, month, *rest = map(int, found.groups())
    numbers = ", ".join(map(str, rest))
    return f"time.Date({year}, time.{_MONTHS[month - 1]}, {numbers}, 0, time.UTC)"


def quoted(text: str) -> str:
    """A text as ``%q`` prints it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def _infinite(value: Any) -> float | None:
    """The first number, by order of keys, that JSON cannot represent."""
    if isinstance(value, float):
        return None if math.isfinite(value) else value
    items = [value[key] for key in sorted(value)] if isinstance(value, dict) else value
    for item in items if isinstance(items, list) else ():
        if (found := _infinite(item)) is not None:
            return found
    return None
