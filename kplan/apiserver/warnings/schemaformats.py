"""Formats in the schemas of a definition that the server does not check.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go
    (WarningsOnCreate)
"""

from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.customresource.contents import Seen, whole
from kplan.apiserver.customresource.schemas import Schema
from kplan.apiserver.formats import effective

_HOLDING_OTHERS: Final = frozenset(
    {
        "items", "additionalProperties", "additionalItems", "not", "allOf", "oneOf", "anyOf", "properties",
        "patternProperties", "definitions",
    }
)  # fmt: skip
_KNOWN: Final = Seen()
"""Schemas with no format that is not checked."""


def unknown_formats(definition: Json) -> list[str]:
    """The formats in the order of a walk, as often as they stand there; equal schemas of versions count once."""
    versions = (definition.get("spec") or {}).get("versions") or []
    schemas = [(version.get("schema") or {}).get("openAPIV3Schema") for version in versions]
    if len(schemas) > 1 and all(schema == schemas[0] for schema in schemas):
        schemas = schemas[:1]
    return [name for schema in schemas if schema is not None for name in _formats(whole(schema))]


def _formats(schema: Schema) -> list[str]:
    if _KNOWN.has(schema):
        return []
    found = list[str]()
    name = schema.get("format")
    if name and not effective({"format": name, "type": schema.get("type", "")}):
        found.append(name)
    if _HOLDING_OTHERS.isdisjoint(schema):
        return found
    found += (name for inner in _inner(schema) for name in _formats(inner))
    if not found:
        _KNOWN.add(schema)
    return found


def _inner(schema: Schema) -> Iterator[Schema]:
    for field in ("items", "additionalProperties", "additionalItems", "not"):
        if isinstance(schema.get(field), dict):
            yield schema[field]
    for field in ("allOf", "oneOf", "anyOf"):
        yield from schema.get(field) or ()
    for field in ("properties", "patternProperties", "definitions"):
        for _, inner in sorted((schema.get(field) or {}).items(), key=itemgetter(0)):
            if "format" in inner or not _HOLDING_OTHERS.isdisjoint(inner):
                yield inner
