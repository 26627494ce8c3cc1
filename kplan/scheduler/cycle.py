"""One pod's way through the plug-ins: prepare, filter, and the words for a refusal.

The scheduler owns the order of steps; this is what plug-ins with a last word (preemption) need of it again.

Upstream: pkg/scheduler/framework/runtime/framework.go
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from kplan.scheduler.framework import (
    CycleState,
    FilterPlugin,
    NormalizingPlugin,
    Plugin,
    PreFilterExtensions,
    PreFilterPlugin,
    PreScorePlugin,
    ScorePlugin,
    Snapshot,
    StandingScorePlugin,
    VectorFilterPlugin,
    VectorScorePlugin,
)
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.status import SUCCESS, Code, Status

_REACHING: Final = frozenset(
    {"PodTopologySpread", "InterPodAffinity", "VolumeRestrictions", "VolumeBinding", "DynamicResources"}
)
"""Plug-ins whose filter looks beyond the node it judges."""


@dataclass(frozen=True, slots=True)
class Nomination:
    """A node to wait for, and who has to leave it; without a node, an earlier nomination is void."""

    node: str
    victims: tuple[PodInfo, ...]
    violations: int = 0
    equals: tuple[tuple[str, tuple[PodInfo, ...]], ...] = ()
    """Nodes and victims that would have been as good, this one among them."""


class Diagnosis(Protocol):
    """Which nodes were looked at and refused, and why."""

    def __len__(self) -> int:
        """How many nodes refused."""

    def status(self, index: int) -> Status | None:
        """Why a node refused; None where it did not, or was not asked."""

    def unschedulable(self) -> Sequence[int]:
        """Nodes that might fit once pods are evicted, in the order of visiting."""

    def reasons(self) -> Counter[str]:
        """How many nodes gave each reason."""

    def plugins(self) -> frozenset[str]:
        """The plug-ins that refused."""


class Refusals(dict[int, Status]):
    """A diagnosis node by node."""

    def status(self, index: int) -> Status | None:
        """Why a node refused."""
        return self.get(index)

    def unschedulable(self) -> Sequence[int]:
        """Nodes that might fit once pods are evicted."""
        return [index for index in sorted(self) if self[index].code is Code.UNSCHEDULABLE]

    def reasons(self) -> Counter[str]:
        """How many nodes gave each reason."""
        return Counter(reason for status in self.values() for reason in status.reasons)

    def plugins(self) -> frozenset[str]:
        """The plug-ins that refused."""
        return frozenset(status.plugin for status in self.values())


class Pipeline:
    """The plug-ins of a profile by extension point, in order."""

    def __init__(self, plugins: Sequence[Plugin]) -> None:
        self.plugins = tuple(plugins)
        self.pre_filters = [plugin for plugin in plugins if isinstance(plugin, PreFilterPlugin)]
        self.filters = [plugin for plugin in plugins if isinstance(plugin, FilterPlugin)]
        self.extensions = [plugin for plugin in plugins if isinstance(plugin, PreFilterExtensions)]
        self.vector_filters = {
            plugin.name: plugin for plugin in plugins if isinstance(plugin, VectorFilterPlugin)
        }
        self.vector_scores = {
            plugin.name: plugin for plugin in plugins if isinstance(plugin, VectorScorePlugin)
        }
        self.standing_scores = {
            plugin.name: plugin for plugin in plugins if isinstance(plugin, StandingScorePlugin)
        }
        self.scores = {plugin.name: plugin for plugin in plugins if isinstance(plugin, ScorePlugin)}
        self.pre_scores = {plugin.name: plugin for plugin in plugins if isinstance(plugin, PreScorePlugin)}
        self.normalizers = {
            plugin.name: plugin for plugin in plugins if isinstance(plugin, NormalizingPlugin)
        }


class Cycle:
    """One pod, one snapshot, and what the plug-ins made of both."""

    def __init__(self, pipeline: Pipeline, pod: PodInfo, snapshot: Snapshot, epoch: int = 0) -> None:
        self.pipeline = pipeline
        self.pod = pod
        self.snapshot = snapshot
        self.epoch = epoch
        self.only: frozenset[str] | None = None
        self.absent: Status = SUCCESS
        self.diagnosis: Diagnosis = Refusals()
        self._state: CycleState | None = None
        self._prepared: Status = SUCCESS

    @property
    def prepared(self) -> bool:
        """Whether the one-node methods were needed; where they were not, no plug-in has anything to write down."""
        return self._state is not None

    def state(self) -> CycleState:
        """The plug-ins' data for the one-node methods, prepared when first needed."""
        if self._state is None:
            self.prepare()
        assert self._state is not None
        return self._state

    def prepare(self) -> Status:
        """Run PreFilter; a set of nodes may come of it, or a refusal for all of them."""
        if self._state is not None:
            return self._prepared
        self._state = CycleState()
        naming: list[str] = []
        self._prepared = SUCCESS
        for plugin in self.pipeline.pre_filters:
            names, status = plugin.pre_filter(self._state, self.pod, self.snapshot)
            if status.code is Code.SKIP:
                self._state.skip_filter.add(plugin.name)
                continue
            if not status.ok:
                self._prepared = status.by(plugin.name)
                if status.code is not Code.UNSCHEDULABLE:
                    break
                continue
            if names is not None:
                naming.append(plugin.name)
                self.only = names if self.only is None else self.only & names
                if not self.only:
                    self._prepared = Status.unresolvable(_nobody(sorted(naming)))
                    break
        if naming:
            self.absent = Status.unresolvable(
                f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(naming))}]"
            )
        return self._prepared

    def filter(self, state: CycleState, node: NodeInfo) -> Status:
        """Judge one node: the first plug-in that refuses decides."""
        for plugin in self.pipeline.filters:
            if plugin.name not in state.skip_filter:
                status = plugin.filter(state, self.pod, node)
                if status.code is not Code.SUCCESS:
                    return status.by(plugin.name)
        return SUCCESS

    def filter_with_nominated(self, state: CycleState, node: NodeInfo) -> Status:
        """Judge one node with the pods nominated to it, and then without: both must agree."""
        waiting = [
            other
            for other in self.snapshot.nominated(node.name)
            if other.priority >= self.pod.priority and other.key != self.pod.key
        ]
        if waiting:
            fuller, with_them = node.copy(), state.clone()
            for other in waiting:
                fuller.add(other)
                self.add_pod(with_them, other, fuller)
            status = self.filter(with_them, fuller)
            if not status.ok:
                return status
        return self.filter(state, node)

    def add_pod(self, state: CycleState, other: PodInfo, node: NodeInfo) -> None:
        """Tell plug-ins that another pod now runs on the node."""
        for plugin in self.pipeline.extensions:
            if plugin.name not in state.skip_filter:
                plugin.add_pod(state, self.pod, other, node)

    def remove_pod(self, state: CycleState, other: PodInfo, node: NodeInfo) -> None:
        """Tell plug-ins that another pod no longer runs on the node."""
        for plugin in self.pipeline.extensions:
            if plugin.name not in state.skip_filter:
                plugin.remove_pod(state, self.pod, other, node)

    def unschedulable_nodes(self) -> list[NodeInfo]:
        """Nodes that refused, but might not once pods are evicted, in the order of visiting."""
        nodes = self.snapshot.nodes
        if self.absent.code is Code.UNSCHEDULABLE:
            return [node for node in nodes if self._status(node).code is Code.UNSCHEDULABLE]
        return [nodes[index] for index in self.diagnosis.unschedulable()]

    def node_is_unresolvable(self, node: NodeInfo) -> bool:
        """Whether eviction cannot help on a node."""
        return self._status(node).code is Code.UNRESOLVABLE

    def _status(self, node: NodeInfo) -> Status:
        return self.diagnosis.status(node.index) or self.absent

    def looks_at_one_node(self) -> bool:
        """Whether no filter of this pod looks beyond the node it judges."""
        skipped = self.state().skip_filter
        return all(plugin.name in skipped or plugin.name not in _REACHING for plugin in self.pipeline.filters)


def _nobody(plugins: Sequence[str]) -> str:
    if len(plugins) == 1:
        return f"node(s) didn't satisfy plugin {plugins[0]}"
    return f"node(s) didn't satisfy plugin(s) [{' '.join(plugins)}] simultaneously"


def fit_error(nodes: int, reasons: Mapping[str, int], *, before: str = "", after: str = "") -> str:
    """Why no node fits, in upstream's words.

    ``reasons`` counts the nodes that gave each reason; a refusal ``before`` any node was looked at replaces them;
    ``after`` is what plug-ins with a last word say.
    """
    text = f"0/{nodes} nodes are available:"
    if before:
        text += f" {before}."
    elif reasons:
        text += f" {', '.join(sorted(f'{number} {reason}' for reason, number in reasons.items()))}."
    return f"{text} {after}" if after else text
