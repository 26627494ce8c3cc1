"""The OpenAPI definitions of one release: what fields a type has, and of what type they are.

One release is stored whole, every other as its difference, so that thirteen releases cost little more than one.

Upstream: api/openapi-spec/swagger.json
"""

import json
import lzma
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.schema.data import read

_WHOLE: Final = "1.36"

Schema = Mapping[str, Any]


class Definitions:
    """Named schemas, and which of them are kinds."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self.schemas = schemas
        self.kinds: dict[GroupVersionKind, str] = {}
        for name, schema in schemas.items():
            for kind in schema.get("x-kubernetes-group-version-kind", ()):
                gvk = GroupVersionKind(kind["group"], kind["version"], kind["kind"])
                if gvk not in self.kinds or name.endswith("." + gvk.kind):
                    self.kinds[gvk] = name

    def of(self, gvk: GroupVersionKind) -> Schema | None:
        """The schema of a kind; None where the release does not know it."""
        name = self.kinds.get(gvk)
        return None if name is None else self.schemas[name]

    def resolve(self, schema: Schema) -> Schema:
        """Follow a reference."""
        name = schema.get("$ref")
        return schema if name is None else self.schemas.get(name, {})


@cache
def of_release(minor: str) -> Definitions:
    """The definitions of a bundled minor such as ``1.36``."""
    schemas: dict[str, Schema] = json.loads(lzma.decompress(read(f"kubernetes/{_WHOLE}.json.xz")))
    if minor != _WHOLE:
        changes = json.loads(lzma.decompress(read(f"kubernetes/{minor}.delta.json.xz")))
        schemas = {name: schema for name, schema in (schemas | changes).items() if schema is not None}
    return Definitions(schemas)
