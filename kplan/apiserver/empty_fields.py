"""Which fields of a struct were sent as [] or {}: Go distinguishes those from nil until it encodes the struct again.

Decoding leaves empty fields out, as the server's answers do; a few defaults and error texts
depend on them all the same.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/json/json.go
"""

from collections.abc import Mapping
from typing import Any


class EmptyAware(dict[str, Any]):
    """A decoded struct that knows which of its fields were sent empty; never empty itself, as Go's struct is not."""

    __slots__ = ("empty",)
    empty: Mapping[str, Any]

    def __bool__(self) -> bool:
        return True


def remember_empty(struct: Mapping[str, Any], empty: Mapping[str, Any]) -> EmptyAware:
    """The struct with the fields that were sent empty, each as [] or {}."""
    noted = EmptyAware(struct)
    noted.empty = empty
    return noted


def shallow(struct: Mapping[str, Any]) -> dict[str, Any]:
    """A copy whose own fields may be changed, and that knows what the struct knows."""
    return remember_empty(struct, struct.empty) if isinstance(struct, EmptyAware) else dict(struct)


def forget_empty(struct: Mapping[str, Any], name: str) -> None:
    """Take a field that was sent empty for one that was not sent."""
    if isinstance(struct, EmptyAware) and name in struct.empty:
        struct.empty = {field: value for field, value in struct.empty.items() if field != name}


def sent(struct: Mapping[str, Any], name: str) -> Any:
    """A field's value; [] or {} if that was sent, None if nothing was."""
    value = struct.get(name)
    return struct.empty.get(name) if value is None and isinstance(struct, EmptyAware) else value


def plain(value: Any) -> Any:
    """The same value in plain dicts; lists and dicts inside are changed in place."""
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, (dict, list)):
                value[name] = plain(item)
        return dict(value) if isinstance(value, EmptyAware) else value
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, (dict, list)):
                value[index] = plain(item)
    return value


def plain_copy(value: Any) -> Any:
    """A copy of the value in plain dicts; the value itself stays as it is."""
    if isinstance(value, dict):
        return {name: plain_copy(item) for name, item in value.items()}
    return [plain_copy(item) for item in value] if isinstance(value, list) else value
