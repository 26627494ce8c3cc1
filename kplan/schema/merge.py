"""What merging has to know of a type: which lists are sets, which are maps by key, what is
atomic, what has a merge key.

Strategic merge patch, server-side apply and field-wise diffs share these shapes. Built-in types are read from
their Go layouts and a table of list types, custom ones from their definition; both lazily, for a Deployment
reaches two hundred types.

Upstream: vendor/k8s.io/kube-openapi/pkg/schemaconv/{smd,openapi}.go
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

from kplan.api.gvk import GroupVersionKind
from kplan.namedtuples import NamedTuple
from kplan.schema import layouts
from kplan.schema.data import Table
from kplan.schema.layouts import Field, Layouts, element

Scalar = Literal["numeric", "string", "boolean", "untyped"]
Zero = Literal["", "struct", "nil", "scalar"]
_PACKAGES: Final = {
    "meta/": "io.k8s.apimachinery.pkg.apis.", "runtime.": "io.k8s.apimachinery.pkg.", "api/": "io.k8s.apimachinery.pkg.",
    "util/": "io.k8s.apimachinery.pkg.", "apiextensions/": "io.k8s.apiextensions-apiserver.pkg.apis.",
    "apiregistration/": "io.k8s.kube-aggregator.pkg.apis.",
}  # fmt: skip
_TYPE_META: Final = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {"type": "object"},
}


@dataclass(slots=True)
class ListShape:
    """A list: atomic, a set of scalars (associative without keys) or a map by keys."""

    element: "Shape"
    associative: bool = False
    keys: tuple[str, ...] = ()


@dataclass(slots=True)
class MapShape:
    """A struct (fields), a map (element) or both."""

    fields: Mapping[str, "FieldShape"]
    element: "Shape | None" = None
    atomic: bool = False


class FieldShape(NamedTuple):
    """A field of a struct: its type, its default and how a strategic merge patch merges it."""

    shape: "Shape"
    default: Any = None
    strategies: tuple[str, ...] = ()
    merge_key: str = ""
    zero: Zero = ""
    """What Go writes if the field was never set: nothing, an empty struct, null or an empty scalar."""


@dataclass(slots=True, eq=False)
class Shape:
    """A type; more than one of the three for a value that may be anything."""

    name: str = ""
    """The type's name, ``core/v1.PodSpec``; empty for an unnamed one."""
    scalar: Scalar | None = None
    list: ListShape | None = None
    map: MapShape | None = None

    @property
    def definition(self) -> str:
        """The name in the OpenAPI documents, ``io.k8s.api.core.v1.PodSpec``."""
        head = next(
            (package for start, package in _PACKAGES.items() if self.name.startswith(start)), "io.k8s.api."
        )
        return head + self.name.replace("/", ".") if self.name else ""


UNTYPED: Final = Shape("", "untyped")
"""Anything, replaced whole."""
UNTYPED.list = ListShape(UNTYPED)
UNTYPED.map = MapShape({}, UNTYPED, atomic=True)

DEDUCED: Final = Shape("", "untyped")
"""Anything; maps merge by key, lists are replaced whole."""
DEDUCED.list = ListShape(UNTYPED)
DEDUCED.map = MapShape({}, DEDUCED)

_OPAQUE: Final = {
    "api/resource.Quantity": "untyped", "meta/v1.Time": "untyped", "meta/v1.MicroTime": "untyped",
    "util/intstr.IntOrString": "untyped", "meta/v1.Duration": "string",
}  # fmt: skip
_ANYTHING: Final = (
    ".JSON",
    ".JSONSchemaPropsOrArray",
    ".JSONSchemaPropsOrBool",
    ".JSONSchemaPropsOrStringArray",
)


class _Fields(Mapping[str, FieldShape]):
    """The fields of a struct, each built when it is first asked for."""

    __slots__ = ("_build", "_built", "_names")

    def __init__(self, names: Iterable[str], build: Callable[[str], FieldShape]) -> None:
        self._names = dict.fromkeys(names)
        self._build = build
        self._built: dict[str, FieldShape] = {}

    def __getitem__(self, name: str) -> FieldShape:
        built = self._built.get(name)
        if built is None:
            if name not in self._names:
                raise KeyError(name)
            built = self._built[name] = self._build(name)
        return built

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def builtin(gvk: GroupVersionKind) -> Shape | None:
    """The shape of a built-in kind; None if the server has no type for it."""
    expression = layouts.bundled().type_of(gvk)
    return None if expression is None else _go_shapes().of(expression)


@cache
def _go_shapes() -> "_GoShapes":
    return _GoShapes(layouts.bundled(), Table(f"kubernetes/merge-{layouts.RELEASE}.json.gz"))


@dataclass(slots=True)
class _GoShapes:
    """Builds shapes from Go types, each named one once."""

    layouts: Layouts
    table: Mapping[str, Any]
    """By type and field (the empty field is the type itself): list, keys, map, default."""
    _built: dict[str, Shape] = field(default_factory=dict)

    def of(self, expression: str, row: Mapping[str, Any] | None = None) -> Shape:
        """The shape of a type expression; ``row`` is what the field that holds it adds."""
        expression = expression.lstrip("*")
        if expression == "[]uint8":
            return Shape("", "string")
        if expression.startswith("[]"):
            return Shape("", list=self._list(self.of(element(expression)), row or {}))
        if expression.startswith("map["):
            return Shape("", map=MapShape({}, self.of(element(expression)), _atomic(row or {})))
        if expression == "any":
            return DEDUCED
        return self._overridden(self._named(expression), row or {})

    def _overridden(self, shape: Shape, row: Mapping[str, Any]) -> Shape:
        if shape.list is not None and shape.scalar is None:
            return Shape(shape.name, list=self._list(shape.list.element, row))
        if "map" not in row or shape.map is None:
            return shape
        return Shape(
            shape.name, shape.scalar, shape.list, MapShape(shape.map.fields, shape.map.element, _atomic(row))
        )

    def _named(self, name: str) -> Shape:
        shape = self._built.get(name)
        if shape is not None:
            return shape
        shape = self._built[name] = Shape(name)
        rows = self.table.get(name, {})
        if name in _OPAQUE:
            shape.scalar = "string" if _OPAQUE[name] == "string" else "untyped"
        elif name == "runtime.RawExtension":
            shape.scalar, shape.list, shape.map = UNTYPED.scalar, UNTYPED.list, UNTYPED.map
        elif name.endswith(_ANYTHING):
            shape.scalar, shape.list, shape.map = DEDUCED.scalar, DEDUCED.list, DEDUCED.map
        elif name == "meta/v1.FieldsV1":
            shape.map = MapShape({}, DEDUCED)
        elif self.layouts.fields(name) is not None:
            fields = dict(self._flat(name))
            shape.map = MapShape(
                _Fields(fields, lambda key: self._field(fields[key], rows.get(key, {}))),
                None,
                _atomic(rows.get("", {})),
            )
        elif (underlying := self.layouts.underlying(name)) != name:
            inner = self.of(underlying)
            shape.scalar, shape.list, shape.map = inner.scalar, inner.list, inner.map
        else:
            shape.scalar = {"string": "string", "bool": "boolean"}.get(name, "numeric")  # type: ignore[assignment]  # dict.get widens the literals
            shape.name = ""
        return shape

    def _flat(self, name: str) -> Iterator[tuple[str, Field]]:
        for member in self.layouts.fields(name) or ():
            if member.inline:
                yield from self._flat(member.type.lstrip("*"))
            else:
                yield member.json, member

    def _field(self, member: Field, row: Mapping[str, Any]) -> FieldShape:
        strategies = tuple(member.patch_strategy.split(",")) if member.patch_strategy else ()
        if "list" not in row and strategies:
            keys = {"keys": [member.patch_merge_key]} if member.patch_merge_key else {}
            row = {**row, "list": "map" if keys else "set" if "merge" in strategies else "atomic", **keys}
        shape = self.of(member.type, row)
        return FieldShape(shape, row.get("default"), strategies, member.patch_merge_key, _zero(member, shape))

    @staticmethod
    def _list(item: Shape, row: Mapping[str, Any]) -> ListShape:
        return ListShape(item, row.get("list") in {"set", "map"}, tuple(row.get("keys") or ()))


def _atomic(row: Mapping[str, Any]) -> bool:
    return row.get("map") == "atomic"


_NULL_WHEN_ZERO: Final = frozenset({"meta/v1.Time", "meta/v1.MicroTime"})
"""Structs that Go prints as one text, or as null while they are zero."""


def _zero(member: Field, shape: Shape) -> Zero:
    pointer = member.type.startswith("*")
    if not pointer and shape.map is not None and shape.map.fields:
        return "" if member.omitzero else "struct"
    if member.type in _NULL_WHEN_ZERO and not member.omitzero:
        return "nil"
    if member.omitempty or member.omitzero:
        return ""
    return "scalar" if shape.scalar is not None and not pointer else "nil"


def custom(schema: Mapping[str, Any] | None) -> Shape:
    """The shape of a custom resource from its ``openAPIV3Schema``;
    without one every map merges and every list is whole.
    """
    if schema is None:
        return DEDUCED
    properties = {**_TYPE_META, **(schema.get("properties") or {})}
    shape = _openapi({**schema, "type": "object", "properties": properties}, preserve=False)
    metadata = _go_shapes().of("meta/v1.ObjectMeta")
    if shape.map is not None:
        fields = shape.map.fields
        known = FieldShape(metadata, zero="struct")
        shape.map.fields = _Fields(fields, lambda key: known if key == "metadata" else fields[key])
    return shape


def _openapi(schema: Mapping[str, Any], *, preserve: bool) -> Shape:
    """The shape of a structural schema; ``preserve`` keeps unknown fields from here down."""
    preserve = preserve or schema.get("x-kubernetes-preserve-unknown-fields") is True
    kind = schema.get("type", "")
    shape = Shape("")
    if kind in {"", "object"}:
        shape.map = _openapi_map(schema, preserve=preserve)
    if kind in {"", "array"}:
        items = schema.get("items")
        inner = _openapi(items, preserve=preserve) if isinstance(items, Mapping) else UNTYPED
        keys = tuple(schema.get("x-kubernetes-list-map-keys") or ())
        shape.list = ListShape(inner, schema.get("x-kubernetes-list-type") in {"set", "map"}, keys)
    if kind not in {"object", "array"}:
        shape.scalar = _openapi_scalar(kind, schema.get("format", ""))
    return shape


def _openapi_map(schema: Mapping[str, Any], *, preserve: bool) -> MapShape:
    properties = schema.get("properties") or {}
    more = schema.get("additionalProperties")
    inner: Shape | None = None
    if isinstance(more, Mapping):
        inner = _openapi(more, preserve=preserve)
    elif more is True or (more is None and (preserve or not properties)):
        inner = DEDUCED
    embedded = bool(schema.get("x-kubernetes-embedded-resource"))
    if embedded:
        properties = {**_TYPE_META, **properties}

    def member(key: str) -> FieldShape:
        if embedded and key == "metadata":
            return FieldShape(_go_shapes().of("meta/v1.ObjectMeta"))
        return FieldShape(_openapi(properties[key], preserve=preserve), properties[key].get("default"))

    return MapShape(_Fields(properties, member), inner, schema.get("x-kubernetes-map-type") == "atomic")


def _openapi_scalar(kind: str, text_format: str) -> Scalar:
    if kind in {"integer", "number"}:
        return "numeric"
    if kind == "boolean":
        return "boolean"
    return "string" if kind == "string" and text_format in {"", "byte"} else "untyped"
