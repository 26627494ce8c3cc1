"""The OpenAPI definitions of one release: what fields a type has, and of what type they are.

One release is stored whole, every other as its difference, so that thirteen releases cost little more than one.

Upstream: api/openapi-spec/swagger.json
"""

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.schema import releases
from kplan.schema.data import Table

_WHOLE: Final = releases.DEFAULT

Schema = Mapping[str, Any]


class Definitions:
    """Named schemas, and which of them are kinds."""

    def __init__(self, schemas: Mapping[str, Schema], kinds: Mapping[str, str]) -> None:
        self.schemas = schemas
        self._kinds = kinds

    @cached_property
    def kinds(self) -> Mapping[GroupVersionKind, str]:
        """The name of every kind's schema."""
        return {GroupVersionKind(*title.split("/")): name for title, name in self._kinds.items()}

    def name_of(self, gvk: GroupVersionKind) -> str | None:
        """The name of a kind's schema; None if the release does not know it."""
        return self._kinds.get(f"{gvk.group}/{gvk.version}/{gvk.kind}")

    def of(self, gvk: GroupVersionKind) -> Schema | None:
        """The schema of a kind; None if the release does not know it."""
        name = self.name_of(gvk)
        return None if name is None else self.schemas[name]

    def resolve(self, schema: Schema) -> Schema:
        """Follow a reference."""
        name = schema.get("$ref")
        return schema if name is None else self.schemas.get(name, {})


@cache
def of_release(minor: str) -> Definitions:
    """The definitions of a bundled minor such as ``1.36``."""
    changes = () if minor == _WHOLE else (f"kubernetes/{minor}.delta.json.gz",)
    schemas = Table(f"kubernetes/{_WHOLE}.json.gz", *changes)
    return Definitions(schemas, schemas.about)
