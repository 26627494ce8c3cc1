"""Where an object departs from its kind's schema: fields nobody knows, values of another type, fields left out."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final, NamedTuple

from kplan.api.quantity import Quantity, QuantityError
from kplan.fieldpath import ROOT, FieldPath
from kplan.schema.definitions import Definitions, Schema


class Departure(Enum):
    """How a value departs from its schema."""

    UNKNOWN = "unknown"
    TYPE = "type"
    MISSING = "missing"
    VALUE = "value"


class Mismatch(NamedTuple):
    """One departure: where, and what the schema knows instead."""

    departure: Departure
    path: FieldPath
    given: Any = None
    expected: tuple[str, ...] = ()
    """Field names, type names or values that would do."""


_QUANTITY: Final = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_FREE: Final = frozenset(
    {
        "io.k8s.apimachinery.pkg.runtime.RawExtension",
        "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1",
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps",
    }
)
"""Types whose insides are not looked at: they hold anything, or are schemas themselves."""
_LENIENT: Final = frozenset(
    {
        ("spec", "limits"), ("spec", "drivers"), ("spec", "spec"), ("podFailurePolicy", "rules"),
    }
)  # fmt: skip
"""Fields under a parent that OpenAPI calls required and the server takes empty."""
_OBJECT_META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_TYPE_FIELDS: Final = ("apiVersion", "kind", "metadata")
_NAMES: Final[Mapping[type, str]] = {
    bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a mapping",
}  # fmt: skip
_EXPECTED: Final = {
    "string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
    "array": "a list", "object": "a mapping",
}  # fmt: skip


def name_of_type(value: Any) -> str:
    """A value's type in words."""
    return _NAMES.get(type(value), "nothing")


def mismatches(value: Mapping[str, Any], schema: Schema, definitions: Definitions) -> Iterator[Mismatch]:
    """Every departure of an object from its kind's schema; its status is the server's business and left out."""
    checked = {name: item for name, item in value.items() if name != "status"}
    return _Walk(definitions).value(checked, schema, ROOT, root=True)


class _Walk:
    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def value(self, value: Any, schema: Schema, path: FieldPath, *, root: bool = False) -> Iterator[Mismatch]:
        reference = schema.get("$ref")
        if reference is not None:
            if reference == _QUANTITY:
                yield from _quantity(value, path)
                return
            if reference in _FREE:
                return
            schema = self._definitions.schemas.get(reference, {})
        if value is None or (
            schema.get("x-kubernetes-preserve-unknown-fields") and "properties" not in schema
        ):
            return
        kind = schema.get("type")
        if schema.get("format") == "int-or-string" or schema.get("x-kubernetes-int-or-string"):
            if not isinstance(value, (str, int)) or isinstance(value, bool):
                yield Mismatch(Departure.TYPE, path, value, ("a whole number or a text",))
        elif schema.get("format") == "byte" and isinstance(value, list):
            return
        elif kind is not None and not _fits(value, kind):
            yield Mismatch(Departure.TYPE, path, value, (_EXPECTED.get(str(kind), str(kind)),))
        elif isinstance(value, dict):
            yield from self._mapping(value, schema, path, root=root)
        elif isinstance(value, list):
            items = schema.get("items")
            for index, item in enumerate(value if isinstance(items, dict) else ()):
                yield from self.value(item, items or {}, path / index)
        elif isinstance(allowed := schema.get("enum"), list) and value not in allowed:
            yield Mismatch(Departure.VALUE, path, value, tuple(map(str, allowed)))

    def _mapping(
        self, value: Mapping[str, Any], schema: Schema, path: FieldPath, *, root: bool
    ) -> Iterator[Mismatch]:
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            items = schema.get("additionalProperties")
            for key, item in value.items() if isinstance(items, dict) else ():
                yield from self.value(item, items or {}, path.key(key))
            return
        embedded = root or schema.get("x-kubernetes-embedded-resource")
        keeps = schema.get("x-kubernetes-preserve-unknown-fields") or schema.get("additionalProperties")
        for name, item in value.items():
            known = properties.get(name)
            if embedded and name == "metadata" and not (known or {}).get("$ref"):
                known = {"$ref": _OBJECT_META}
            if known is not None:
                yield from self.value(item, known, path / name)
            elif not keeps and not (embedded and name in _TYPE_FIELDS):
                yield Mismatch(Departure.UNKNOWN, path / name, item, tuple(properties))
        for name in schema.get("required") or ():
            if value.get(name) is None and not root and (path.step, name) not in _LENIENT:
                yield Mismatch(Departure.MISSING, path / name)


def _quantity(value: Any, path: FieldPath) -> Iterator[Mismatch]:
    if value is None:
        return
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        yield Mismatch(Departure.TYPE, path, value, ("a quantity",))
        return
    try:
        Quantity.parse(str(value))
    except QuantityError:
        yield Mismatch(Departure.VALUE, path, value, ("a quantity such as 500m or 1Gi",))


def _fits(value: Any, kind: str) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("integer", "number"):
        return isinstance(value, int if kind == "integer" else (int, float)) and not isinstance(value, bool)
    if kind == "array":
        return isinstance(value, list)
    return not isinstance(value, (str, int, float, list)) if kind == "object" else True
