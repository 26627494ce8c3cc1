"""The kinds that a policy is for, and the types that their objects have in expressions.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/typechecking.go, pkg/cel/openapi/resolver/
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.cel.types import Type
from kplan.apiserver.customresource.celtypes import type_of
from kplan.schema.catalog import Catalog
from kplan.schema.definitions import Schema
from kplan.schema.discovery import Discovery

_MOST: Final = 10
"""So many kinds of a policy are looked at."""
_QUANTITY: Final = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_METADATA: Final = {"$ref": "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
_TEXT: Final = {"type": "string"}


def kinds_of(spec: Json, discovery: Discovery) -> list[GroupVersionKind]:
    """The kinds that the rules of a policy name one by one; a rule with a wildcard names none."""
    found: set[GroupVersionKind] = set()
    for rule in (spec.get("matchConstraints") or {}).get("resourceRules") or ():
        for count, gvk in enumerate(_named(rule, discovery), 1):
            found.add(gvk)
            if count == _MOST:
                return sorted(found)
    return sorted(found)


def _named(rule: Json, discovery: Discovery) -> Iterator[GroupVersionKind]:
    groups, versions = rule.get("apiGroups") or [], rule.get("apiVersions") or []
    if any("*" in name for name in (*groups, *versions)):
        return
    plain = [name for name in rule.get("resources") or () if "*" not in name and "/" not in name]
    for group in sorted(groups):
        for version in sorted(versions):
            for name in sorted(plain):
                yield from _of_resource(group, version, name.lower(), discovery)


def _of_resource(group: str, version: str, name: str, discovery: Discovery) -> Iterator[GroupVersionKind]:
    """The kinds of a resource; those of every group if none is named,
    as upstream's mapper cannot tell the core group.
    """
    for resource in discovery:
        named = resource.version == version and name in {resource.plural, resource.singular}
        if named and group in {"", resource.group}:
            yield resource.gvk


def object_type_of(gvk: GroupVersionKind, catalog: Catalog) -> Type | None:
    """The type of a kind's objects; None if its schema is not known.

    A name of a type ends in nanoseconds upstream, here in a zero.
    """
    schema = catalog.schema_of(gvk)
    if schema is None:
        return None
    if not catalog.is_own(gvk):
        properties = schema.get("properties") or {}
        whole = {**properties, "apiVersion": _TEXT, "kind": _TEXT, "metadata": _METADATA}
        schema = {**schema, "properties": whole}
    return type_of(_resolved(schema, catalog, ()), name=f"{gvk.kind}0")


def _resolved(schema: Schema, catalog: Catalog, above: tuple[str, ...]) -> Schema:
    """A schema without references; one that leads back to itself is an object of which nothing is known."""
    name = schema.get("$ref")
    if name is not None:
        if name in above:
            return {"type": "object"}
        if name == _QUANTITY:
            return {}  # neither a string nor a number: upstream's checker does not see such fields
        above, schema = (*above, name), catalog.definitions.resolve(schema)
    if schema.get("format") == "int-or-string":
        return {"x-kubernetes-int-or-string": True}
    return {**schema, **dict(_inside(schema, catalog, above))}


def _inside(schema: Schema, catalog: Catalog, above: tuple[str, ...]) -> Iterable[tuple[str, Any]]:
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        yield "properties", {name: _resolved(inner, catalog, above) for name, inner in properties.items()}
    for part in ("items", "additionalProperties"):
        inner = schema.get(part)
        if isinstance(inner, Mapping):
            yield part, _resolved(inner, catalog, above)
