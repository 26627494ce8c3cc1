"""Walks the schema of a custom resource and tells which of its extensions it uses.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go (SchemaHas)
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


def walk(schema: Any) -> Iterator[Schema]:
    """The schema and every schema inside it."""
    if not isinstance(schema, Mapping):
        return
    yield schema
    items = schema.get("items")
    for inner in items if isinstance(items, list) else (items,):
        yield from walk(inner)
    for name in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(name) or ():
            yield from walk(inner)
    for name in ("not", "additionalProperties", "additionalItems"):
        yield from walk(schema.get(name))
    for name in ("properties", "patternProperties", "definitions", "dependencies"):
        for inner in (schema.get(name) or {}).values():
            yield from walk(inner)


def has_extensions(schema: Schema) -> bool:
    """Whether a schema uses an extension that demands a structural one."""
    return bool(
        schema.get("x-kubernetes-embedded-resource")
        or schema.get("x-kubernetes-preserve-unknown-fields") is not None
        or schema.get("x-kubernetes-int-or-string")
        or schema.get("x-kubernetes-list-map-keys")
        or schema.get("x-kubernetes-list-type") is not None
        or schema.get("x-kubernetes-validations")
    )


def go_ordered(value: Any) -> Any:
    """A value with the keys of its maps sorted, as Go marshals them."""
    if isinstance(value, dict):
        return {name: go_ordered(value[name]) for name in sorted(value)}
    return [go_ordered(item) for item in value] if isinstance(value, list) else value
