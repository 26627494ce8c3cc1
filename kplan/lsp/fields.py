"""What the schemas know of a field: its type, whether it is required, its values, and the fields below it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.kubectl.explaining import Explainer, completed
from kplan.lsp.cursor import Step
from kplan.namedtuples import NamedTuple
from kplan.schema.catalog import Catalog

Schema = Mapping[str, Any]
_TOP: Final = ("apiVersion", "kind", "metadata")


class Field(NamedTuple):
    """One field of a kind."""

    name: str
    type: str
    required: bool = False
    description: str = ""
    values: tuple[str, ...] = ()


class Fields:
    """The fields of all kinds of a release, and of the custom kinds that the workspace defines."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._explainer = Explainer(catalog.definitions)

    def at(self, api_version: str, kind: str, path: Sequence[Step]) -> Field | None:
        """The field that a path leads to; None if no field has that name."""
        if not path or not isinstance(path[-1], str):
            return None
        return next((one for one in self.below(api_version, kind, path[:-1]) if one.name == path[-1]), None)

    def below(self, api_version: str, kind: str, path: Sequence[Step]) -> list[Field]:
        """The fields of the mapping that a path leads to."""
        gvk = GroupVersionKind.of(api_version, kind)
        name = self._catalog.definitions.name_of(gvk)
        known = self._catalog.schema_of(gvk) if kind else None
        schema = {"$ref": name} if name is not None and known is not None else known
        for step in path if schema is not None else ():
            schema = self._inner(schema or {}, step)
            if schema is None:
                return []
        return list(self._fields(schema)) if schema is not None else []

    def api_versions(self, kind: str) -> list[str]:
        """The versions that serve a kind; all of them if it is not said yet."""
        known = (one for one in self._catalog.discovery if not kind or one.kind == kind)
        return sorted({one.api_version for one in known})

    def kinds(self, api_version: str) -> list[str]:
        """The kinds of a version; all of them if it is not said yet."""
        known = (one for one in self._catalog.discovery if not api_version or one.api_version == api_version)
        return sorted({one.kind for one in known})

    def _inner(self, schema: Schema, step: Step) -> Schema | None:
        known = self._catalog.definitions.resolve(schema)
        if isinstance(step, int):
            found = known.get("items")
        else:
            found = (known.get("properties") or {}).get(step) or known.get("additionalProperties")
        return found if isinstance(found, Mapping) else None

    def _fields(self, schema: Schema) -> Iterator[Field]:
        known = self._catalog.definitions.resolve(schema)
        required = known.get("required") or ()
        for name, bare in sorted((known.get("properties") or {}).items()):
            one = completed(schema, known, name, bare)
            inner = self._catalog.definitions.resolve(bare)
            switch = ("true", "false") if inner.get("type") == "boolean" else ()
            values = one.get("enum") or inner.get("enum") or switch
            yield Field(
                name,
                self._explainer.type_of(bare),
                name in required,
                str(one.get("description") or inner.get("description") or ""),
                tuple(str(value) for value in values if value != ""),
            )
