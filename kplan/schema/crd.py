"""Turns a CustomResourceDefinition into what the catalogue knows of the kinds it defines.

Custom kinds then cost no code: schema, scope, names and subresources all come from the definition.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_discovery_controller.go
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from kplan.api.object import Json
from kplan.schema.discovery import Resource

_VERBS: Final = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")


class CustomKind(NamedTuple):
    """One served version of a custom resource."""

    resource: Resource
    schema: Mapping[str, Any] | None
    """``openAPIV3Schema``; None where the version has none."""
    preserve_unknown_fields: bool = False
    """The definition's old switch that turns pruning off for the whole object."""
    status: bool = False
    """Whether the status subresource is on."""
    scale: Mapping[str, Any] | None = None
    deprecation: str = ""
    """The warning in answers to requests for a deprecated version; empty for the others."""


def custom_kinds(definition: Json) -> Iterator[CustomKind]:
    """The kinds a CustomResourceDefinition serves, the storage version preferred."""
    spec = definition.get("spec") or {}
    names = spec.get("names") or {}
    versions = [version for version in spec.get("versions") or () if version.get("served")]
    for version in versions:
        subresources = version.get("subresources") or {}
        kind = str(names.get("kind") or "")
        resource = Resource(
            group=spec.get("group", ""),
            version=version.get("name", ""),
            kind=kind,
            plural=names.get("plural", ""),
            singular=names.get("singular") or kind.lower(),
            namespaced=spec.get("scope") == "Namespaced",
            short_names=tuple(names.get("shortNames") or ()),
            verbs=_VERBS,
            categories=tuple(names.get("categories") or ()),
            preferred=version is _preferred(versions),
        )
        yield CustomKind(
            resource,
            (version.get("schema") or {}).get("openAPIV3Schema"),
            spec.get("preserveUnknownFields") is True,
            "status" in subresources,
            subresources.get("scale"),
            _deprecation(version, spec) if version.get("deprecated") else "",
        )


def _deprecation(version: Json, spec: Json) -> str:
    """The definition's own warning, or one that names the version to use instead."""
    own = version.get("deprecationWarning")
    if own is not None:
        return str(own)
    kind = str((spec.get("names") or {}).get("kind") or "")
    text = f"{spec.get('group', '')}/{version.get('name', '')} {kind} is deprecated"
    newer = [
        other
        for other in spec.get("versions") or ()
        if other.get("served")
        and not other.get("deprecated")
        and _rank(other["name"]) > _rank(version["name"])
    ]
    return f"{text}; use {spec.get('group', '')}/{_preferred(newer)['name']} {kind}" if newer else text


def _preferred(versions: list[Json]) -> Json:
    """The version a name without one means: the highest by Kubernetes' order of versions."""
    return max(versions, key=lambda version: _rank(version.get("name", "")))


def _rank(name: str) -> tuple[int, int, int, int]:
    """GA before beta before alpha, then by number."""
    digits = name[1:] if name.startswith("v") else ""
    for level, word in enumerate(("alpha", "beta"), start=1):
        major, found, minor = digits.partition(word)
        if found and major.isdigit() and (minor.isdigit() or not minor):
            return (1, level, int(major), int(minor or 0))
    return (1, 3, int(digits), 0) if digits.isdigit() else (0, 0, 0, 0)
