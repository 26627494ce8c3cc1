"""NodeResourcesFit: what the pod requests must be free on the node; how full the node gets ranks it.

Upstream: pkg/scheduler/framework/plugins/noderesources/fit.go
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kplan.api.podresources import (
    CPU,
    EPHEMERAL_STORAGE,
    MEMORY,
    PODS,
    in_words,
    is_extended,
    is_scalar,
)
from kplan.namedtuples import NamedTuple
from kplan.scheduler.allocation import (
    DEFAULT_RESOURCES,
    Usage,
    UsageColumns,
    least_allocated,
    least_allocated_all,
    most_allocated,
    most_allocated_all,
    ratio,
    usage,
)
from kplan.scheduler.arrays import Ints, np
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import NODE_EVENTS, RESOURCES_FREED, ClusterEvent, News
from kplan.scheduler.framework import PluginArgs, Verdicts
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SUCCESS, Status
from kplan.schema.changes.behaviours import CURRENT, Behaviour, Behaviours

TOO_MANY_PODS: Final = "Too many pods"


class Shortage(NamedTuple):
    """A resource of which a node has too little left."""

    resource: str
    requested: int
    used: int
    capacity: int

    @property
    def unresolvable(self) -> bool:
        """Whether even the empty node is too small; the number of pods is always worth a try."""
        return self.resource != PODS and self.requested > self.capacity

    @property
    def reason(self) -> str:
        """The text upstream gives."""
        return TOO_MANY_PODS if self.resource == PODS else f"Insufficient {self.resource}"

    def numbers(self, pods: int) -> str:
        """Needed, there and taken, in one line."""
        if self.resource == PODS:
            return f"takes {self.capacity} pods and has {self.used}"
        needed, offered, used = (
            in_words(self.resource, amount) for amount in (self.requested, self.capacity, self.used)
        )
        by = f" by {pods} pod{'s' * (pods != 1)}" if self.used else ""
        return f"needs {needed} {self.resource}, {offered} allocatable, {used} requested{by}"


class NodeResourcesFit:
    """Refuses nodes without room and scores the others by one of three strategies."""

    name = "NodeResourcesFit"
    depends_on = Dependence(PodPart.REQUESTS, ClusterPart.NODE_AND_PODS, sums_alone=True)

    def __init__(self, args: PluginArgs | None = None, behaviours: Behaviours = CURRENT) -> None:
        self._tells_hopeless = Behaviour.HOPELESS_PREEMPTION in behaviours
        args = args or {}
        strategy: Mapping[str, Any] = args.get("scoringStrategy") or {}
        self.ignored = frozenset(args.get("ignoredResources") or ())
        self.ignored_groups = frozenset(args.get("ignoredResourceGroups") or ())
        self.resources = (
            tuple((item["name"], item.get("weight") or 1) for item in strategy.get("resources") or ())
            or DEFAULT_RESOURCES
        )
        self.strategy = strategy.get("type") or "LeastAllocated"
        self._score, self._score_all = _scorers(self.strategy, strategy)

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """A pod may free what it took, a node or a device class offer more."""
        return RESOURCES_FREED | {ClusterEvent.NODE_ADDED, ClusterEvent.NODE_RESIZED, ClusterEvent.DEVICES}

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """A pod takes less of what this one requests, or a node that could take it offers more
        (isSchedulableAfter...).
        """
        if event is ClusterEvent.POD_SCALED_DOWN:
            before, after = news.before.requests, news.after.requests
            wanted = (name for name, amount in pod.template.requests.items() if amount)
            return any(after.get(name, 0) < before.get(name, 0) for name in wanted)
        return event not in NODE_EVENTS or self._offers_more(pod, news, snapshot)

    def _offers_more(self, pod: PodInfo, news: News, snapshot: Snapshot) -> bool:
        """Whether a node that could take the pod offers more than before (isSchedulableAfterNodeChange)."""
        needs, after, before = self._needs(pod.template, snapshot), news.after, news.before
        if shortages(needs, after):
            return False
        wanted = (PODS, *(name for name, _ in needs.amounts))
        return before is None or any(
            after.allocatable.get(name, 0) > before.allocatable.get(name, 0) for name in wanted
        )

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Note what the pod needs, and what device classes would provide in a node's stead."""
        state[self.name] = self._needs(pod.template, snapshot)
        return None, SUCCESS

    def _needs(self, template: PodTemplate, snapshot: Snapshot) -> "Needs":
        requests = template.requests
        plain = [
            (name, requests[name]) for name in (CPU, MEMORY, EPHEMERAL_STORAGE) if requests.get(name, 0) > 0
        ]
        scalars = [(name, amount) for name, amount in requests.items() if is_scalar(name)]
        counted = [(name, amount) for name, amount in scalars if amount and not self._ignores(name)]
        devices = device_resources(snapshot) if counted else frozenset()
        return Needs((*plain, *counted), devices, empty=not plain and not scalars)

    def _ignores(self, name: str) -> bool:
        return is_extended(name) and (name in self.ignored or name.partition("/")[0] in self.ignored_groups)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        del pod
        short = shortages(state[self.name], node)
        return self._refused(short) if short else SUCCESS

    def _refused(self, short: "Sequence[Shortage]") -> Status:
        """All shortages in one refusal; one that eviction cannot mend decides."""
        reasons = (item.reason for item in short)
        hopeless = self._tells_hopeless and any(item.unresolvable for item in short)
        return Status.unresolvable(*reasons) if hopeless else Status.unschedulable(*reasons)

    def detail(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:
        """The numbers behind a refusal."""
        del pod
        return "; ".join(item.numbers(node.pod_count) for item in shortages(state[self.name], node))

    def filter_all(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Verdicts | None:
        """Filter every node: each combination of shortages shares one status."""
        needs = state.get(self.name)
        if needs is None:
            needs = state[self.name] = self._needs(template, snapshot)
        columns = snapshot.columns
        short = (columns.pods + 1 > columns.allocatable(PODS)).astype(np.int64)
        if not needs.empty:
            bit = 2
            for name, amount in needs.amounts:
                offered = columns.allocatable(name)
                lacking = amount > offered - columns.requested(name)
                if name in needs.devices:
                    lacking &= offered > 0
                short += np.where(lacking, np.where(amount > offered, 3, 1) * bit, 0)
                bit *= 4
        if not short.any():
            return None
        codes, first, ids = np.unique(short, return_index=True, return_inverse=True)
        statuses = (
            [SUCCESS]
            if codes[0] == 0
            else [SUCCESS, self._refused(shortages(needs, snapshot.nodes[first[0]]))]
        )
        statuses += [self._refused(shortages(needs, snapshot.nodes[index])) for index in first[1:]]
        return Verdicts((ids + (codes[0] != 0)).astype(np.int16), statuses)

    def pre_score(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot
    ) -> Status:
        """Note what scoring counts for the pod."""
        del nodes, snapshot
        state["NodeResourcesFit/score"] = pod.template.scored_requests
        return SUCCESS

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Score one node."""
        requests = state.get("NodeResourcesFit/score")
        if requests is None:
            requests = state["NodeResourcesFit/score"] = pod.template.scored_requests
        return self._score(usage(node, self.resources, requests, non_zero=True))

    def cacheable_scores(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Ints:
        """The scores of all nodes; they need no normalising, so they stay true until a node changes."""
        requests = state["NodeResourcesFit/score"] = template.scored_requests
        if self._score_all is not None:
            return self._score_all(UsageColumns(snapshot.columns, self.resources, requests, non_zero=True))
        scores = [
            self._score(usage(node, self.resources, requests, non_zero=True)) for node in snapshot.nodes
        ]
        return np.array(scores, dtype=np.int64)


class Needs(NamedTuple):
    """What a pod needs of a node."""

    amounts: tuple[tuple[str, int], ...]
    """Everything that is compared, in upstream's order."""
    devices: frozenset[str]
    """Extended resources that device classes provide if a node does not."""
    empty: bool


def shortages(needs: Needs, node: NodeInfo) -> list[Shortage]:
    """Everything a node has too little of."""
    short: list[Shortage] = []
    pods = node.pod_count
    if pods + 1 > node.allowed_pods:
        short.append(Shortage(PODS, 1, pods, node.allowed_pods))
    if needs.empty:
        return short
    for name, amount in needs.amounts:
        offered, used = node.allocatable.get(name, 0), node.requested.get(name, 0)
        if amount > offered - used and not (name in needs.devices and offered <= 0):
            short.append(Shortage(name, amount, used, offered))
    return short


def device_resources(snapshot: Snapshot) -> frozenset[str]:
    """Extended resources that map to device classes."""
    names = set()
    for value in snapshot.objects.list("resource.k8s.io", "DeviceClass"):
        names.add("deviceclass.resource.kubernetes.io/" + value["metadata"]["name"])
        if extended := (value.get("spec") or {}).get("extendedResourceName"):
            names.add(extended)
    return frozenset(names)


def _scorers(
    kind: str, strategy: Mapping[str, Any]
) -> tuple[Callable[[Usage], int], Callable[[UsageColumns], Ints] | None]:
    if kind == "MostAllocated":
        return most_allocated, most_allocated_all
    if kind == "RequestedToCapacityRatio":
        shape = (strategy.get("requestedToCapacityRatio") or {}).get("shape") or ()
        return ratio([(point.get("utilization", 0), point.get("score", 0)) for point in shape]), None
    return least_allocated, least_allocated_all
