"""Checks the defaults a schema gives: pruned, with valid metadata, and valid by the schema itself.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go
"""

import copy
from collections.abc import Mapping
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.customresource import objectmeta, pruning, rules, schema_validator
from kplan.apiserver.customresource.contents import Seen
from kplan.apiserver.customresource.schemas import DEFAULTS, go_ordered, uses
from kplan.apiserver.field import ErrorList
from kplan.fieldpath import FieldPath

Schema = Mapping[str, Any]

_SOUND: Final = Seen()
"""By whether unknown fields count, and by whether it is inside of metadata."""
_EMBEDDED: Final = "x-kubernetes-embedded-resource"


def validate(schema: Schema, path: FieldPath, *, pruned: bool) -> ErrorList:
    """Everything wrong with the defaults in a resource's schema."""
    return _validate({**schema, _EMBEDDED: True}, path, pruned=pruned, inside_meta=False)


def _validate(schema: Schema, path: FieldPath, *, pruned: bool, inside_meta: bool) -> ErrorList:
    role = pruned, inside_meta
    if not uses(schema) & DEFAULTS or _SOUND.has(schema, role):
        return []
    errors = _found(schema, path, pruned=pruned, inside_meta=inside_meta)
    if not errors:
        _SOUND.add(schema, role)
    return errors


def _found(schema: Schema, path: FieldPath, *, pruned: bool, inside_meta: bool) -> ErrorList:
    embedded = bool(schema.get(_EMBEDDED))
    inside_meta = inside_meta and not embedded
    errors: ErrorList = []
    if schema.get("default") is not None:
        errors += _validate_value(schema, path / "default", pruned=pruned and not inside_meta, root=embedded)
    items = schema.get("items")
    if isinstance(items, Mapping):
        errors += _validate(items, path / "items", pruned=pruned, inside_meta=inside_meta)
    for name, inner in (schema.get("properties") or {}).items():
        below = inside_meta or (embedded and name in pruning.META_FIELDS)
        errors += _validate(inner, (path / "properties").key(name), pruned=pruned, inside_meta=below)
    return errors


def _validate_value(schema: Schema, path: FieldPath, *, pruned: bool, root: bool) -> ErrorList:
    value = copy.deepcopy(schema["default"])
    errors: ErrorList = []
    if pruned and pruning.prune(copy.deepcopy(value), schema, root=root):
        errors.append(field.invalid(path, go_ordered(schema["default"]), "must not have unknown fields"))
    error, _ = objectmeta.coerce(value, schema, path)
    if error is not None:
        return [*errors, error]
    found = objectmeta.validate(value, schema, path) or schema_validator.validate_default(value, schema, path)
    if not found and rules.has_rules(schema):
        found = rules.validate(value, schema, value, path=path, root=root) or rules.validate(
            value, schema, None, path=path, root=root
        )
    return errors + found


def are_pruned(schema: Schema) -> bool:
    """Whether no default of a schema has unknown fields."""
    return not any(
        error.detail == "must not have unknown fields" for error in validate(schema, FieldPath(), pruned=True)
    )
