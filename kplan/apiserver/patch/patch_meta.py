"""Where a strategic merge patch learns how a field merges: three readings of one type.

kubectl asks the OpenAPI v3 document, then v2, then its own Go types, and prints what each of them could not find; the
API server asks its Go types. The readings differ in their errors alone.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/{meta,types}.go
"""

from functools import lru_cache
from typing import Final, Protocol

from kplan.apiserver.field import go_quote
from kplan.namedtuples import NamedTuple
from kplan.schema.merge import FieldShape, Shape

_KEPT: Final = 4096
"""Fields whose reading is kept: patches of a thousand objects ask for the same few."""
_KINDS: Final = {
    "map": "map",
    "slice": "slice",
    "struct": "map",
    "string": "primitive",
    "int64": "primitive",
    "bool": "primitive",
}


class PatchError(Exception):
    """A strategic merge patch cannot be computed or applied; the text is upstream's."""


class FieldMeta(NamedTuple):
    """How a field merges, and the reading of its type (of its items, for a list)."""

    child: "PatchMeta"
    retain_keys: bool = False
    strategy: str = ""
    merge_key: str = ""


class PatchMeta(Protocol):
    """One type, as a patch reads it."""

    @property
    def name(self) -> str:
        """The kind of type, for messages."""

    def struct(self, key: str) -> FieldMeta:
        """Look up a field that holds a map. Raises PatchError."""

    def slice(self, key: str) -> FieldMeta:
        """Look up a field that holds a list. Raises PatchError."""


def _meta(field: FieldShape, child: PatchMeta) -> FieldMeta:
    strategies = [strategy for strategy in field.strategies if strategy != "retainKeys"]
    return FieldMeta(
        child, "retainKeys" in field.strategies, strategies[0] if strategies else "", field.merge_key
    )


class OpenAPIV3(NamedTuple):
    """The reading of the OpenAPI v3 document."""

    shape: Shape

    @property
    def name(self) -> str:
        """The JSON type."""
        return {"struct": "object", "map": "object", "slice": "array"}.get(kind := go_kind(self.shape), kind)

    def field(self, key: str) -> FieldShape:
        """Look up a field. Raises PatchError."""
        fields = self.shape.map.fields if self.shape.map else {}
        if key not in fields:
            raise PatchError(f'unable to find api field "{key}"')
        return fields[key]

    def struct(self, key: str) -> FieldMeta:
        """Look up a map."""
        return _struct_of(self, key)

    def slice(self, key: str) -> FieldMeta:
        """Look up a list; a field of another type is taken as it is."""
        return _slice_of(self, key)


@lru_cache(_KEPT)
def _struct_of(meta: OpenAPIV3, key: str) -> FieldMeta:
    field = meta.field(key)
    return _meta(field, OpenAPIV3(field.shape))


@lru_cache(_KEPT)
def _slice_of(meta: OpenAPIV3, key: str) -> FieldMeta:
    field = meta.field(key)
    return _meta(field, OpenAPIV3(field.shape.list.element if field.shape.list else field.shape))


class OpenAPIV2(NamedTuple):
    """The reading of the OpenAPI v2 document."""

    shape: Shape

    @property
    def name(self) -> str:
        """The definition's name."""
        return self.shape.definition

    def _field(self, key: str, expected: str) -> FieldShape:
        fields = self.shape.map.fields if self.shape.map else {}
        if not fields:
            raise PatchError(f"expected {expected}, but got {_KINDS[go_kind(self.shape, opaque='map')]}")
        if key not in fields:
            raise PatchError(f"unable to find api field {go_quote(key)} in {self.shape.definition}")
        return fields[key]

    def struct(self, key: str) -> FieldMeta:
        """Look up a map."""
        field = self._field(key, "kind")
        return _meta(field, OpenAPIV2(field.shape))

    def slice(self, key: str) -> FieldMeta:
        """Look up a list."""
        field = self._field(key, "slice")
        if field.shape.list is None:
            return _meta(field, OpenAPIV2(field.shape).slice(key).child)
        return _meta(field, OpenAPIV2(field.shape.list.element))


class GoStruct(NamedTuple):
    """The reading of the Go types."""

    shape: Shape

    @property
    def name(self) -> str:
        """The Go kind."""
        return go_kind(self.shape)

    def struct(self, key: str) -> FieldMeta:
        """Look up a map; names match without regard to case if nothing matches exactly."""
        kind = go_kind(self.shape)
        if kind != "struct":
            raise PatchError(f"merging an object in json but data type is not struct, instead is: {kind}")
        fields = self.shape.map.fields if self.shape.map else {}
        name = key if key in fields else next((name for name in fields if name.lower() == key.lower()), None)
        if name is None:
            struct = self.shape.name.rpartition(".")[2]
            raise PatchError(
                f"unable to find api field in struct {struct} for the json field {go_quote(key)}"
            )
        return _meta(fields[name], GoStruct(fields[name].shape))

    def slice(self, key: str) -> FieldMeta:
        """Look up a list."""
        meta = self.struct(key)
        shape = meta.child.shape if isinstance(meta.child, GoStruct) else self.shape
        if shape.list is None:
            raise PatchError(f"expected slice or array type, but got: {go_kind(self.shape)}")
        if go_kind(shape.list.element) == "slice":
            raise PatchError("unexpected slice of slice")
        return FieldMeta(GoStruct(shape.list.element), meta.retain_keys, meta.strategy, meta.merge_key)


def go_kind(shape: Shape, opaque: str = "struct") -> str:
    """The kind of Go type behind a shape; what JSON sees as one opaque value is a struct there."""
    if shape.map is not None and shape.map.fields:
        return "struct"
    if shape.scalar is not None:
        return opaque if shape.name else {"numeric": "int64", "boolean": "bool"}.get(shape.scalar, "string")
    if shape.list is not None:
        return "slice"
    return opaque if shape.name else "map"
