"""What names an object in a build: group, version, kind, name and namespace.

Upstream: vendor/sigs.k8s.io/kustomize/kyaml/resid/resid.go
"""

from collections.abc import Mapping
from typing import Any

from kplan.apiserver.goregexp.compiled import Regexp, compile_regex
from kplan.kustomize import defaults
from kplan.namedtuples import NamedTuple

_NOWHERE = "_non_namespaceable_"


class Gvk(NamedTuple):
    """A kind; empty parts match anything if it selects."""

    group: str = ""
    version: str = ""
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.kind or '[noKind]'}.{self.version or '[noVer]'}.{self.group or '[noGrp]'}"

    @property
    def api_version(self) -> str:
        """Group and version as an object has them."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def selected_by(self, other: "Gvk") -> bool:
        """Whether the given parts of another one agree."""
        return all(not wanted or wanted == own for wanted, own in zip(other, self, strict=True))

    @property
    def is_cluster_scoped(self) -> bool:
        """Whether the kind is known to have no namespace."""
        return f"{self.api_version}/{self.kind}" in defaults.cluster_scoped()


def gvk_of(value: Mapping[str, Any]) -> Gvk:
    """The kind of an object."""
    group, _, version = str(value.get("apiVersion") or "").rpartition("/")
    return Gvk(group, version, str(value.get("kind") or ""))


def gvk_in(value: Mapping[str, Any]) -> Gvk:
    """The kind that a field spec or a selector names by parts."""
    return Gvk(*(str(value.get(part) or "") for part in ("group", "version", "kind")))


class Id(NamedTuple):
    """An object's identity."""

    gvk: Gvk
    name: str
    namespace: str = ""

    def __str__(self) -> str:
        return f"{self.gvk}/{self.name or '[noName]'}.{self.namespace or '[noNs]'}"

    @property
    def place(self) -> str:
        """The namespace it counts as being in."""
        return _NOWHERE if self.gvk.is_cluster_scoped else self.namespace or "default"

    def equals(self, other: "Id") -> bool:
        """Whether both name the same object."""
        return self.name == other.name and self.gvk == other.gvk and self.place == other.place

    @property
    def go(self) -> str:
        """The identity as Go prints it with every field."""
        group, version, kind = self.gvk
        scoped = str(self.gvk.is_cluster_scoped).lower()
        return (
            f'resid.ResId{{Gvk:resid.Gvk{{Group:"{group}", Version:"{version}", Kind:"{kind}", '
            f'isClusterScoped:{scoped}}}, Name:"{self.name}", Namespace:"{self.namespace}"}}'
        )


def anchored(pattern: str) -> Regexp | None:
    """A selector's pattern; None matches everything. Raises RegexError."""
    return compile_regex(f"^(?:{pattern})$") if pattern else None
