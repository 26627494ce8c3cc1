"""The names Kubernetes gives to types and objects: group, version, kind, resource, key.

Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/schema/group_version.go
"""

from kplan.namedtuples import NamedTuple


class GroupVersionKind(NamedTuple):
    """A type as manifests name it."""

    group: str
    version: str
    kind: str

    @classmethod
    def of(cls, api_version: str, kind: str) -> "GroupVersionKind":
        """Split ``apps/v1`` or ``v1`` and join the kind."""
        group, _, version = api_version.rpartition("/")
        return cls(group, version, kind)

    @property
    def api_version(self) -> str:
        """``apps/v1``, or ``v1`` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def group_kind(self) -> str:
        """``Deployment.apps``, or ``Pod`` for the core group."""
        return f"{self.kind}.{self.group}" if self.group else self.kind


class ObjectKey(NamedTuple):
    """An object's identity in a cluster: group, kind, namespace (empty if there is none) and name."""

    group: str
    kind: str
    namespace: str
    name: str

    @property
    def group_kind(self) -> str:
        """``Deployment.apps``, or ``Pod`` for the core group."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    def __str__(self) -> str:
        return f"{self.group_kind.lower()}/{self.name}" + (f" -n {self.namespace}" if self.namespace else "")
