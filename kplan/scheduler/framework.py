"""The extension points of scheduling: what a plug-in may implement, and what it is given.

A plug-in is a class with a ``name`` and any of these methods. The one-node methods (``filter``, ``score``) mirror
upstream; ``filter_all`` and ``score_all`` answer for all nodes at once from arrays and must say the same.

Upstream: staging/src/k8s.io/kube-scheduler/framework/interface.go
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from kplan.api.object import Json
from kplan.scheduler.columns import NodeColumns
from kplan.scheduler.counting import PodCounts
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodClass, PodInfo
from kplan.scheduler.status import Status

MAX_NODE_SCORE: Final = 100

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Objects(Protocol):
    """Whatever else of the cluster plug-ins look up: claims, volumes, services, budgets, namespaces."""

    def find(self, group: str, kind: str, namespace: str, name: str) -> Json | None:
        """One object, or None."""

    def list(self, group: str, kind: str, namespace: str = "") -> Sequence[Json]:
        """All objects of a kind, in order of creation; an empty namespace means all."""


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
        """How many pods of what kind run where."""

    @property
    def columns(self) -> NodeColumns:
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


class CycleState(dict[str, Any]):
    """What plug-ins remember of one pod within one cycle, by plug-in name."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.skip_filter: set[str] = set()
        self.skip_score: set[str] = set()

    def clone(self) -> "CycleState":
        """A copy whose plug-in data can be changed without touching this one."""
        copy = CycleState(
            {name: data.clone() if hasattr(data, "clone") else data for name, data in self.items()}
        )
        copy.skip_filter, copy.skip_score = self.skip_filter, self.skip_score
        return copy


class Verdicts:
    """One status a node: small numbers into a list of distinct statuses, 0 for success."""

    __slots__ = ("ids", "statuses")

    def __init__(self, ids: npt.NDArray[Any], statuses: Sequence[Status]) -> None:
        self.ids = ids
        self.statuses = statuses


@runtime_checkable
class Plugin(Protocol):
    """Every plug-in has a name, as configuration knows it."""

    name: str


@runtime_checkable
class PreEnqueuePlugin(Plugin, Protocol):
    """Decides whether a pod may enter the queue at all."""

    def pre_enqueue(self, pod: PodInfo, snapshot: Snapshot) -> Status:
        """Refuse to keep the pod out of the active queue."""


@runtime_checkable
class QueueSortPlugin(Plugin, Protocol):
    """Orders the active queue."""

    def sort_key(self, pod: PodInfo) -> int:
        """Smaller goes first; arrival breaks ties."""


@runtime_checkable
class PreFilterPlugin(Plugin, Protocol):
    """Looks at the pod once before the nodes."""

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Answer with the only nodes worth a look (None for all), and a status: skip drops the filter."""


@runtime_checkable
class FilterPlugin(Plugin, Protocol):
    """Says whether a pod may run on a node."""

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""


@runtime_checkable
class ExplainingPlugin(FilterPlugin, Protocol):
    """Can put numbers to a refusal."""

    def detail(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:
        """What is behind the refusal of one node, in a few words."""


@runtime_checkable
class VectorFilterPlugin(FilterPlugin, Protocol):
    """Judges all nodes at once."""

    def filter_all(self, state: CycleState, cls: PodClass, snapshot: Snapshot) -> Verdicts | None:
        """Judge every node of the snapshot; None when all pass."""


@runtime_checkable
class PreFilterExtensions(Plugin, Protocol):
    """Keeps its PreFilter data true while pods are tried on and off a node."""

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """The other pod now runs on the node."""

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """The other pod no longer runs on the node."""


@runtime_checkable
class PostFilterPlugin(Plugin, Protocol):
    """Has a last word when no node fits."""

    def post_filter(self, cycle: Any) -> tuple[Any, Status]:
        """Answer with a nomination, if any, and a status whose reasons join the message."""


@runtime_checkable
class PreScorePlugin(Plugin, Protocol):
    """Prepares scoring."""

    def pre_score(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot
    ) -> Status:
        """Look at the feasible nodes; skip drops the score."""


@runtime_checkable
class ScorePlugin(Plugin, Protocol):
    """Ranks feasible nodes."""

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """The raw score of one node."""


@runtime_checkable
class NormalizingPlugin(ScorePlugin, Protocol):
    """Brings raw scores to 0..100."""

    def normalize(self, state: CycleState, scores: list[int], nodes: Sequence[NodeInfo]) -> list[int]:
        """The final scores, in the same order."""


@runtime_checkable
class VectorScorePlugin(ScorePlugin, Protocol):
    """Ranks all feasible nodes at once."""

    def score_all(self, state: CycleState, cls: PodClass, snapshot: Snapshot, feasible: Ints) -> Ints | None:
        """Final scores of these nodes, by index; None where the plug-in adds nothing."""


@runtime_checkable
class StandingScorePlugin(ScorePlugin, Protocol):
    """Has scores that need no normalising: they stay true until a node changes."""

    def score_every(self, state: CycleState, cls: PodClass, snapshot: Snapshot) -> Ints | None:
        """The scores of all nodes of the snapshot; None where the plug-in adds nothing."""


@runtime_checkable
class ReservePlugin(Plugin, Protocol):
    """Writes down what a placement takes."""

    def reserve(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """The pod goes to this node."""


PluginArgs = Mapping[str, Any]


def default_normalize(scores: list[int], *, reverse: bool) -> list[int]:
    """Scale to 0..100 by the highest score; reversed, the highest becomes the lowest."""
    highest = max(scores, default=0)
    if highest == 0:
        return [MAX_NODE_SCORE] * len(scores) if reverse else scores
    scaled = [MAX_NODE_SCORE * score // highest for score in scores]
    return [MAX_NODE_SCORE - score for score in scaled] if reverse else scaled


def default_normalize_all(scores: Ints, *, reverse: bool) -> Ints | None:
    """The same for an array; None where every score would be 0."""
    highest = int(scores.max()) if scores.size else 0
    if highest == 0:
        return np.full(scores.size, MAX_NODE_SCORE, dtype=np.int64) if reverse else None
    scaled = scores * MAX_NODE_SCORE // highest
    return MAX_NODE_SCORE - scaled if reverse else scaled
