"""Validation of the parts of a definition's schema that are Kubernetes' own: maps, lists and their keys.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
"""

from collections.abc import Mapping
from typing import Any

from kplan.apiserver import field
from kplan.apiserver.field import ErrorList
from kplan.apiserver.gotypes import go_struct
from kplan.fieldpath import FieldPath

Schema = Mapping[str, Any]


def extensions(schema: Schema, path: FieldPath, *, atomic_sets: bool, sound_keys: bool) -> ErrorList:
    """What is wrong with the extensions of a schema;
    whether items of sets have to be atomic, and keys present, is said.
    """
    errors: ErrorList = []
    kind = schema.get("type", "")
    if schema.get("x-kubernetes-preserve-unknown-fields") is False:
        errors.append(
            field.invalid(path / "x-kubernetes-preserve-unknown-fields", False, "must be true or undefined")
        )
    map_type, list_type = schema.get("x-kubernetes-map-type"), schema.get("x-kubernetes-list-type")
    if map_type is not None:
        errors += _needs_type(kind, "object", "x-kubernetes-map-type", path)
        if map_type not in {"atomic", "granular"}:
            errors.append(
                field.not_supported(path / "x-kubernetes-map-type", map_type, ("atomic", "granular"))
            )
    if list_type is not None and kind != "array":
        errors += _needs_type(kind, "array", "x-kubernetes-list-type", path)
    elif atomic_sets:
        errors += non_atomic_set(schema, path)
    if list_type is not None and list_type not in {"atomic", "set", "map"}:
        errors.append(
            field.not_supported(path / "x-kubernetes-list-type", list_type, ("atomic", "set", "map"))
        )
    if schema.get("x-kubernetes-list-map-keys") and list_type != "map":
        detail = "must be map if x-kubernetes-list-map-keys is non-empty"
        where = path / "x-kubernetes-list-type"
        errors.append(
            field.required(where, detail) if list_type is None else field.invalid(where, list_type, detail)
        )
    if list_type == "map":
        errors += _list_map(schema, path)
    return errors + (map_keys(schema, path) if sound_keys else [])


def _needs_type(kind: str, expected: str, extension: str, path: FieldPath) -> ErrorList:
    if kind == expected:
        return []
    detail = f"must be {expected} if {extension} is specified"
    return [field.invalid(path / "type", kind, detail) if kind else field.required(path / "type", detail)]


def non_atomic_set(schema: Schema, path: FieldPath) -> ErrorList:
    """Items of a set that may be owned in parts."""
    items = schema.get("items")
    if schema.get("x-kubernetes-list-type") != "set" or not isinstance(items, Mapping):
        return []
    detail = "must be atomic as item of a list with x-kubernetes-list-type=set"
    list_type = items.get("x-kubernetes-list-type")
    if items.get("type") == "array" and list_type not in {None, "atomic"}:
        return [field.invalid(path.child("items", "x-kubernetes-list-type"), list_type, detail)]
    if items.get("type") == "object" and items.get("x-kubernetes-map-type") != "atomic":
        return [field.invalid(path.child("items", "x-kubernetes-map-type"), list_type, detail)]
    return []


def _list_map(schema: Schema, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    keys, items = schema.get("x-kubernetes-list-map-keys") or [], schema.get("items")
    if not keys:
        detail = "must not be empty if x-kubernetes-list-type is map"
        errors.append(field.required(path / "x-kubernetes-list-map-keys", detail))
    if items is None:
        errors.append(field.required(path / "items", "must have a schema if x-kubernetes-list-type is map"))
        return errors
    if not isinstance(items, Mapping):
        shown = go_struct("*apiextensions.JSONSchemaPropsOrArray", items)
        errors.append(
            field.invalid(
                path / "items", shown, "must only have a single schema if x-kubernetes-list-type is map"
            )
        )
        return errors
    if items.get("type") != "object":
        detail = "must be object if parent array's x-kubernetes-list-type is map"
        errors.append(field.invalid(path.child("items", "type"), items.get("type", ""), detail))
        return errors
    where = path / "x-kubernetes-list-map-keys"
    for index, key in enumerate(keys):
        known = (items.get("properties") or {}).get(key)
        if known is None:
            errors.append(field.invalid(where, keys, "entries must all be names of item properties"))
        elif known.get("type") in {"array", "object"}:
            detail = "must be a scalar type if parent array's x-kubernetes-list-type is map"
            errors.append(
                field.invalid(path.child("items", "properties").key(key) / "type", items["type"], detail)
            )
        if key in keys[:index]:
            errors.append(field.invalid(where, keys, "must not contain duplicate entries"))
    return errors


def map_keys(schema: Schema, path: FieldPath) -> ErrorList:
    """Items of a set or map-list that may be null, and keys that an item may lack."""
    items, list_type = schema.get("items"), schema.get("x-kubernetes-list-type")
    if not isinstance(items, Mapping) or list_type not in {"set", "map"}:
        return []
    errors: ErrorList = []
    if items.get("nullable"):
        detail = f"cannot be nullable when x-kubernetes-list-type is {list_type}"
        errors.append(field.forbidden(path.child("items", "nullable"), detail))
    if list_type == "set":
        return errors
    for key in schema.get("x-kubernetes-list-map-keys") or ():
        known = (items.get("properties") or {}).get(key)
        if known is None:
            continue
        where = path.child("items", "properties").key(key)
        if key not in (items.get("required") or ()) and known.get("default") is None:
            detail = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
            errors.append(field.required(where / "default", detail))
        if known.get("nullable"):
            detail = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"
            errors.append(field.forbidden(where / "nullable", detail))
    return errors
