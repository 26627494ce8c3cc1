"""Checks that lists of type set and map hold nothing twice.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype/validation.go
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kplan.apiserver import field
from kplan.apiserver.customresource.schemas import LISTS, go_ordered, uses
from kplan.apiserver.field import ErrorList, go_json
from kplan.fieldpath import ROOT, FieldPath

Schema = Mapping[str, Any]


def validate(value: Any, schema: Schema | None, path: FieldPath = ROOT) -> ErrorList:
    """Everything that stands twice in a set or a map."""
    if schema is None or not uses(schema) & LISTS:
        return []
    errors: ErrorList = []
    if isinstance(value, dict):
        properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
        for name, item in value.items():
            if not isinstance(item, (dict, list)):
                continue
            if isinstance(more, dict):
                errors += validate(item, more, path.key(name))
            if name in properties:
                errors += validate(item, properties[name], path / name)
    elif isinstance(value, list):
        kind = schema.get("x-kubernetes-list-type")
        if kind == "set":
            errors += [field.duplicate(path / index, go_ordered(value[index])) for index in _repeated(value)]
        elif kind == "map":
            errors += _validate_map(value, schema, path)
        items = schema.get("items")
        if items is not None and uses(items) & LISTS:
            for index, item in enumerate(value):
                errors += validate(item, items, path / index)
    return errors


def _identity(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        return go_json(go_ordered(value))
    return type(value).__name__, value


def _repeated(values: Sequence[Any]) -> list[int]:
    """The place where each repeated value appears for the second time."""
    seen: dict[Any, int] = {}
    places = []
    for index, value in enumerate(values):
        identity = _identity(value)
        seen[identity] = seen.get(identity, 0) + 1
        if seen[identity] == 2:
            places.append(index)
    return places


def _validate_map(value: list[Any], schema: Schema, path: FieldPath) -> ErrorList:
    for index, item in enumerate(value):
        if item is not None and not isinstance(item, dict):
            return [
                field.invalid(
                    path / index, go_ordered(item), "must be an object for an array of list-type map"
                )
            ]
    names = schema.get("x-kubernetes-list-map-keys") or ()
    keys = [{name: item[name] for name in sorted(names) if name in item} if item else {} for item in value]
    return [field.duplicate(path / index, go_ordered(keys[index])) for index in _repeated(keys)]
