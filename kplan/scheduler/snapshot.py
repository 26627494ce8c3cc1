"""The cluster as plug-ins see it while a pod is being placed.

Upstream: staging/src/k8s.io/kube-scheduler/framework/listers.go
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from kplan.api.object import Json
from kplan.scheduler.columns import Columns
from kplan.scheduler.counting import PodCounts
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo


class Objects(Protocol):
    """Whatever else of the cluster plug-ins look up: claims, volumes, services, budgets, namespaces."""

    def find(self, group: str, kind: str, namespace: str, name: str) -> Json | None:
        """One object, or None."""

    def list(self, group: str, kind: str, namespace: str = "") -> Sequence[Json]:
        """All objects of a kind, in order of creation; an empty namespace means all."""

    def services(self, namespace: str, labels: Mapping[str, str]) -> Sequence[Json]:
        """The Services of a namespace that select labels, in order of creation."""


class Snapshot(Protocol):
    """The cluster as one scheduling cycle sees it. Nothing in it changes while a pod is being placed."""

    @property
    def nodes(self) -> Sequence[NodeInfo]:
        """Every node, in the order of visiting."""

    @property
    def objects(self) -> Objects:
        """Other kinds."""

    @property
    def counts(self) -> PodCounts:
        """How many pods of what kind run if."""

    @property
    def columns(self) -> Columns:
        """The same nodes as arrays."""

    def node(self, name: str) -> NodeInfo | None:
        """One node by name."""

    def claim_in_use(self, namespace: str, claim: str) -> bool:
        """Whether any pod on any node uses a volume claim."""

    @property
    def nominated_nodes(self) -> Collection[str]:
        """Nodes that somebody is nominated to."""

    def nominated(self, node: str) -> Sequence[PodInfo]:
        """Pods that wait for victims on a node to go."""


class LoggedSnapshot(Snapshot, Protocol):
    """A snapshot that knows which nodes have changed since an earlier one of the same epoch."""

    @property
    def position(self) -> int:
        """How long the log of pods that came and went is."""

    def changed_nodes(self, position: int) -> Sequence[int]:
        """Indexes of nodes that gained or lost a pod since a position in the log."""
