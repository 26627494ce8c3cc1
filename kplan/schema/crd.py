"""Turns a CustomResourceDefinition into what the catalogue knows of the kinds it defines.

Custom kinds then cost no code: schema, scope, names and subresources all come from the definition.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_discovery_controller.go
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.api.object import Json
from kplan.api.walk import items, mapping, text
from kplan.namedtuples import NamedTuple
from kplan.schema.discovery import Resource

_LEVELS: Final = {"alpha": 1, "beta": 2, None: 3}
_VERBS: Final = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")


Schema = Mapping[str, Any]


class Storage(NamedTuple):
    """The version that objects of a definition are stored in."""

    api_version: str
    schema: Schema | None
    served: bool


class CustomKind(NamedTuple):
    """One served version of a custom resource."""

    resource: Resource
    schema: Schema | None
    """``openAPIV3Schema``; None if the version has none."""
    preserve_unknown_fields: bool = False
    """The definition's old switch that turns pruning off for the whole object."""
    status: bool = False
    """Whether the status subresource is on."""
    scale: Mapping[str, Any] | None = None
    deprecation: str = ""
    """The warning in answers to requests for a deprecated version; empty for the others."""
    storage: Storage | None = None
    """The stored version, if it is another one and nobody but the server converts between them."""
    converted_by_webhook: bool = False


def custom_kinds(definition: Json) -> Iterator[CustomKind]:
    """The kinds a CustomResourceDefinition serves, the storage version preferred; what is mistyped reads as absent."""
    spec = mapping(definition, "spec")
    names = mapping(spec, "names")
    versions = [version for _, version in items(spec, "versions") if version.get("served")]
    webhook = mapping(spec, "conversion").get("strategy") == "Webhook"
    for version in versions:
        subresources, kind = mapping(version, "subresources"), text(names, "kind")
        resource = Resource(
            group=text(spec, "group"),
            version=text(version, "name"),
            kind=kind,
            plural=text(names, "plural"),
            singular=text(names, "singular") or kind.lower(),
            namespaced=spec.get("scope") == "Namespaced",
            short_names=_texts(names, "shortNames"),
            verbs=_VERBS,
            categories=_texts(names, "categories"),
            preferred=version is _preferred(versions),
            selectable=tuple(
                text(one, "jsonPath").lstrip(".") for _, one in items(version, "selectableFields")
            ),
        )
        scale = subresources.get("scale")
        yield CustomKind(
            resource,
            _schema(version),
            spec.get("preserveUnknownFields") is True,
            "status" in subresources,
            scale if isinstance(scale, dict) else None,
            _deprecation(version, spec) if version.get("deprecated") else "",
            None if webhook or version.get("storage") else _storage(spec),
            webhook,
        )


def _storage(spec: Mapping[str, Any]) -> Storage | None:
    for _, version in items(spec, "versions"):
        if version.get("storage"):
            name = f"{text(spec, 'group')}/{text(version, 'name')}"
            return Storage(name, _schema(version), version.get("served") is True)
    return None


def _schema(version: Mapping[str, Any]) -> Schema | None:
    schema = mapping(version, "schema").get("openAPIV3Schema")
    return schema if isinstance(schema, dict) else None


def _texts(names: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = names.get(key)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def _deprecation(version: Mapping[str, Any], spec: Mapping[str, Any]) -> str:
    """The definition's own warning, or one that names the version to use instead."""
    own = version.get("deprecationWarning")
    if own is not None:
        return str(own)
    group, name, kind = text(spec, "group"), text(version, "name"), text(spec, "names", "kind")
    newer = [
        other
        for _, other in items(spec, "versions")
        if other.get("served") and not other.get("deprecated") and _rank(text(other, "name")) > _rank(name)
    ]
    words = f"{group}/{name} {kind} is deprecated"
    return f"{words}; use {group}/{text(_preferred(newer), 'name')} {kind}" if newer else words


def _preferred(versions: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The version a name without one means: the highest by Kubernetes' order of versions."""
    return max(versions, key=lambda version: _rank(text(version, "name")))


def _rank(name: str) -> tuple[int, int, int, int]:
    """GA before beta before alpha, then by number."""
    if not (found := re.fullmatch(r"v(\d{1,18})(?:(alpha|beta)(\d{0,18}))?", name, re.ASCII)):
        return (0, 0, 0, 0)
    major, word, minor = found.groups()
    return (1, _LEVELS[word], int(major), int(minor or 0))
