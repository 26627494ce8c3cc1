"""Values of a chart that an application holds: texts of YAML, and parameters as ``helm --set`` reads them.

Upstream: github.com/helm/helm pkg/strvals/parser.go
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kplan.manifest.loader import load_text


def from_text(written: str) -> Mapping[str, Any]:
    """What a text of YAML says; nothing if it cannot be read."""
    if not written.strip():
        return {}
    loaded = load_text(written, "values")
    value = loaded.documents[0].value if loaded.documents else None
    return value if isinstance(value, dict) else {}


def from_parameters(parameters: Iterable[Any]) -> Mapping[str, Any]:
    """Nested values of parameters with dotted names."""
    values: dict[str, Any] = {}
    for one in parameters:
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            given = one.get("value", "")
            put(values, one["name"], given if one.get("forceString") else _typed(given))
    return values


def put(values: dict[str, Any], name: str, value: Any) -> None:
    """Set a value at a dotted name; a dot that belongs to a key has a backslash before it."""
    keys = [key.replace("\0", ".") for key in name.replace("\\.", "\0").split(".")]
    inner = values
    for key in keys[:-1]:
        below = inner.get(key)
        inner[key] = inner = dict(below) if isinstance(below, dict) else {}
    inner[keys[-1]] = value


def _typed(given: Any) -> Any:
    """A value as ``--set`` takes it: true, false, null and whole numbers are no texts."""
    named = {"true": True, "false": False, "null": None}
    if not isinstance(given, str) or given in named:
        return named.get(given, given) if isinstance(given, str) else given
    digits = given.removeprefix("-")
    return (
        int(given)
        if digits.isascii() and digits.isdecimal() and (digits == "0" or digits[0] != "0")
        else given
    )
