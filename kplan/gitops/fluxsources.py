"""Where Flux's objects take their files from: the GitRepository or OCIRepository that they name.

Upstream: github.com/fluxcd/source-controller api/v1
"""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from kplan.api.object import Object
from kplan.gitops.looking import Looking, listing, mapping, text
from kplan.namedtuples import NamedTuple

_GROUP = "source.toolkit.fluxcd.io"
_EXTENSIONS = "source.extensions.fluxcd.io"


class Address(NamedTuple):
    """A repository and a revision of it; an empty address if its object is not among those that are known."""

    url: str = ""
    revision: str = ""
    path: str = "."
    """The folder that is meant, from the root of the repository."""


def address_of(one: Object, spec: Mapping[str, Any], looking: Looking, field: str = "sourceRef") -> Address:
    """The repository and the folder that an object names."""
    named = mapping(spec.get(field))
    path = posixpath.normpath(text(spec.get("path")) or ".")
    kind, namespace = text(named.get("kind")), text(named.get("namespace")) or one.namespace
    if kind == "ExternalArtifact":
        return _through_artifact(namespace, text(named.get("name")), path, looking)
    return _of(kind, namespace, text(named.get("name")), looking)._replace(path=path)


def _of(kind: str, namespace: str, name: str, looking: Looking) -> Address:
    found = looking.find(_GROUP, kind, namespace, name)
    if found is None:
        return Address()
    source = mapping(found.value.get("spec"))
    if kind == "Bucket":
        return Address(f"bucket {text(source.get('bucketName'))}")
    reference = mapping(source.get("ref"))
    pinned = ("commit", "tag", "semver", "digest", "name", "branch") if kind == "GitRepository" else ()
    revision = next((text(reference.get(key)) for key in pinned if reference.get(key)), "")
    return Address(text(source.get("url")), revision)


def _through_artifact(namespace: str, name: str, path: str, looking: Looking) -> Address:
    """Where a folder of an artifact is copied from, by the ArtifactGenerator that makes it."""
    for spec, artifact in _artifacts(namespace, name, looking):
        for copy in map(mapping, listing(artifact.get("copy"))):
            if (found := _copied(path, text(copy.get("from")), text(copy.get("to")))) is not None:
                alias, inside = found
                return _source(spec, alias, namespace, looking)._replace(path=inside)
    return Address(f"artifact {name}")


def _artifacts(
    namespace: str, name: str, looking: Looking
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The artifacts of a name, each with the spec of the generator that makes it."""
    for one in looking.of_kind(_EXTENSIONS, "ArtifactGenerator"):
        spec = mapping(one.value.get("spec"))
        for artifact in map(mapping, listing(spec.get("artifacts"))):
            if one.namespace == namespace and artifact.get("name") == name:
                yield spec, artifact


def _source(spec: Mapping[str, Any], alias: str, namespace: str, looking: Looking) -> Address:
    """Where the source is that a generator calls by an alias."""
    sources = map(mapping, listing(spec.get("sources")))
    source = next((each for each in sources if each.get("alias") == alias), {})
    at = text(source.get("namespace")) or namespace
    return _of(text(source.get("kind")), at, text(source.get("name")), looking)


def _copied(path: str, origin: str, to: str) -> tuple[str, str] | None:
    """The alias and the folder that a folder of an artifact is a copy of; None if the rule is not about it."""
    alias, _, from_ = origin.removeprefix("@").partition("/")
    start = posixpath.normpath(to.removeprefix("@artifact").strip("/") or ".")
    inside = posixpath.relpath(path, start)
    if inside.startswith(".."):
        return None
    return alias, posixpath.normpath(posixpath.join(from_.removesuffix("**").rstrip("/") or ".", inside))
