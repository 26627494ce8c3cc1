"""PodTopologySpread: pods of a kind shared out evenly over zones, hosts or whatever a label divides.

Upstream: pkg/scheduler/framework/plugins/podtopologyspread/{plugin,filtering,scoring}.go
"""

import math
from collections.abc import Sequence
from typing import Final

from kplan.scheduler.arrays import Ints, np
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import NODE_EVENTS, PODS_CHANGED, ClusterEvent, News
from kplan.scheduler.framework import PluginArgs, Verdicts
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.normalizing import MAX_NODE_SCORE
from kplan.scheduler.ownership import default_selector
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.spreadcolumns import HardColumns, SoftColumns, hard_columns, soft_columns
from kplan.scheduler.spreading import (
    HARD,
    HOSTNAME,
    SOFT,
    SYSTEM_DEFAULTS,
    Constraint,
    PreFilterState,
    PreScoreState,
    parse,
)
from kplan.scheduler.status import SKIP, SUCCESS, Status
from kplan.selectors.labels import Selector

NOT_MATCHED: Final = Status.unschedulable("node(s) didn't match pod topology spread constraints")
MISSING_LABEL: Final = Status.unresolvable(
    "node(s) didn't match pod topology spread constraints (missing required label)"
)


class PodTopologySpread:
    """Refuses nodes that would make the spread too uneven and ranks the others by how even they make it."""

    name = "PodTopologySpread"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.CLUSTER)

    def __init__(self, args: PluginArgs | None = None) -> None:
        args = args or {}
        self.system_defaults = (args.get("defaultingType") or "System") == "System"
        self.defaults = (
            SYSTEM_DEFAULTS if self.system_defaults else tuple(args.get("defaultConstraints") or ())
        )

    def constraints(self, template: PodTemplate, action: str, snapshot: Snapshot) -> tuple[Constraint, ...]:
        """The pod's own constraints, or the defaults over what its services and owner select."""
        own = template.spec.get("topologySpreadConstraints")
        if own:
            return tuple(parse(item, template) for item in own if item.get("whenUnsatisfiable") == action)
        chosen = [item for item in self.defaults if item.get("whenUnsatisfiable") == action]
        selector = default_selector(template, snapshot.objects) if chosen else Selector.everything()
        if selector.empty:
            return ()
        return tuple(parse({**item, "selector": selector}, template) for item in chosen)

    def requires_all_topologies(self, template: PodTemplate) -> bool:
        """Whether nodes without one of the labels are left out of scoring."""
        return bool(template.spec.get("topologySpreadConstraints")) or not self.system_defaults

    # -- one node at a time ----------------------------------------------------------------------------------------
    def events_to_register(self) -> frozenset[ClusterEvent]:
        """Pods that count may come or go, or a node change its domain."""
        return PODS_CHANGED | {
            ClusterEvent.NODE_ADDED,
            ClusterEvent.NODE_DELETED,
            ClusterEvent.NODE_LABELLED,
            ClusterEvent.NODE_TAINTED,
        }

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """A pod that is counted came, went or counts otherwise,
        or a node of a domain did (isSchedulableAfter...Change).
        """
        constraints = self.constraints(pod.template, HARD, snapshot)
        if event in NODE_EVENTS:
            return _moves_domains([constraint.topology_key for constraint in constraints], news)
        return any(
            _is_counted(constraint, news.before) != _is_counted(constraint, news.after)
            for constraint in constraints
        )

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Count the pods of every domain."""
        constraints = self.constraints(pod.template, HARD, snapshot)
        if not constraints:
            return None, SKIP
        spread = PreFilterState(constraints, [])
        keys = [constraint.topology_key for constraint in constraints]
        for constraint in constraints:
            eligible = [
                all(key in node.labels for key in keys) and constraint.counts_node(pod.template, node)
                for node in snapshot.nodes
            ]
            domains = {
                node.labels[constraint.topology_key]: 0 for node in snapshot.nodes if eligible[node.index]
            }
            domains.update(
                snapshot.counts.by_label(
                    constraint.pods, constraint.topology_key, None if all(eligible) else eligible
                )
            )
            spread.domains.append(domains)
        state[self.name] = spread
        return None, SUCCESS

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Count another pod in."""
        self._count(state, pod, other, node, 1)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Count another pod out."""
        self._count(state, pod, other, node, -1)

    def _count(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo, sign: int) -> None:
        spread: PreFilterState = state[self.name]
        if other.namespace != pod.namespace or any(
            item.topology_key not in node.labels for item in spread.constraints
        ):
            return
        for constraint, domains in zip(spread.constraints, spread.domains, strict=True):
            if constraint.pods.selector.matches(other.template.labels) and constraint.counts_node(
                pod.template, node
            ):
                value = node.labels[constraint.topology_key]
                domains[value] = domains.get(value, 0) + sign

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        spread: PreFilterState = state[self.name]
        for index, constraint in enumerate(spread.constraints):
            value = node.labels.get(constraint.topology_key)
            if value is None:
                return MISSING_LABEL
            skew = (
                spread.domains[index].get(value, 0)
                + constraint.self_match(pod.template)
                - spread.min_match(index)
            )
            if skew > constraint.max_skew:
                return NOT_MATCHED
        return SUCCESS

    def detail(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:
        """The counts behind a refusal."""
        spread: PreFilterState = state[self.name]
        for index, constraint in enumerate(spread.constraints):
            value = node.labels.get(constraint.topology_key)
            if value is None:
                return f"node has no label {constraint.topology_key}"
            least = spread.min_match(index)
            pods = spread.domains[index].get(value, 0) + constraint.self_match(pod.template)
            if pods - least > constraint.max_skew:
                there = f"{constraint.topology_key}={value} would have {pods} matching pods"
                return f"{there}, the emptiest {least}; maxSkew is {constraint.max_skew}"
        return ""

    def pre_score(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot
    ) -> Status:
        """Count the pods of every domain a feasible node lies in."""
        constraints = self.constraints(pod.template, SOFT, snapshot)
        if not constraints:
            return SKIP
        soft = PreScoreState(constraints, snapshot.counts)
        keys = [constraint.topology_key for constraint in constraints]
        every = self.requires_all_topologies(pod.template)
        labelled = [node for node in nodes if not every or all(key in node.labels for key in keys)]
        soft.ignored = {node.name for node in nodes} - {node.name for node in labelled}
        for constraint in constraints:
            key = constraint.topology_key
            eligible = [
                (not every or all(name in node.labels for name in keys))
                and constraint.counts_node(pod.template, node)
                for node in snapshot.nodes
            ]
            seen = {node.labels.get(key, "") for node in labelled}
            size = len(labelled) if key == HOSTNAME else len(seen)
            soft.weights.append(math.log(size + 2))
            soft.domains.append(
                {}
                if key == HOSTNAME
                else snapshot.counts.by_label(constraint.pods, key, None if all(eligible) else eligible)
            )
        state["PodTopologySpread/score"] = soft
        return SUCCESS

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Pods already near, weighted; more is worse until normalised."""
        del pod
        soft: PreScoreState = state["PodTopologySpread/score"]
        if node.name in soft.ignored:
            return 0
        total = 0.0
        for constraint, domains, weight in zip(soft.constraints, soft.domains, soft.weights, strict=True):
            value = node.labels.get(constraint.topology_key)
            if value is not None:
                near = (
                    soft.counts.on_node(constraint.pods, node)
                    if constraint.topology_key == HOSTNAME
                    else domains.get(value, 0)
                )
                total += near * weight + (constraint.max_skew - 1)
        return math.floor(total + 0.5)

    def normalize(self, state: CycleState, scores: list[int], nodes: Sequence[NodeInfo]) -> list[int]:
        """The fewest pods near give 100."""
        soft: PreScoreState = state["PodTopologySpread/score"]
        counted = [score for score, node in zip(scores, nodes, strict=True) if node.name not in soft.ignored]
        highest, lowest = max([0, *counted]), min(counted, default=0)
        result = []
        for score, node in zip(scores, nodes, strict=True):
            if node.name in soft.ignored:
                result.append(0)
            else:
                result.append(
                    MAX_NODE_SCORE if highest == 0 else MAX_NODE_SCORE * (highest + lowest - score) // highest
                )
        return result

    # -- all nodes at once -----------------------------------------------------------------------------------------
    def filter_all(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Verdicts | None:
        """Judge every node from sums that bindings keep up to date."""
        known: list[HardColumns] | None = state.get("PodTopologySpread/hard")
        if known is None:
            constraints = self.constraints(template, HARD, snapshot)
            known = state["PodTopologySpread/hard"] = list(hard_columns(constraints, template, snapshot))
        if not known:
            return None
        ids = np.zeros(snapshot.columns.size, dtype=np.int16)
        for item in known:
            if item.unlabelled is not None:
                ids[(ids == 0) & item.unlabelled] = 1
            ids[(ids == 0) & item.uneven()] = 2
        return Verdicts(ids, (SUCCESS, MISSING_LABEL, NOT_MATCHED)) if ids.any() else None

    def score_all(
        self, state: CycleState, template: PodTemplate, snapshot: Snapshot, feasible: Ints
    ) -> Ints | None:
        """Score these nodes from sums that bindings keep up to date."""
        known: SoftColumns | None = state.get("PodTopologySpread/soft")
        if known is None:
            constraints = self._soft_constraints(state, template, snapshot)
            every = self.requires_all_topologies(template)
            known = soft_columns(constraints, template, snapshot, every=every)
            state["PodTopologySpread/soft"] = known
        return known.scores(feasible)

    def is_settled(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> bool:
        """Whether there are no constraints."""
        return not (
            self.constraints(template, HARD, snapshot) or self._soft_constraints(state, template, snapshot)
        )

    def _soft_constraints(
        self, state: CycleState, template: PodTemplate, snapshot: Snapshot
    ) -> tuple[Constraint, ...]:
        """The soft constraints, read once for a template."""
        known: tuple[Constraint, ...] | None = state.get("PodTopologySpread/soft constraints")
        if known is None:
            known = self.constraints(template, SOFT, snapshot)
            state["PodTopologySpread/soft constraints"] = known
        return known


def _is_counted(constraint: Constraint, pod: PodInfo | None) -> bool:
    """Whether a pod matches a constraint, even if it is terminating."""
    pods = constraint.pods
    if pod is None or pod.namespace != pods.namespace:
        return False
    return pods.selector.matches(pod.template.labels)


def _moves_domains(keys: Sequence[str], news: News) -> bool:
    """Whether a node joined domains, left them, or has other taints there."""
    before, after = news.before, news.after
    was, is_now = (node is not None and all(key in node.labels for key in keys) for node in (before, after))
    if was != is_now or before is None or after is None:
        return was or is_now
    moved = any(before.labels.get(key) != after.labels.get(key) for key in keys)
    return is_now and (moved or before.taints != after.taints)
