"""The extension points of scheduling: what a plug-in may implement, and what it is given.

A plug-in is a class with a ``name`` and the methods of any of these protocols. The one-node methods
(``filter``, ``score``) mirror upstream and are all that a plug-in needs. Array methods (``filter_all``,
``score_all``) answer for all nodes at once and must say the same; they are used of plug-ins that declare what
they depend on (``DeclaringPlugin``).

Upstream: staging/src/k8s.io/kube-scheduler/framework/interface.go
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from kplan.namedtuples import NamedTuple
from kplan.scheduler.arrays import Ints, Numbers
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import Dependence
from kplan.scheduler.events import ALL_EVENTS, ClusterEvent, News
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import LoggedSnapshot, Snapshot
from kplan.scheduler.status import Status

if TYPE_CHECKING:
    from kplan.apiserver.client import Client


class Verdicts:
    """One status a node: small numbers into a list of distinct statuses, 0 for success."""

    __slots__ = ("ids", "statuses")

    def __init__(self, ids: Numbers, statuses: Sequence[Status]) -> None:
        self.ids = ids
        self.statuses = statuses


@runtime_checkable
class Plugin(Protocol):
    """Every plug-in has a name, as configuration knows it."""

    name: str


@runtime_checkable
class DeclaringPlugin(Plugin, Protocol):
    """Says what its answers depend on, so that they can be kept; without, it is asked for every node, every time."""

    depends_on: Dependence


@runtime_checkable
class SelectivePlugin(Plugin, Protocol):
    """Knows by the template of a pod that it has nothing to do."""

    def applies_to(self, template: PodTemplate) -> bool:
        """False if, for every pod of the template, PreFilter skips, the score is 0 and nothing is reserved."""


@runtime_checkable
class PreEnqueuePlugin(Plugin, Protocol):
    """Decides whether a pod may enter the queue at all."""

    def pre_enqueue(self, pod: PodInfo, snapshot: Snapshot) -> Status:
        """Refuse to keep the pod out of the active queue."""


@runtime_checkable
class EnqueueExtensions(Plugin, Protocol):
    """Says when a pod that it refused is worth another try; without, any event is reason enough."""

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """The events after which the plug-in may answer differently."""


@runtime_checkable
class QueueingHints(EnqueueExtensions, Protocol):
    """Says which of the events it registered may let in a pod that it refused; without, any of them may."""

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """Whether what happened is a reason to try the refused pod again;
        alike for pods of a template, but for claims.
        """


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
class PreFilterExtensions(Plugin, Protocol):
    """Keeps its PreFilter data true while pods are tried on and off a node."""

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """The other pod now runs on the node."""

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """The other pod no longer runs on the node."""


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
    """Judges all nodes at once. Where its answers depend on the whole cluster, it speaks for its PreFilter as well."""

    def filter_all(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Verdicts | None:
        """Judge every node of the snapshot; None when all pass.

        ``state`` outlives the pod: it belongs to the template and lasts until other kinds than pods change.
        """


class Eviction(Protocol):
    """A node, and the pods to evict from it so that another one fits."""

    @property
    def node(self) -> NodeInfo:
        """The node."""

    @property
    def victims(self) -> tuple[PodInfo, ...]:
        """The pods."""


class Nomination(NamedTuple):
    """A node to wait for, and the pods to evict from it; without a node, an earlier nomination is void."""

    node: str
    victims: tuple[PodInfo, ...]
    violations: int = 0
    """How many of the victims a disruption budget would have kept."""
    as_good: Sequence[Eviction] = ()
    """What would have been as good, this one included."""

    @property
    def equals(self) -> tuple[tuple[str, tuple[PodInfo, ...]], ...]:
        """Nodes and victims that would have been as good, this one among them."""
        return tuple((item.node.name, item.victims) for item in self.as_good)


class Handle(Protocol):
    """The cycle of a pod that fits nowhere, as PostFilter plug-ins see it."""

    @property
    def pod(self) -> PodInfo:
        """The pod."""

    @property
    def snapshot(self) -> LoggedSnapshot:
        """The cluster."""

    @property
    def epoch(self) -> int:
        """Changes when anything does that is not a pod."""

    def state(self) -> CycleState:
        """The plug-ins' data."""

    def unschedulable(self) -> list[int] | Ints:
        """Nodes that refused, but might not once pods are evicted, in the order of visiting:
        an array if all were judged at once.
        """

    def node_is_unresolvable(self, node: NodeInfo) -> bool:
        """Whether eviction cannot help on a node."""

    def filters_are_cacheable(self) -> bool:
        """Whether the answers for a node hold for every pod of the template until that node changes."""

    def judged_by_room(self, node: NodeInfo) -> tuple[Status, ...] | None:
        """The statuses of filters that read none of the node's pods, if all others depend on its room alone;
        None otherwise.
        """

    def filter_with_nominated(self, state: CycleState, node: NodeInfo) -> Status:
        """Judge one node with the pods nominated to it, and then without: both must agree."""

    def add_pod(self, state: CycleState, other: PodInfo, node: NodeInfo) -> None:
        """Tell plug-ins that another pod now runs on the node."""

    def remove_pod(self, state: CycleState, other: PodInfo, node: NodeInfo) -> None:
        """Tell plug-ins that another pod no longer runs on the node."""


@runtime_checkable
class PostFilterPlugin(Plugin, Protocol):
    """Is asked when no node fits."""

    def post_filter(self, handle: Handle) -> tuple[Nomination | None, Status]:
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

    def score_all(
        self, state: CycleState, template: PodTemplate, snapshot: Snapshot, feasible: Ints
    ) -> Ints | None:
        """Normalised scores of these nodes, by index; None if the plug-in adds nothing."""


@runtime_checkable
class SettlingPlugin(Plugin, Protocol):
    """Knows when its array methods have nothing to say, so that they need no asking for every pod."""

    def is_settled(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> bool:
        """Whether it scores all nodes alike and, if ``filter_all`` depends on other nodes, lets all of them pass.

        ``state`` is that of the array methods. The answer has to hold until other kinds than pods change or a pod comes
        with an affinity term that no pod had before.
        """


@runtime_checkable
class CacheableScorePlugin(ScorePlugin, Protocol):
    """Has scores that are not normalised over the feasible nodes: each depends on its own node alone."""

    def cacheable_scores(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Ints | None:
        """The scores of all nodes of the snapshot; None if the plug-in does not score pods like this one."""


@runtime_checkable
class ReservePlugin(Plugin, Protocol):
    """Notes what a placement takes before it is bound, and gives it back if the placement fails."""

    def reserve(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """The pod goes to this node; refuse to keep it from there."""

    def unreserve(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> None:
        """The pod does not go to this node after all; called even if ``reserve`` was not."""


@runtime_checkable
class PermitPlugin(Plugin, Protocol):
    """Has the last word before a pod is bound. Deviation: it answers at once; nothing waits for a permission."""

    def permit(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Refuse to keep the pod from this node."""


@runtime_checkable
class PreBindPlugin(Plugin, Protocol):
    """Writes into the cluster what must be there before the pod is bound."""

    def pre_bind(self, client: "Client", state: CycleState, pod: PodInfo, node: str) -> Status:
        """Refuse to have the pod tried again after a pause. Raises StatusError."""


@runtime_checkable
class BindPlugin(Plugin, Protocol):
    """Binds the pod."""

    def bind(self, client: "Client", pod: PodInfo, node: str) -> None:
        """Write the binding. Raises StatusError."""


def registered_events(plugin: Plugin) -> frozenset[ClusterEvent]:
    """The events that may change a plug-in's mind; all of them if it does not say."""
    return plugin.events_to_register() if isinstance(plugin, EnqueueExtensions) else ALL_EVENTS


PluginArgs = Mapping[str, Any]
