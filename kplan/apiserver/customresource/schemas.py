"""Walks the schema of a custom resource and tells which of its extensions it uses.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go (SchemaHas)
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

RULES: Final = 1
EMBEDDED: Final = 2
DEFAULTS: Final = 4
LISTS: Final = 8
"""What a schema may use somewhere; a walk that is about one of these skips what does not use it."""

_LEAF: Final = frozenset(
    {
        "description", "enum", "example", "exclusiveMaximum", "exclusiveMinimum", "externalDocs", "format", "maxLength",
        "maximum", "minLength", "minimum", "multipleOf", "nullable", "title", "type",
    }
)  # fmt: skip
_SIMPLE: Final = ("string", "integer", "boolean", "object", "number")
_TYPED: Final = (*_SIMPLE, "array")
_ORDINARY: Final = _LEAF | {"properties", "required", "additionalProperties", "items"}
ONE: Final = frozenset({"not", "additionalProperties", "additionalItems"})
SEVERAL: Final = frozenset({"allOf", "anyOf", "oneOf"})
NAMED: Final = frozenset({"properties", "patternProperties", "definitions", "dependencies"})
# By identity, for dictionaries have no hash: stored schemas are never changed in place, and an entry holds its schema,
# so that the id is not reused.
_USED: Final[dict[int, tuple[Schema, int]]] = {}
_MOST_KNOWN: Final = 100_000


def has_only_bounds(schema: Schema) -> bool:
    """Whether a schema holds no other, and no extension."""
    return schema.keys() <= _LEAF


def is_leaf(schema: Schema | None) -> bool:
    """Whether a schema holds a known type and bounds of its values, and nothing that a walk over schemas looks for."""
    # One that remembers what was sent empty is no plain dict: there may be something else to it.
    return (
        schema is not None
        and schema.__class__ is dict
        and schema.keys() <= _LEAF
        and schema.get("type") in _SIMPLE
    )


def is_ordinary(schema: Schema) -> bool:
    """Whether a schema is a leaf, or adds no more to one than fields or items: most that hold others are."""
    return (
        schema.__class__ is dict
        and schema.keys() <= _ORDINARY
        and schema.get("type") in _TYPED
        and not isinstance(schema.get("items"), list)
    )


def uses(schema: Schema) -> int:
    """What a schema uses, anywhere in it, as flags; a stored schema, which is never changed in place, is asked once."""
    if schema.keys() <= _LEAF:
        return 0
    known = _USED.get(id(schema))
    if known is None or known[0] is not schema:
        found = _own(schema)
        for inner in _inner(schema):
            found |= uses(inner)
        if len(_USED) > _MOST_KNOWN:
            _USED.clear()
        known = _USED[id(schema)] = (schema, found)
    return known[1]


def _own(schema: Schema) -> int:
    return (
        (RULES if schema.get("x-kubernetes-validations") else 0)
        | (EMBEDDED if schema.get("x-kubernetes-embedded-resource") else 0)
        | (DEFAULTS if schema.get("default") is not None else 0)
        | (LISTS if schema.get("x-kubernetes-list-type") is not None else 0)
    )


def _inner(schema: Schema) -> Iterator[Schema]:
    """The schemas directly inside one; of its fields only those it has are looked at, which are few of all."""
    for name, value in schema.items():
        if name in NAMED:
            yield from (one for one in (value or {}).values() if isinstance(one, dict))
        elif name in SEVERAL:
            yield from (one for one in value or () if isinstance(one, dict))
        elif name in ONE or name == "items":
            yield from (
                one for one in (value if isinstance(value, list) else (value,)) if isinstance(one, dict)
            )


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
