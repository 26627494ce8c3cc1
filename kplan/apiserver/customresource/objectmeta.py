"""Metadata inside custom resources: read as Go's ObjectMeta, at the root and in embedded objects.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from kplan.apiserver import dns, field, meta
from kplan.apiserver.codec import Codec
from kplan.apiserver.customresource.schemas import EMBEDDED, go_ordered, uses
from kplan.apiserver.field import ErrorList, FieldError
from kplan.apiserver.unmarshal import Fatal, Unmarshaler
from kplan.fieldpath import ROOT, FieldPath
from kplan.schema import layouts

Schema = Mapping[str, Any]

_TYPE: Final = "meta/v1.ObjectMeta"


def read(value: Any) -> tuple[dict[str, Any], list[str]]:
    """The metadata as Go prints it again, and the paths of unknown fields; raises Fatal."""
    run = Unmarshaler(layouts.bundled(), strict=True, sort_keys=True)
    clean = run.read(_TYPE, value)
    printed = _codec().reader(_TYPE)(clean)
    unknown = [text.removeprefix('unknown field "').removesuffix('"') for text in run.strict_errors]
    return printed, [f"metadata.{path}" for path in unknown]


@cache
def _codec() -> Codec:
    return Codec(layouts.bundled(), nulls=False)


def coerce(
    value: Any, schema: Schema | None, path: FieldPath | None, place: str = ""
) -> tuple[FieldError | None, list[str]]:
    """Read the metadata of embedded objects in place; the answer is the first error, or the unknown fields."""
    unknown: list[str] = []
    error = _coerce(value, schema, path, place, unknown)
    return error, sorted(unknown)


def _coerce(
    value: Any, schema: Schema | None, path: FieldPath | None, place: str, unknown: list[str]
) -> FieldError | None:
    if schema is None or not uses(schema) & EMBEDDED:
        return None
    base = path if path is not None else ROOT
    if isinstance(value, dict):
        if schema.get("x-kubernetes-embedded-resource"):
            error = _coerce_embedded(value, base, place, unknown)
            if error is not None:
                return error
        for name, item in value.items():
            below, step = _child(schema, name, base)
            error = _coerce(item, below, step, f"{place}.{name}" if place else name, unknown)
            if error is not None:
                return error
    elif isinstance(value, list):
        for index, item in enumerate(value):
            error = _coerce(item, schema.get("items"), base / index, f"{place}[{index}]", unknown)
            if error is not None:
                return error
    return None


def _child(schema: Schema, name: str, base: FieldPath) -> tuple[Schema | None, FieldPath]:
    properties = schema.get("properties") or {}
    if name in properties:
        return properties[name], base / name
    more = schema.get("additionalProperties")
    return more if isinstance(more, Mapping) else None, base.key(name)


def _coerce_embedded(
    value: dict[str, Any], base: FieldPath, place: str, unknown: list[str]
) -> FieldError | None:
    for name in ("apiVersion", "kind"):
        if name in value and not isinstance(value[name], str):
            return field.invalid(base / name, go_ordered(value[name]), "must be a string")
    if "metadata" in value:
        try:
            value["metadata"], found = read(value["metadata"])
        except Fatal as error:
            return field.invalid(base / "metadata", go_ordered(value["metadata"]), str(error))
        unknown += [f"{place}.{path}" if place else path for path in found]
    return None


def validate(value: Any, schema: Schema | None, path: FieldPath | None, *, root: bool = False) -> ErrorList:
    """Check the type and metadata of embedded objects (of the object itself too, with ``root``)."""
    if root:
        schema = {**(schema or {}), "x-kubernetes-embedded-resource": True}
    if schema is None or not uses(schema) & EMBEDDED:
        return []
    errors: ErrorList = []
    base = path if path is not None else ROOT
    if isinstance(value, dict):
        if schema.get("x-kubernetes-embedded-resource"):
            errors += _validate_embedded(value, base)
        for name, item in value.items():
            below, step = _child(schema, name, base)
            errors += validate(item, below, step)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            errors += validate(item, schema.get("items"), base / index)
    return errors


def _validate_embedded(value: dict[str, Any], base: FieldPath) -> ErrorList:
    errors = [field.required(base / name) for name in ("apiVersion", "kind") if name not in value]
    for name in ("apiVersion", "kind"):
        text = value.get(name, "x")
        if not isinstance(text, str):
            errors.append(field.invalid(base / name, go_ordered(text), "must be a string"))
        elif not text:
            errors.append(field.invalid(base / name, text, "must not be empty"))
        elif name == "apiVersion" and text.count("/") > 1:
            errors.append(field.invalid(base / name, text, f"unexpected GroupVersion string: {text}"))
        elif name == "kind" and (texts := dns.is_dns1035_label(text.lower())):
            detail = "may have mixed case, but should otherwise match: " + ",".join(texts)
            errors.append(field.invalid(base / name, text, detail))
    if "metadata" in value:
        errors += _validate_metadata(value["metadata"], base / "metadata")
    return errors


def _validate_metadata(value: Any, path: FieldPath) -> ErrorList:
    try:
        printed, _ = read(value)
    except Fatal as error:
        return [field.invalid(path, go_ordered(value), str(error))]
    named = {**printed, "name": printed.get("name") or "fakename"}
    return meta.validate_generic_object_meta(
        named, bool(printed.get("namespace")), dns.name_is_path_segment, path
    )
