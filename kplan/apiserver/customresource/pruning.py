"""Removes what a schema does not know, drops nulls it does not allow and fills in its defaults.

All of it changes a fresh object in place, in the order the server reads a request's body.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/{pruning,defaulting}
"""

import copy
from collections.abc import Mapping
from typing import Any, Final

from kplan.apiserver.customresource.schemas import DEFAULTS, uses

Schema = Mapping[str, Any]

META_FIELDS: Final = frozenset({"apiVersion", "kind", "metadata"})
_NOTHING: Final[Schema] = {}


def prune(value: Any, schema: Schema | None, *, root: bool) -> list[str]:
    """Remove unknown fields; the answer is their paths, sorted. At the root, metadata is left alone."""
    unknown: list[str] = []
    if root:
        schema = {**(schema or {}), "x-kubernetes-embedded-resource": True}
    _prune(value, schema, "", unknown)
    return sorted(unknown)


def _below(schema: Schema, name: str) -> tuple[bool, Schema | None]:
    """Whether a field is known, and its schema; ``additionalProperties: true`` knows
    everything and nothing about it.
    """
    properties = schema.get("properties") or _NOTHING
    if name in properties:
        return True, properties[name]
    more = schema.get("additionalProperties")
    if more is None:
        return False, None
    return True, more if isinstance(more, dict) else None


def _joined(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _prune(value: Any, schema: Schema | None, place: str, unknown: list[str]) -> None:
    if schema is not None and schema.get("x-kubernetes-preserve-unknown-fields"):
        _skip(value, schema, place, unknown)
    elif isinstance(value, dict):
        for name in list(value):
            if schema is not None and schema.get("x-kubernetes-embedded-resource") and name in META_FIELDS:
                continue
            known, below = _below(schema, name) if schema is not None else (False, None)
            if known:
                if isinstance(value[name], (dict, list)):
                    _prune(value[name], below, _joined(place, name), unknown)
            else:
                if schema is None or name not in META_FIELDS or place:
                    unknown.append(_joined(place, name))
                del value[name]
    elif isinstance(value, list):
        items = schema.get("items") if schema is not None else None
        for index, item in enumerate(value):
            _prune(item, items, f"{place}[{index}]", unknown)


def _skip(value: Any, schema: Schema | None, place: str, unknown: list[str]) -> None:
    if schema is None:
        return
    if isinstance(value, dict):
        for name in list(value):
            if schema.get("x-kubernetes-embedded-resource") and name in META_FIELDS:
                continue
            known, below = _below(schema, name)
            if known:
                _prune(value[name], below, _joined(place, name), unknown)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _skip(item, schema.get("items"), f"{place}[{index}]", unknown)


def drop_nulls(value: Any, schema: Schema | None) -> None:
    """Remove nulls if the schema neither allows them nor has a default for them."""
    if isinstance(value, dict):
        for name, item in list(value.items()):
            if item is not None and not isinstance(item, (dict, list)):
                continue
            below = _below(schema, name)[1] if schema is not None else None
            if item is not None:
                drop_nulls(item, below)
            elif below is not None and not below.get("nullable") and below.get("default") is None:
                del value[name]
    elif isinstance(value, list):
        items = schema.get("items") if schema is not None else None
        for item in value:
            drop_nulls(item, items)


def _is_forbidden_null(value: Any, schema: Schema | None) -> bool:
    return value is None and schema is not None and not schema.get("nullable")


def default(value: Any, schema: Schema | None) -> None:
    """Fill in what is missing and has a default, top down."""
    if schema is None or not uses(schema) & DEFAULTS:
        return
    if isinstance(value, dict):
        properties = schema.get("properties") or _NOTHING
        for name, inner in properties.items():
            if inner.get("default") is not None and (
                name not in value or _is_forbidden_null(value[name], inner)
            ):
                value[name] = copy.deepcopy(inner["default"])
        for name, item in value.items():  # which keep their keys
            if item is None and name not in properties:
                below = _below(schema, name)[1]
                if below is not None and not below.get("nullable"):
                    value[name] = copy.deepcopy(below.get("default"))
            if isinstance(value[name], (dict, list)):
                default(value[name], _below(schema, name)[1])
    elif isinstance(value, list):
        items = schema.get("items")
        for index, item in enumerate(value):
            if items is not None and _is_forbidden_null(item, items):
                value[index] = copy.deepcopy(items["default"]) if items.get("default") is not None else None
            default(value[index], items)
