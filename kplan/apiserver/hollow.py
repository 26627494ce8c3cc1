"""Structs that remember which of their fields were sent as [] or {}: Go tells those from nil until it prints.

Decoding leaves empty fields out, as the server's answers do; a few defaults and error texts depend on them all the same.
Upstream: staging/src/k8s.io/apimachinery/pkg/util/json/json.go
"""

from collections.abc import Mapping
from typing import Any


class Hollow(dict[str, Any]):
    """A decoded struct with fields that were sent empty."""

    __slots__ = ("empty",)
    empty: Mapping[str, Any]

    def __bool__(self) -> bool:
        return True


def hollow(struct: Mapping[str, Any], empty: Mapping[str, Any]) -> Hollow:
    """Note the fields a struct was sent empty."""
    noted = Hollow(struct)
    noted.empty = empty
    return noted


def sent(struct: Mapping[str, Any], name: str) -> Any:
    """A field's value; [] or {} where that was sent, None where nothing was."""
    value = struct.get(name)
    return struct.empty.get(name) if value is None and isinstance(struct, Hollow) else value


def solid(value: Any) -> Any:
    """The same value in plain dicts; lists and dicts inside are changed in place."""
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, (dict, list)):
                value[name] = solid(item)
        return dict(value) if isinstance(value, Hollow) else value
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, (dict, list)):
                value[index] = solid(item)
    return value
