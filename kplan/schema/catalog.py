"""What one Kubernetes release accepts and serves: the entry to all bundled schema data.

Upstream: api/openapi-spec
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from kplan.api.gvk import GroupVersionKind
from kplan.errors import UsageError
from kplan.schema import definitions, discovery, releases
from kplan.schema.crd import CustomKind
from kplan.schema.definitions import Definitions, Schema
from kplan.schema.discovery import Discovery


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """The schemas and resources of one release, and of the custom resources added to it."""

    version: str
    discovery: Discovery
    custom: dict[GroupVersionKind, CustomKind] = field(default_factory=dict)

    @classmethod
    def for_version(cls, version: str = releases.DEFAULT) -> "Catalog":
        """The bundled catalogue of a minor such as ``1.36``; raises UsageError where there is none."""
        return _bundled(version)

    @property
    def definitions(self) -> Definitions:
        """The built-in kinds' OpenAPI definitions."""
        return definitions.of_release(self.version)

    def schema_of(self, gvk: GroupVersionKind) -> Schema | None:
        """The schema of a kind, built-in or custom; None where it is not known."""
        if gvk in self.custom:
            return self.custom[gvk].schema
        return self.definitions.of(gvk)

    def knows(self, gvk: GroupVersionKind) -> bool:
        """Whether the release, or a custom resource definition added to it, has the kind."""
        return gvk in self.custom or gvk in self.definitions.kinds

    def extended(self, kinds: Iterable[CustomKind]) -> "Catalog":
        """With the kinds of custom resource definitions."""
        more = list(kinds)
        return replace(
            self,
            discovery=self.discovery.extended(kind.resource for kind in more),
            custom=self.custom | {kind.resource.gvk: kind for kind in more},
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
