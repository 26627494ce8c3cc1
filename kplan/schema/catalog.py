"""What one Kubernetes release accepts and serves: the entry to all bundled schema data.

Upstream: api/openapi-spec
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.errors import UsageError
from kplan.schema import definitions, discovery
from kplan.schema.crd import CustomKind
from kplan.schema.definitions import Definitions, Schema
from kplan.schema.discovery import Discovery

OLDEST: Final = 25
LATEST: Final = 37
DEFAULT: Final = "1.36"


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """The schemas and resources of one release, and of the custom resources added to it."""

    version: str
    discovery: Discovery
    custom: dict[GroupVersionKind, CustomKind] = field(default_factory=dict)

    @classmethod
    def for_version(cls, version: str = DEFAULT) -> "Catalog":
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
    if major != "1" or not minor.isdigit() or not OLDEST <= int(minor) <= LATEST:
        raise UsageError(
            f"no schemas for Kubernetes '{version}'", hint=f"bundled releases: 1.{OLDEST} to 1.{LATEST}"
        )
    release = f"1.{minor}"
    served = discovery.bundled()
    if release != DEFAULT:
        kinds = definitions.of_release(release).kinds
        served = served.extended(discovery.bygone(served, kinds)).limited(kinds)
    return Catalog(release, served)
