"""Tells whether a schema is structural: every value it speaks of has a type outside of ``allOf`` and its kin.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/{convert,validation,complete}.go
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.customresource.contents import Seen
from kplan.apiserver.customresource.schemas import is_leaf, is_ordinary
from kplan.apiserver.field import ErrorList
from kplan.apiserver.goregexp.compiled import compile_regex
from kplan.apiserver.goregexp.errors import RegexError
from kplan.fieldpath import FieldPath

Schema = Mapping[str, Any]

_UNSUPPORTED: Final = (
    ("id", "id"), ("$schema", "schema"), ("$ref", "$ref"), ("patternProperties", "patternProperties"),
    ("dependencies", "dependencies"), ("additionalItems", "additionalItems"), ("definitions", "definitions"),
)  # fmt: skip
_READABLE: Final = Seen()
_STRUCTURAL: Final = Seen()
"""By their level."""
_INT_OR_STRING: Final = [{"type": "integer"}, {"type": "string"}]
_EMPTY_TYPE: Final = {
    "root": "must not be empty at the root",
    "item": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}
_FORBIDDEN_NESTED: Final = (
    ("default", "must be undefined to be structural"),
    ("title", "must be empty to be structural"),
    ("description", "must be empty to be structural"),
    ("nullable", "must be false to be structural"),
    ("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
    ("x-kubernetes-embedded-resource", "must be false to be structural"),
    ("x-kubernetes-int-or-string", "must be false to be structural"),
    ("x-kubernetes-list-map-keys", "must be empty to be structural"),
    ("x-kubernetes-list-type", "must be undefined to be structural"),
    ("x-kubernetes-map-type", "must be undefined to be structural"),
    ("x-kubernetes-validations", "must be empty to be structural"),
)


def unreadable(schema: Schema | None, *, nested: bool = False) -> str:
    """Why a schema cannot be turned into a structural one at all; empty if it can."""
    if schema is None or is_leaf(schema) or _READABLE.has(schema):
        return ""
    problem = _problem(schema, nested=nested)
    if not problem:
        _READABLE.add(schema)
    return problem


def _problem(schema: Schema, *, nested: bool) -> str:
    if is_ordinary(schema):
        return _unreadable_inside(schema, nested=nested)
    for name, shown in _UNSUPPORTED:
        value = schema.get(name)
        if value not in (None, "", {}) or (name == "additionalItems" and value is not None):
            return f"OpenAPIV3Schema '{shown}' is not supported"
    inner: list[Schema | None] = [
        schema.get("not"),
        *(schema.get("allOf") or ()),
        *(schema.get("anyOf") or ()),
    ]
    inner += schema.get("oneOf") or ()
    problem = next((text for part in inner if (text := unreadable(part, nested=True))), "")
    if problem:
        return problem
    if schema.get("x-kubernetes-preserve-unknown-fields") is False:
        return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined"
    if isinstance(schema.get("items"), list) and schema["items"]:
        return "OpenAPIV3Schema 'items' must be a schema, but is an array"
    return _unreadable_inside(schema, nested=nested)


def _unreadable_inside(schema: Schema, *, nested: bool) -> str:
    more = schema.get("additionalProperties")
    children = [
        _single(schema.get("items")),
        *(schema.get("properties") or {}).values(),
        more if isinstance(more, Mapping) else None,
    ]
    return next(
        (text for part in children if not is_leaf(part) and (text := unreadable(part, nested=nested))), ""
    )


def _single(items: Any) -> Schema | None:
    return items if isinstance(items, Mapping) else None


def validate(schema: Schema, path: FieldPath) -> ErrorList:
    """Everything that keeps a schema from being structural, sorted by text."""
    return sorted(_invariants(schema, "root", path) + _complete(schema, schema, path, path), key=str)


def _invariants(schema: Schema | None, level: str, path: FieldPath) -> ErrorList:
    if schema is None or (level != "root" and is_leaf(schema)) or _STRUCTURAL.has(schema, level):
        return []
    errors = _violations(schema, level, path)
    if not errors:
        _STRUCTURAL.add(schema, level)
    return errors


def _violations(schema: Schema, level: str, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    kind, embedded = schema.get("type", ""), bool(schema.get("x-kubernetes-embedded-resource"))
    properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
    if kind == "array" and not isinstance(schema.get("items"), Mapping):
        errors.append(field.required(path / "items", "must be specified"))
    errors += _invariants(_single(schema.get("items")), "item", path / "items")
    for name, inner in properties.items():
        if not is_leaf(inner):
            errors += _invariants(inner, "field", (path / "properties").key(name))
    if more is not None:
        if level == "root":
            errors.append(field.forbidden(path / "additionalProperties", "must not be used at the root"))
        if isinstance(more, Mapping):
            errors += _invariants(more, "field", path / "additionalProperties")
    if level != "root" and is_ordinary(schema):
        return errors
    errors += _extensions(schema, path)
    all_of: Sequence[Schema] = schema.get("allOf") or ()
    errors += _values(
        schema, path, skip_any=schema.get("anyOf") == _INT_OR_STRING,
        skip_first=bool(all_of) and all_of[0].get("anyOf") == _INT_OR_STRING,
    )  # fmt: skip
    errors += _types(schema, kind, level, path, embedded=embedded)
    if level == "root" or embedded:
        for name in ("kind", "apiVersion"):
            if name in properties and properties[name].get("type", "") != "string":
                place = (path / "properties").key(name) / "type"
                errors.append(field.invalid(place, properties[name].get("type", ""), "must be string"))
    if "metadata" in properties:
        place = (path / "properties").key("metadata")
        errors += _metadata(properties["metadata"], level, place, checked=level == "root" or embedded)
    if embedded and not schema.get("x-kubernetes-preserve-unknown-fields") and not properties:
        detail = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"
        errors.append(field.required(path / "properties", detail))
    return errors


def _types(schema: Schema, kind: str, level: str, path: FieldPath, *, embedded: bool) -> ErrorList:
    errors: ErrorList = []
    loose = schema.get("x-kubernetes-int-or-string") or schema.get("x-kubernetes-preserve-unknown-fields")
    if embedded and kind != "object":
        detail = "must be object if x-kubernetes-embedded-resource is true"
        errors.append(
            field.invalid(path / "type", kind, detail) if kind else field.required(path / "type", detail)
        )
    elif not kind and not loose:
        errors.append(field.required(path / "type", _EMPTY_TYPE[level]))
    if embedded and schema.get("additionalProperties") is not None:
        detail = "must not be used if x-kubernetes-embedded-resource is set"
        errors.append(field.forbidden(path / "additionalProperties", detail))
    if level == "root" and kind and kind != "object":
        errors.append(field.invalid(path / "type", kind, "must be object at the root"))
    return errors


def _extensions(schema: Schema, path: FieldPath) -> ErrorList:
    if not schema.get("x-kubernetes-int-or-string"):
        return []
    return [
        field.invalid(path / name, True, "must be false if x-kubernetes-int-or-string is true")
        for name in ("x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource")
        if schema.get(name)
    ]


def _metadata(schema: Schema, level: str, path: FieldPath, *, checked: bool) -> ErrorList:
    errors: ErrorList = []
    if checked and schema.get("type", "") != "object":
        errors.append(field.invalid(path / "type", schema.get("type", ""), "must be object"))
    if level == "root":
        names = set(schema.get("properties") or ())
        rest = {key for key, value in schema.items() if value not in (None, [], {})} - {"type", "default"}
        if names and names <= {"name", "generateName"}:
            rest -= {"properties"}
        if rest:
            detail = "must not specify anything other than name and generateName, but metadata is implicitly specified"
            errors.append(field.forbidden(path, detail))
    return errors


def _values(
    schema: Schema, path: FieldPath, *, skip_any: bool = False, skip_first: bool = False
) -> ErrorList:
    errors: ErrorList = []
    if not skip_any:
        for index, inner in enumerate(schema.get("anyOf") or ()):
            errors += _nested(inner, path / "anyOf" / index)
    for index, inner in enumerate(schema.get("allOf") or ()):
        errors += _nested(inner, path / "allOf" / index, skip_any=skip_first and index == 0)
    for index, inner in enumerate(schema.get("oneOf") or ()):
        errors += _nested(inner, path / "oneOf" / index)
    errors += _nested(schema.get("not"), path / "not")
    if pattern := schema.get("pattern"):
        try:
            compile_regex(pattern)
        except RegexError as error:
            errors.append(
                field.invalid(
                    path / "pattern", pattern, f"must be a valid regular expression, but isn't: {error}"
                )
            )
    return errors


def _nested(schema: Schema | None, path: FieldPath, *, skip_any: bool = False) -> ErrorList:
    if schema is None:
        return []
    errors = _values(schema, path, skip_any=skip_any)
    errors += _nested(schema.get("items"), path / "items")
    for name, inner in (schema.get("properties") or {}).items():
        errors += _nested(inner, (path / "properties").key(name))
    if schema.get("type"):
        errors.append(field.forbidden(path / "type", "must be empty to be structural"))
    if schema.get("additionalProperties") not in (None, False):
        errors.append(field.forbidden(path / "additionalProperties", "must be undefined to be structural"))
    for name, detail in _FORBIDDEN_NESTED:
        value = schema.get(name)
        if value or (value is not None and "undefined" in detail):  # 0 and "" are defined
            errors.append(field.forbidden(path / name, detail))
    if "metadata" in (schema.get("properties") or {}):
        place = (path / "properties").key("metadata")
        errors.append(field.forbidden(place, "must not be specified in a nested context"))
    return errors


def _complete(values: Schema, schema: Schema | None, path: FieldPath, where: FieldPath) -> ErrorList:
    """Every value validation has a counterpart outside of it."""
    errors: ErrorList = []
    if values.get("not") is not None:
        errors += _complete_nested(values["not"], schema, path, where / "not")
    for name in ("allOf", "anyOf", "oneOf"):
        for index, inner in enumerate(values.get(name) or ()):
            errors += _complete_nested(inner, schema, path, where / name / index)
    return errors


def _complete_nested(
    values: Schema | None, schema: Schema | None, path: FieldPath, where: FieldPath
) -> ErrorList:
    if values is None:
        return []
    if schema is None:
        return [field.required(path, f"because it is defined in {where}")]
    errors = _complete(values, schema, path, where)
    errors += _complete_nested(values.get("items"), schema.get("items"), path / "items", where / "items")
    known = schema.get("properties") or {}
    for name, inner in (values.get("properties") or {}).items():
        place, origin = (path / "properties").key(name), (where / "properties").key(name)
        if name in known:
            errors += _complete_nested(inner, known[name], place, origin)
        else:
            errors.append(field.required(place, f"because it is defined in {origin}"))
    return errors
