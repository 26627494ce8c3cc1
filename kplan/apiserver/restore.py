"""From a patched map back into Go's types: the second decoder of the API server, with its own words.

Strategic merge patch and server-side apply never pass through JSON again, so types are converted by reflection: numbers
wrap around instead of being refused, and mismatches name kinds instead of fields.

Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/converter.go
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver import unmarshal
from kplan.apiserver.patch.go_values import KINDS
from kplan.apiserver.unmarshal import Fatal
from kplan.namedtuples import NamedTuple
from kplan.schema import layouts
from kplan.schema.layouts import element, printed


class RestoreError(Exception):
    """The value does not fit its type; the text is the converter's."""


_MARSHALERS: Final = {
    "api/resource.Quantity": unmarshal.read_quantity,
    "util/intstr.IntOrString": unmarshal.read_int_or_string,
    "meta/v1.Time": unmarshal.read_time,
    "meta/v1.MicroTime": unmarshal.read_micro_time,
}
_BITS: Final = {"int": 64, "int64": 64, "int32": 32, "uint64": 64, "uint8": 8}
_STAY: Final = {"string": str, "bool": bool}
_FREE: Final = (
    ".JSON",
    ".JSONSchemaPropsOrArray",
    ".JSONSchemaPropsOrBool",
    ".JSONSchemaPropsOrStringArray",
    ".FieldsV1",
)


def restore(value: Json, gvk: GroupVersionKind) -> Json:
    """Convert an object of a built-in kind; numbers come out as the type holds them. Raises RestoreError."""
    expression = layouts.bundled().type_of(gvk)
    if expression is None:
        return value
    restored: Json = _restored(value, expression)
    return restored


def _restored(value: Any, expression: str) -> Any:
    if value is None:
        return None
    way = _way(expression)
    return value if way is None else way(value)


_Way = Callable[[Any], Any]


@cache
def _way(expression: str) -> _Way | None:
    """How values of a type are restored; None if they stay as they are. It depends on nothing but the type."""
    expression = expression.lstrip("*")
    if expression in _MARSHALERS:
        return partial(_unmarshaled, expression)
    if expression in {"any", "runtime.RawExtension"} or expression.endswith(_FREE):
        return None
    if layouts.bundled().fields(expression) is not None:
        return partial(_struct, expression)
    underlying = layouts.bundled().underlying(expression)
    if underlying.startswith("map["):
        return partial(_map, element(underlying))
    if underlying.startswith("[]"):
        return partial(_slice, underlying)
    return (
        partial(_string, expression) if underlying == "string" else partial(_simple, underlying, expression)
    )


def _unmarshaled(expression: str, value: Any) -> Any:
    try:
        _MARSHALERS[expression](value)
    except Fatal as error:
        raise RestoreError(str(error)) from error
    return value


def _struct(expression: str, value: Any) -> Json:
    """Restore the fields that are there; what the type does not know is left for the reader."""
    if not isinstance(value, dict):
        raise RestoreError(f"cannot restore struct from: {KINDS[type(value)]}")
    try:
        return _restored_fields(value, value, _ways(expression))
    except RestoreError:
        # upstream goes by the declaration, and so to the first of several mismatches in that order
        return _restored_fields(
            value, [name for name in _ways(expression) if name in value], _ways(expression)
        )


def _restored_fields(value: Json, names: Iterable[str], ways: Mapping[str, "_FieldWay"]) -> Json:
    restored = dict(value)
    for name in names:
        item, field = value[name], ways.get(name)
        if field is not None and item is not None and item.__class__ is not field.stays:
            restored[name] = field.way(item)
    return restored


class _FieldWay(NamedTuple):
    """How a field is restored that may change or be refused."""

    stays: type | None
    """Values of this class stay as they are."""
    way: _Way


@cache
def _ways(expression: str) -> Mapping[str, _FieldWay]:
    """How the fields of a struct are restored, in the order of the declaration."""
    found: dict[str, _FieldWay] = {}
    for name, field in _fields(expression):
        if (way := _way(field)) is not None:
            found[name] = _FieldWay(_STAY.get(layouts.bundled().underlying(field.lstrip("*"))), way)
    return found


@cache
def _fields(expression: str) -> Sequence[tuple[str, str]]:
    """The fields of a struct with their types, those of structs that are inline in their places."""
    found: list[tuple[str, str]] = []
    for field in layouts.bundled().fields(expression) or ():
        found += _fields(field.type.lstrip("*")) if field.inline else [(field.json, field.type)]
    return tuple(found)


def _map(item: str, value: Any) -> Json:
    if not isinstance(value, dict):
        raise RestoreError(f"cannot restore map from {KINDS[type(value)]}")
    return {key: _restored(value[key], item) for key in sorted(value)}


def _slice(underlying: str, value: Any) -> Any:
    if underlying == "[]uint8" and isinstance(value, str):
        if problem := unmarshal.base64_error(value):
            raise RestoreError(f"error decoding from json: {problem}")
        return value
    if not isinstance(value, list):
        raise RestoreError(f"cannot restore slice from {KINDS[type(value)]}")
    return [_restored(item, element(underlying)) for item in value]


def _string(expression: str, value: Any) -> Any:
    return value if isinstance(value, str) else _simple("string", expression, value)


def _simple(underlying: str, expression: str, value: Any) -> Any:
    """Strings, booleans and numbers; a number fits any number type, by wrapping around if need be."""
    if isinstance(value, str) and underlying == "string":
        return value
    if isinstance(value, bool):
        if underlying == "bool":
            return value
    elif isinstance(value, int):
        if underlying in _BITS:
            return _wrapped(value, underlying)
        if underlying.startswith("float"):
            return value
        if underlying == "string":
            raise RestoreError(f"cannot convert int64 to {printed(expression)}")
    elif isinstance(value, float):
        if underlying.startswith("float"):
            return value
        if underlying in _BITS:
            if value.is_integer():
                return _wrapped(int(value), underlying)
            raise RestoreError(f"cannot convert float64 to {printed(expression)}")
    raise RestoreError(f"unrecognized type: {underlying}")


def _wrapped(value: int, underlying: str) -> int:
    bits = _BITS[underlying]
    value %= 1 << bits
    return value - (1 << bits) if not underlying.startswith("u") and value >> (bits - 1) else value
