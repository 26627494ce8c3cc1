"""What one Kubernetes release accepts and serves: the entry to all bundled schema data.

Upstream: api/openapi-spec
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from kplan.errors import UsageError
from kplan.schema import discovery
from kplan.schema.discovery import Discovery

OLDEST: Final = 25
LATEST: Final = 37
DEFAULT: Final = "1.36"


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """The schemas and resources of one release, and of the custom resources added to it."""

    version: str
    discovery: Discovery

    @classmethod
    def for_version(cls, version: str = DEFAULT) -> "Catalog":
        """The bundled catalogue of a minor such as ``1.36``; raises UsageError where there is none."""
        return _bundled(version)

    def extended(self, more: Discovery) -> "Catalog":
        """With further resources, of custom resource definitions for one."""
        return replace(self, discovery=self.discovery.extended(more))


@cache
def _bundled(version: str) -> Catalog:
    major, _, minor = version.removeprefix("v").partition(".")
    minor = minor.partition(".")[0]
    if major != "1" or not minor.isdigit() or not OLDEST <= int(minor) <= LATEST:
        raise UsageError(
            f"no schemas for Kubernetes {version}", hint=f"bundled releases: 1.{OLDEST} to 1.{LATEST}"
        )
    return Catalog(f"1.{minor}", discovery.bundled())
