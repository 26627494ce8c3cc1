"""One pod's way through the plug-ins of a profile: PreFilter, Filter, and trying other pods on and off a node.

The scheduler owns the order of steps; this is what PostFilter plug-ins (preemption) need of it again.

Upstream: pkg/scheduler/framework/runtime/framework.go
"""

from collections.abc import Iterator, Sequence

from kplan.scheduler.arrays import Ints
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart
from kplan.scheduler.diagnosis import Diagnosis, NodeToStatus
from kplan.scheduler.framework import FilterPlugin, ScorePlugin
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.runtime import Framework
from kplan.scheduler.snapshot import LoggedSnapshot
from kplan.scheduler.status import SUCCESS, Code, Status


class Cycle:
    """One pod, one snapshot, and the answers of the plug-ins so far."""

    __slots__ = (
        "_naming",
        "_pre_filter_status",
        "_state",
        "absent_nodes_status",
        "diagnosis",
        "epoch",
        "framework",
        "node_names",
        "pod",
        "snapshot",
    )

    def __init__(self, framework: Framework, pod: PodInfo, snapshot: LoggedSnapshot, epoch: int = 0) -> None:
        self.framework = framework
        self.pod = pod
        self.snapshot = snapshot
        self.epoch = epoch
        self.node_names: frozenset[str] | None = None
        """The only nodes that PreFilter plug-ins left worth a look; None for all."""
        self.absent_nodes_status: Status = SUCCESS
        """What the other nodes are told to have refused for."""
        self.diagnosis: Diagnosis = NodeToStatus()
        self._naming: frozenset[str] = frozenset()
        """The plug-ins that left only some nodes worth a look."""
        self._state: CycleState | None = None
        self._pre_filter_status: Status = SUCCESS

    def state(self) -> CycleState:
        """The plug-ins' data for the one-node methods; PreFilter runs when it is first needed."""
        if self._state is None:
            self.run_pre_filters()
        assert self._state is not None
        return self._state

    def adopt(self, state: CycleState) -> None:
        """Take over the plug-ins' data of another pod of the template, if PreFilter would find the same."""
        if self._state is None:
            self._state = state

    def run_pre_filters(self) -> Status:
        """Run the PreFilter plug-ins, once; they may restrict the nodes, or refuse all of them."""
        if self._state is not None:
            return self._pre_filter_status
        self._state = CycleState()
        self.node_names = None
        for plugin in self.framework.pre_filters:
            names, status = plugin.pre_filter(self._state, self.pod, self.snapshot)
            if status.code is Code.SKIP:
                self._state.skip_filter.add(plugin.name)
                continue
            if not status.ok:
                self._pre_filter_status = _signed(status, plugin.name, "PreFilter plugin")
                if status.code is not Code.UNSCHEDULABLE:
                    break
                continue
            if names is not None:
                self._naming |= {plugin.name}
                self.node_names = names if self.node_names is None else self.node_names & names
                if not self.node_names:
                    self._pre_filter_status = Status.unresolvable(_no_node_left(sorted(self._naming)))
                    break
        self._say_of_absent_nodes(self._naming)
        return self._pre_filter_status

    def _say_of_absent_nodes(self, plugins: frozenset[str]) -> None:
        if self._naming:
            self.absent_nodes_status = Status.unresolvable(
                f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(plugins))}]"
            )

    def refused_at_nominated_node(self, plugin: str) -> None:
        """The node that the pod was promised does not fit any more:
        upstream names who says so beside the plug-ins above.
        """
        self._say_of_absent_nodes(self._naming | {plugin})

    def filter(
        self, state: CycleState, node: NodeInfo, plugins: Sequence[FilterPlugin] | None = None
    ) -> Status:
        """Judge one node, by all filters or by some: the first that refuses decides."""
        for plugin in self.framework.filters if plugins is None else plugins:
            if plugin.name not in state.skip_filter:
                status = plugin.filter(state, self.pod, node)
                if status.code is not Code.SUCCESS:
                    return _signed(status, plugin.name, "filter plugin")
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
        for plugin in self.framework.pre_filter_extensions:
            if plugin.name not in state.skip_filter:
                plugin.add_pod(state, self.pod, other, node)

    def remove_pod(self, state: CycleState, other: PodInfo, node: NodeInfo) -> None:
        """Tell plug-ins that another pod no longer runs on the node."""
        for plugin in self.framework.pre_filter_extensions:
            if plugin.name not in state.skip_filter:
                plugin.remove_pod(state, self.pod, other, node)

    # -- scoring ---------------------------------------------------------------------------------------------------
    def score(
        self, plugins: Sequence[tuple[ScorePlugin, int]], nodes: Sequence[NodeInfo]
    ) -> Iterator[tuple[str, int, list[int]]]:
        """Score these nodes one by one: name, weight and final scores of each plug-in that does not skip."""
        state = self.state()
        for plugin, weight in plugins:
            preparing = self.framework.pre_scores.get(plugin.name)
            if preparing and preparing.pre_score(state, self.pod, nodes, self.snapshot).code is Code.SKIP:
                continue
            scores = [plugin.score(state, self.pod, node) for node in nodes]
            normalizer = self.framework.normalizers.get(plugin.name)
            yield plugin.name, weight, normalizer.normalize(state, scores, nodes) if normalizer else scores

    # -- reserve and permit ----------------------------------------------------------------------------------------
    def reserve(self, node: NodeInfo) -> Status:
        """Run Reserve and Permit; if one refuses, everything reserved is given back."""
        status = self._reserve_and_permit(node)
        if not status.ok:
            self.unreserve(node)
        return status

    def _reserve_and_permit(self, node: NodeInfo) -> Status:
        reserves, permits = self.framework.reserving(self.pod.template)
        for reserving in reserves:
            status = reserving.reserve(self.state(), self.pod, node)
            if not status.ok:
                return status.by(reserving.name)
        for permitting in permits:
            status = permitting.permit(self.state(), self.pod, node)
            if not status.ok:
                return status.by(permitting.name)
        return SUCCESS

    def unreserve(self, node: NodeInfo) -> None:
        """Give back what a placement took, the last plug-in first."""
        for plugin in reversed(self.framework.reserving(self.pod.template)[0]):
            plugin.unreserve(self.state(), self.pod, node)

    # -- what preemption asks --------------------------------------------------------------------------------------
    def unschedulable(self) -> list[int] | Ints:
        """Nodes that refused, but might not once pods are evicted, in the order of visiting:
        an array if all were judged at once.
        """
        if self.absent_nodes_status.code is Code.UNSCHEDULABLE:
            nodes = self.snapshot.nodes
            return [node.index for node in nodes if self._status(node).code is Code.UNSCHEDULABLE]
        return self.diagnosis.unschedulable()

    def node_is_unresolvable(self, node: NodeInfo) -> bool:
        """Whether eviction cannot help on a node."""
        return self._status(node).code is Code.UNRESOLVABLE

    def _status(self, node: NodeInfo) -> Status:
        return self.diagnosis.status(node.index) or self.absent_nodes_status

    def filters_are_cacheable(self) -> bool:
        """Whether the answers for a node hold for every pod of the template until that node changes."""
        skipped = self.state().skip_filter
        return all(
            self.framework.dependence(plugin).cacheable
            for plugin in self.framework.filters
            if plugin.name not in skipped
        )

    def judged_by_room(self, node: NodeInfo) -> tuple[Status, ...] | None:
        """The statuses of filters that read none of the node's pods, if all others depend on its room alone;
        None otherwise.
        """
        if self.snapshot.nominated(node.name):
            return None
        state, said = self.state(), []
        for plugin in self.framework.filters:
            needs = self.framework.dependence(plugin)
            if plugin.name in state.skip_filter or needs.sums_alone:
                continue
            if not needs.cacheable or needs.cluster is not ClusterPart.NODE:
                return None
            said.append(plugin.filter(state, self.pod, node))
        return tuple(said)


def _signed(status: Status, plugin: str, kind: str) -> Status:
    """What a plug-in answered, with its name; of an error the text says where it happened."""
    if status.code is Code.ERROR:
        where = f'running "{plugin}" {kind}' if kind == "filter plugin" else f'running {kind} "{plugin}"'
        status = Status.error(f"{where}: {status.message}")
    return status.by(plugin)


def _no_node_left(plugins: Sequence[str]) -> str:
    if len(plugins) == 1:
        return f"node(s) didn't satisfy plugin {plugins[0]}"
    return f"node(s) didn't satisfy plugin(s) [{' '.join(plugins)}] simultaneously"
