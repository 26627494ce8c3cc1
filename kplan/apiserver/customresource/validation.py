"""Validates custom resources: metadata, schema, scale paths, embedded objects, list types, then rules.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/{validator,strategy}.go
"""

from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import dns, field, meta
from kplan.apiserver.customresource import listtype, objectmeta, rules, schema_validator
from kplan.apiserver.customresource.correlation import Correlated
from kplan.apiserver.field import ErrorList, ErrorType
from kplan.fieldpath import FieldPath
from kplan.schema.crd import CustomKind

_BLOCKING: Final = frozenset(
    {
        ErrorType.NOT_SUPPORTED,
        ErrorType.REQUIRED,
        ErrorType.TOO_LONG,
        ErrorType.TOO_MANY,
        ErrorType.TYPE_INVALID,
    }
)
_SKIPPED: Final = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"


def validate(obj: Json, kind: CustomKind) -> ErrorList:
    """Validate a new custom resource."""
    errors = _type_errors(obj, kind)
    if not errors:
        metadata = obj.get("metadata")
        errors += meta.validate_generic_object_meta(
            metadata, kind.resource.namespaced, dns.name_is_dns_subdomain
        )
        errors += schema_validator.validate(obj, kind.schema)
        errors += _scale_errors(obj, kind)
    errors += objectmeta.validate(obj, kind.schema, None)
    errors += listtype.validate(obj, kind.schema)
    return errors + _rule_errors(errors, kind, obj, None)


def validate_update(new: Json, old: Json, kind: CustomKind) -> ErrorList:
    """Validate an update; what was wrong before and did not change is forgiven."""
    errors = _type_errors(new, kind)
    correlated = Correlated(new, old, kind.schema)
    if not errors:
        errors += meta.validate_generic_object_meta_update(new["metadata"], old["metadata"])
        errors += schema_validator.validate(new, kind.schema, None, correlated)
        errors += _scale_errors(new, kind)
    errors += objectmeta.validate(new, kind.schema, None)
    if not listtype.validate(old, kind.schema):
        errors += listtype.validate(new, kind.schema)
    return errors + _rule_errors(errors, kind, new, old)


def validate_status_update(new: Json, old: Json, kind: CustomKind) -> ErrorList:
    """Validate an update of the status subresource."""
    errors = _type_errors(new, kind)
    correlated = Correlated(new, old, kind.schema)
    if not errors:
        errors += meta.validate_generic_object_meta_update(new["metadata"], old["metadata"])
        status = (kind.schema or {}).get("properties", {}).get("status")
        if "status" in new:
            errors += schema_validator.validate(
                new["status"], status, FieldPath("status"), correlated.key("status")
            )
        errors += _scale_errors(new, kind)
    if not listtype.validate(old, kind.schema):
        errors += listtype.validate(new, kind.schema)
    return errors + _rule_errors(errors, kind, new, old)


def _type_errors(obj: Json, kind: CustomKind) -> ErrorList:
    errors: ErrorList = []
    if obj.get("kind") != kind.resource.kind:
        errors.append(field.invalid(FieldPath("kind"), obj.get("kind", ""), f"must be {kind.resource.kind}"))
    if obj.get("apiVersion") != kind.resource.api_version:
        detail = f"must be {kind.resource.api_version}"
        errors.append(field.invalid(FieldPath("apiVersion"), obj.get("apiVersion", ""), detail))
    return errors


def _scale_errors(obj: Json, kind: CustomKind) -> ErrorList:
    if kind.scale is None:
        return []
    errors: ErrorList = []
    for name in ("specReplicasPath", "statusReplicasPath"):
        where = kind.scale.get(name) or ""
        value, problem = _nested(obj, where, int)
        if problem:
            errors.append(field.invalid(FieldPath(where), 0, problem))
        elif value is not None and value < 0:
            errors.append(field.invalid(FieldPath(where), value, "should be a non-negative integer"))
        elif value is not None and value >= 2**31:
            errors.append(
                field.invalid(FieldPath(where), value, "should be less than or equal to 2147483647")
            )
    if (where := kind.scale.get("labelSelectorPath")) is not None:
        _, problem = _nested(obj, where, str)
        if problem:
            errors.append(field.invalid(FieldPath(where), "", problem))
    return errors


def _nested(obj: Any, where: str, expected: type) -> tuple[Any, str]:
    """The value at a dotted path, or what is wrong with it."""
    names = where.removeprefix(".").split(".")
    walked: list[str] = []
    for name in names:
        if obj is None:
            return None, ""
        if not isinstance(obj, dict):
            place = "." + ".".join([*walked, name])
            return (
                None,
                f"{place} accessor error: {_go_text(obj)} is of the type {_go_type(obj)}, expected map[string]interface{{}}",
            )
        if name not in obj:
            return None, ""
        obj = obj[name]
        walked.append(name)
    if type(obj) is not expected:
        wanted = "int64" if expected is int else "string"
        place = "." + ".".join(names)
        return (
            None,
            f"{place} accessor error: {_go_text(obj)} is of the type {_go_type(obj)}, expected {wanted}",
        )
    return obj, ""


def _go_type(value: Any) -> str:
    names = {bool: "bool", int: "int64", float: "float64", str: "string", type(None): "<nil>"}
    return names.get(type(value)) or (
        "[]interface {}" if isinstance(value, list) else "map[string]interface {}"
    )


def _go_text(value: Any) -> str:
    """A value as Go's %v prints it."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{name}:{_go_text(value[name])}" for name in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(_go_text(item) for item in value) + "]"
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    return field.go_float(value) if isinstance(value, float) else str(value)


def _rule_errors(found: ErrorList, kind: CustomKind, new: Json, old: Json | None) -> ErrorList:
    if kind.schema is None or not rules.has_rules(kind.schema):
        return []
    if any(error.type in _BLOCKING for error in found):
        return [field.invalid(None, None, _SKIPPED)]
    return rules.validate(new, kind.schema, old)
