"""Where an object does not match its kind's schema: unknown fields, values of another type, missing fields."""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from types import ModuleType
from typing import Any, Final

from kplan.fieldpath import FieldPath, Key, Step
from kplan.namedtuples import NamedTuple
from kplan.schema.definitions import Definitions, Schema


class MismatchType(Enum):
    """How a value does not match its schema."""

    UNKNOWN = "unknown"
    TYPE = "type"
    MISSING = "missing"
    VALUE = "value"


class Mismatch(NamedTuple):
    """One place that does not match: what is there, and what the schema expects."""

    type: MismatchType
    path: FieldPath
    given: Any = None
    expected: tuple[str, ...] = ()
    """Field names, type names or values that would do."""


_Place = tuple[Any, Step] | None
_QUANTITY: Final = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_TIMES: Final = {
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "2026-01-31T08:00:00Z",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "2026-01-31T08:00:00.000000Z",
}
"""How times are written, by the name of their type."""
BASE64: Final = "text in base64"
TIME: Final = "a time"
_UNCHECKED: Final = frozenset(
    {
        "io.k8s.apimachinery.pkg.runtime.RawExtension",
        "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1",
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps",
    }
)
"""Types whose fields are not checked: they hold anything, or are schemas themselves."""
_LENIENT: Final = frozenset(
    {
        ("spec", "limits"),
        ("spec", "drivers"),
        ("spec", "spec"),
        ("podFailurePolicy", "rules"),
        ("httpHeaders", "value"),
        ("sysctls", "value"),
        ("preferredDuringSchedulingIgnoredDuringExecution", "preference"),
        ("versions", "served"),
    }
)
"""Fields, with their parent, that OpenAPI calls required and the server accepts empty."""
_OBJECT_META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_TYPE_FIELDS: Final = ("apiVersion", "kind", "metadata")
_NAMES: Final[Mapping[type, str]] = {
    bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "a mapping",
}  # fmt: skip
_CLASSES: Final[Mapping[str, type]] = {"string": str, "integer": int, "boolean": bool}
_RULES: Final = frozenset({"$ref", "enum", "x-kubernetes-int-or-string"})
_EXPECTED: Final = {
    "string": "a string", "integer": "an integer", "number": "a number", "boolean": "true or false",
    "array": "a list", "object": "a mapping",
}  # fmt: skip


def name_of_type(value: Any) -> str:
    """A value's type in words."""
    return _NAMES.get(type(value), "nothing")


def mismatches(
    value: Mapping[str, Any], schema: Schema, definitions: Definitions, *, status: bool = False
) -> list[Mismatch]:
    """Every place where an object does not match its kind's schema;
    the ``status``, which the server writes, is left out.
    """
    checked = value if status else {name: item for name, item in value.items() if name != "status"}
    walk = _Walk(definitions)
    walk.value(checked, schema, None)
    return walk.found


class _Walk:
    """One descent; places are linked pairs that become field paths only if something is found."""

    def __init__(self, definitions: Definitions) -> None:
        self._schemas = definitions.schemas
        self.found: list[Mismatch] = []

    def value(self, value: Any, schema: Schema, at: _Place) -> None:
        reference = schema.get("$ref")
        if isinstance(reference, str):
            if reference == _QUANTITY:
                self._quantity(value, at)
                return
            if reference in _TIMES and isinstance(value, str):
                self._time(value, _TIMES[reference], at)
                return
            if reference in _UNCHECKED:
                return
            schema = self._schemas.get(reference, {})
        shape = _shape_of(schema)
        if value is None or shape.is_anything:
            return
        if shape.is_flexible:
            if not isinstance(value, (str, int)) or isinstance(value, bool):
                self._report(MismatchType.TYPE, at, value, ("an integer or a string",))
        elif shape.type is not None and not _has_type(value, shape.type):
            if not shape.is_bytes or not isinstance(value, list):
                self._report(MismatchType.TYPE, at, value, (_EXPECTED.get(shape.type, shape.type),))
        elif isinstance(value, dict):
            if shape.properties is None:
                self._members(value, shape, at)
            else:
                self._mapping(value, shape.properties, shape, at)
        elif isinstance(value, list):
            if shape.items is not None:
                for index, item in enumerate(value):
                    if item.__class__ is not shape.of_items:
                        self.value(item, shape.items, (at, index))
        elif shape.allowed is not None and value not in shape.allowed:
            self._report(MismatchType.VALUE, at, value, tuple(map(str, shape.allowed)))
        elif shape.is_bytes and isinstance(value, str) and not is_base64(value):
            self._report(MismatchType.VALUE, at, value, (BASE64,))

    def _members(self, value: Mapping[str, Any], shape: "_Shape", at: _Place) -> None:
        """The members of a mapping whose keys are the user's."""
        if shape.others is not None:
            for key, item in value.items():
                if item.__class__ is not shape.of_others:
                    self.value(item, shape.others, (at, Key(key)))

    def _mapping(
        self, value: Mapping[str, Any], properties: Mapping[str, Any], shape: "_Shape", at: _Place
    ) -> None:
        embedded = at is None or shape.is_embedded
        for name, item in value.items():
            if shape.simple.get(name) is item.__class__ and not (embedded and name == "metadata"):
                continue
            known = properties.get(name)
            if embedded and name == "metadata" and not (isinstance(known, dict) and known.get("$ref")):
                known = {"$ref": _OBJECT_META}
            if isinstance(known, dict):
                self.value(item, known, (at, name))
            elif known is None and not (embedded and name in _TYPE_FIELDS) and not shape.keeps_unknown:
                self._report(MismatchType.UNKNOWN, (at, name), item, tuple(properties))
        if shape.required and at is not None:
            for name in shape.required:
                if value.get(name) is None and not _may_miss(properties.get(name), at, name, value):
                    self._report(MismatchType.MISSING, (at, name))

    def _quantity(self, value: Any, at: _Place) -> None:
        if value is None:
            return
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            self._report(MismatchType.TYPE, at, value, ("a quantity",))
            return
        known = _quantities()
        try:
            known.Quantity.parse(str(value))
        except known.QuantityError:
            self._report(MismatchType.VALUE, at, value, ("a quantity such as 500m or 1Gi",))

    def _time(self, value: str, example: str, at: _Place) -> None:
        known = _timestamps()
        try:
            known.parse_time(value, known.RFC3339_MICRO if "." in example else known.RFC3339)
        except known.TimeError:
            self._report(MismatchType.VALUE, at, value, (f"{TIME} such as {example}",))

    def _report(
        self, type_: MismatchType, at: _Place, given: Any = None, expected: tuple[str, ...] = ()
    ) -> None:
        steps: list[Step] = []
        while at is not None:
            at, step = at
            steps.append(step)
        self.found.append(Mismatch(type_, FieldPath.of(*reversed(steps)), given, expected))


def is_base64(value: str) -> bool:
    """Tell whether Go reads it as base64: padded, line ends anywhere."""
    from base64 import b64decode  # noqa: PLC0415 - most objects have no field of bytes

    try:
        b64decode(value.replace("\r", "").replace("\n", ""), validate=True)
    except ValueError:
        return False
    return True


def _may_miss(schema: Any, at: tuple[Any, Step], name: str, value: Mapping[str, Any]) -> bool:
    """Whether the server takes an object without a required field: it fills it in, or null is a value of it.

    Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/algorithm.go (Default)
    """
    if isinstance(schema, dict):
        if schema.get("default") is not None:
            return True
        if name in value and schema.get("nullable"):
            return True
    return (_field(at), name) in _LENIENT


def _field(at: tuple[Any, Step]) -> Step:
    """The field a value stands in; for an item of a list, the list's."""
    return at[0][1] if isinstance(at[1], int) and at[0] is not None else at[1]


class _Shape:
    """What a schema asks of a value, read once for all values."""

    __slots__ = (
        "allowed", "is_anything", "is_bytes", "is_embedded", "is_flexible", "items", "keeps_unknown", "of_items", "of_others", "others",
        "properties", "required", "schema", "simple", "type",
    )  # fmt: skip

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        properties, items, others = (
            one if isinstance(one := schema.get(name), dict) else None
            for name in ("properties", "items", "additionalProperties")
        )
        self.properties: Mapping[str, Any] | None = properties
        self.items: Schema | None = items
        self.others: Schema | None = others
        """What members are whose names are the user's."""
        self.simple = _simple(properties or {})
        self.of_items = _fitting_class(items) if items is not None else None
        self.of_others = _fitting_class(others) if others is not None else None
        kind, allowed = schema.get("type"), schema.get("enum")
        self.type = None if kind is None else str(kind)
        self.allowed = allowed if isinstance(allowed, list) else None
        required = schema.get("required")
        names = required if isinstance(required, list) else ()
        self.required = [name for name in names if isinstance(name, str)]
        keeps = bool(schema.get("x-kubernetes-preserve-unknown-fields"))
        self.is_anything = keeps and "properties" not in schema
        self.keeps_unknown = keeps or bool(schema.get("additionalProperties"))
        self.is_flexible = schema.get("format") == "int-or-string" or bool(
            schema.get("x-kubernetes-int-or-string")
        )
        self.is_bytes = schema.get("format") == "byte"
        self.is_embedded = bool(schema.get("x-kubernetes-embedded-resource"))


# By identity, for dictionaries have no hash: schemas are never changed in place, and a shape holds its schema, so
# that the id is not reused.
_SHAPES: Final[dict[int, _Shape]] = {}
_MOST_KNOWN: Final = 100_000


def _shape_of(schema: Schema) -> _Shape:
    known = _SHAPES.get(id(schema))
    if known is None or known.schema is not schema:
        if len(_SHAPES) > _MOST_KNOWN:
            _SHAPES.clear()
        known = _SHAPES[id(schema)] = _Shape(schema)
    return known


def _simple(properties: Mapping[str, Any]) -> Mapping[str, type]:
    """The fields of a schema of which any value of a class will do, by name."""
    classes = {name: _fitting_class(one) for name, one in properties.items() if isinstance(one, dict)}
    return {name: one for name, one in classes.items() if one is not None}


def _fitting_class(schema: Schema) -> type | None:
    """The class of which any value fits a schema, which is that of a text,
    number or boolean without rules: most are.
    """
    if not _RULES.isdisjoint(schema) or schema.get("format") in ("byte", "int-or-string"):
        return None
    kind = schema.get("type")
    return _CLASSES.get(kind) if isinstance(kind, str) else None  # nobody checked a definition's schema


def _has_type(value: Any, kind: str) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("integer", "number"):
        return isinstance(value, int if kind == "integer" else (int, float)) and not isinstance(value, bool)
    if kind == "array":
        return isinstance(value, list)
    return not isinstance(value, (str, int, float, list)) if kind == "object" else True


@cache
def _timestamps() -> ModuleType:
    from kplan.api import timestamps  # noqa: PLC0415 - few objects have times

    return timestamps


@cache
def _quantities() -> ModuleType:
    from kplan.api import quantity  # noqa: PLC0415 - few kinds have quantities

    return quantity
