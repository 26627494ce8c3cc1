"""What a schema looks like to rules: its types, the names of its fields, and its values converted.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/{common/schemas,common/values,escaping}.go
"""

import base64
import binascii
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from kplan.api import timestamps
from kplan.api.timestamps import TimeError
from kplan.apiserver.cel.tokens import KEYWORDS
from kplan.apiserver.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    OWN_TYPE,
    STRING,
    TIMESTAMP,
    Type,
    list_of,
    map_of,
    object_type,
)
from kplan.apiserver.cel.values import Duration, MapList, SetList, Struct, Timestamp, Unreadable

Schema = Mapping[str, Any]

_SPECIAL: Final = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_STRING: Final[Schema] = {"type": "string"}
_METADATA: Final[Schema] = {"type": "object", "properties": {"name": _STRING, "generateName": _STRING}}
_FORMATS: Final = {"byte": BYTES, "duration": DURATION, "date": TIMESTAMP, "date-time": TIMESTAMP}


@lru_cache(maxsize=4096)
def escape(name: str) -> str | None:
    """A field's name in CEL; None if it has none."""
    if not name or name[0].isdigit():
        return None
    if name in KEYWORDS:
        return f"__{name}__"
    if re.search(r"[^A-Za-z0-9_.\-/]", name):
        return None
    return re.sub(r"__|[.\-/]", lambda match: _SPECIAL[match[0]], name)


def with_meta(schema: Schema) -> Schema:
    """A resource's schema with the type and metadata that rules may read."""
    properties = {
        **(schema.get("properties") or {}),
        "kind": _STRING,
        "apiVersion": _STRING,
        "metadata": _METADATA,
    }
    return {**schema, "properties": properties}


def type_of(schema: Schema, *, root: bool = False, name: str = OWN_TYPE) -> Type | None:
    """The CEL type of a schema; None if rules cannot see it.

    Objects at two places are of two types, each with the ``name`` of its place.
    """
    if schema.get("x-kubernetes-int-or-string"):
        return DYN
    if root:
        schema = with_meta(schema)
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items")
        inner = _inner(items, f"{name}.@idx") if isinstance(items, Mapping) else None
        return None if inner is None else list_of(inner)
    if kind == "object":
        more = schema.get("additionalProperties")
        if isinstance(more, Mapping):
            inner = _inner(more, f"{name}.@elem")
            return None if inner is None else map_of(STRING, inner)
        return object_type(name, _fields(schema, name))
    if kind == "string":
        return _FORMATS.get(schema.get("format", ""), STRING)
    return {"boolean": BOOL, "number": DOUBLE, "integer": INT}.get(kind or "")


def _inner(schema: Schema, name: str) -> Type | None:
    return type_of(schema, root=bool(schema.get("x-kubernetes-embedded-resource")), name=name)


def _fields(schema: Schema, place: str) -> dict[str, Type]:
    fields = {}
    for name, inner in (schema.get("properties") or {}).items():
        kind, escaped = _inner(inner, f"{place}.{name}"), escape(name)
        if kind is not None and escaped is not None:
            fields[escaped] = kind
    return fields


def to_cel(value: Any, schema: Schema | None, *, root: bool = False) -> Any:
    """A JSON value as CEL sees it through its schema."""
    if value is None or schema is None or schema.get("x-kubernetes-int-or-string"):
        return value
    if root or schema.get("x-kubernetes-embedded-resource"):
        schema = with_meta(schema)
    kind = schema.get("type")
    if isinstance(value, dict):
        return _to_object(value, schema)
    if isinstance(value, list):
        return _to_list(value, schema)
    if kind == "number" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind == "integer" and isinstance(value, float):
        return int(value)
    return (
        _to_scalar(value, schema.get("format", "")) if kind == "string" and isinstance(value, str) else value
    )


def _to_object(value: dict[str, Any], schema: Schema) -> Any:
    more = schema.get("additionalProperties")
    if isinstance(more, dict):
        return {name: to_cel(item, more) for name, item in value.items()}
    properties = schema.get("properties") or {}
    if schema.get("x-kubernetes-preserve-unknown-fields") and not properties:
        return value
    struct = Struct()
    for name, item in value.items():
        escaped = escape(name)
        if name in properties and escaped is not None and item is not None:  # null is as if it was not there
            struct[escaped] = to_cel(item, properties[name])
    return struct


def _to_list(value: list[Any], schema: Schema) -> list[Any]:
    items = schema.get("items")
    found = [to_cel(item, items if isinstance(items, dict) else None) for item in value]
    kind = schema.get("x-kubernetes-list-type")
    if kind == "set":
        return SetList(found)
    if kind == "map":
        keys = tuple(escape(name) or name for name in schema.get("x-kubernetes-list-map-keys") or ())
        return MapList(found, keys)
    return found


def _bytes_of(value: str) -> Any:
    """Decode a text from the URL alphabet of base64, which the server uses although it validates the other one."""
    other = re.search(r"[+/]", value)
    if other is None:
        return base64.b64decode(value.replace("-", "+").replace("_", "/"))
    words = f"illegal base64 data at input byte {other.start()}"
    return Unreadable(f"Invalid byte formatted string {value}: {words}")


def _to_scalar(value: str, form: str) -> Any:
    try:
        if form == "duration":
            return Duration(timestamps.parse_duration(value))
        if form == "date":
            return Timestamp(timestamps.parse_time(f"{value}T00:00:00Z"))
        if form == "date-time":
            return Timestamp(timestamps.parse_time(value))
        if form == "byte":
            return _bytes_of(value)
    except (TimeError, binascii.Error):
        return value
    return value
