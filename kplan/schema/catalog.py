"""What one Kubernetes release accepts and serves: the entry to all bundled schema data.

Upstream: api/openapi-spec
"""

from functools import cache
from typing import TYPE_CHECKING, Final

from kplan.api.gvk import GroupVersionKind
from kplan.errors import UsageError
from kplan.schema import definitions, discovery, releases
from kplan.schema.definitions import Definitions, Schema
from kplan.schema.discovery import Discovery

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kplan.schema.crd import CustomKind


class Catalog:
    """The schemas and resources of one release, and of the custom resources added to it."""

    __slots__ = ("custom", "discovery", "version")

    def __init__(
        self,
        version: str,
        discovery: Discovery,
        custom: "Mapping[GroupVersionKind, CustomKind] | None" = None,
    ) -> None:
        self.version: Final = version
        self.discovery: Final = discovery
        self.custom: Final[Mapping[GroupVersionKind, CustomKind]] = custom or {}

    @classmethod
    def for_version(cls, version: str = releases.DEFAULT) -> "Catalog":
        """The bundled catalogue of a minor such as ``1.36``; raises UsageError if there is none."""
        return _bundled(version)

    @property
    def definitions(self) -> Definitions:
        """The built-in kinds' OpenAPI definitions."""
        return definitions.of_release(self.version)

    def schema_of(self, gvk: GroupVersionKind) -> Schema | None:
        """The schema of a kind, built-in or custom; None if it is not known."""
        if gvk in self.custom:
            return self.custom[gvk].schema
        return self.definitions.of(gvk)

    def knows(self, gvk: GroupVersionKind) -> bool:
        """Whether the release, or a custom resource definition added to it, has the kind."""
        return gvk in self.custom or self.definitions.name_of(gvk) is not None

    def is_own(self, gvk: GroupVersionKind) -> bool:
        """Whether the release itself has the kind, and no definition redefines it."""
        return gvk not in self.custom and self.definitions.name_of(gvk) is not None

    def own_groups(self) -> frozenset[str]:
        """The API server's groups, without those that only definitions add, which may have more kinds than these."""
        custom = {gvk.group for gvk in self.custom}
        return frozenset(resource.group for resource in self.discovery) - custom

    @property
    def is_redefined(self) -> bool:
        """Whether a definition redefines a kind that the release serves itself."""
        return any(self.definitions.name_of(gvk) is not None for gvk in self.custom)

    def extended(self, kinds: "Iterable[CustomKind]") -> "Catalog":
        """The catalogue with the kinds of custom resource definitions added."""
        more = list(kinds)
        return Catalog(
            self.version,
            self.discovery.extended(kind.resource for kind in more),
            {**self.custom, **{kind.resource.gvk: kind for kind in more}},
        )


@cache
def _bundled(version: str) -> Catalog:
    major, _, minor = version.removeprefix("v").partition(".")
    minor = minor.partition(".")[0]
    release = f"{major}.{minor}"
    if release not in releases.SUPPORTED:
        raise UsageError(f"no schemas for Kubernetes '{version}'", hint=f"bundled releases: {releases.RANGE}")
    served = discovery.bundled()
    if release != releases.DEFAULT:
        kinds = definitions.of_release(release).kinds
        served = served.extended(discovery.removed_resources(served, kinds)).limited(kinds)
    return Catalog(release, served)
