"""PodTopologySpread: pods of a kind shared out evenly over zones, hosts or whatever a label divides.

Upstream: pkg/scheduler/framework/plugins/podtopologyspread/{plugin,filtering,scoring}.go
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from kplan.namedtuples import NamedTuple
from kplan.scheduler.arrays import Bools, Ints, np
from kplan.scheduler.columns import Column
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import NODE_EVENTS, PODS_CHANGED, ClusterEvent, News
from kplan.scheduler.framework import PluginArgs, Verdicts
from kplan.scheduler.incremental_counts import DomainCounts, IncrementalCounts
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.normalizing import MAX_NODE_SCORE
from kplan.scheduler.ownership import default_selector
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.spreading import (
    HARD,
    HOSTNAME,
    NO_DOMAIN,
    SOFT,
    SYSTEM_DEFAULTS,
    Constraint,
    PreFilterState,
    PreScoreState,
    parse,
)
from kplan.scheduler.status import SKIP, SUCCESS, Status
from kplan.selectors.labels import Selector
from kplan.selectors.taints import untolerated

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
        """A pod that is counted came, went or counts otherwise, or a node of a domain did (isSchedulableAfter...Change)."""
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
        known: list[_HardColumns] | None = state.get("PodTopologySpread/hard")
        if known is None:
            known = state["PodTopologySpread/hard"] = list(self._hard_columns(template, snapshot))
        if not known:
            return None
        ids = np.zeros(snapshot.columns.size, dtype=np.int16)
        for item in known:
            if item.unlabelled is not None:
                ids[(ids == 0) & item.unlabelled] = 1
            bound = item.constraint.max_skew - item.self_match + item.min_match()
            uneven = (item.domain.totals > bound)[item.domain.codes]
            ids[(ids == 0) & uneven] = 2
        return Verdicts(ids, (SUCCESS, MISSING_LABEL, NOT_MATCHED)) if ids.any() else None

    def _hard_columns(self, template: PodTemplate, snapshot: Snapshot) -> Iterator["_HardColumns"]:
        constraints = self.constraints(template, HARD, snapshot)
        for constraint, column, domain in _domain_counts(
            constraints, constraints, template, snapshot, every=True
        ):
            carried = column.codes if domain.eligible is None else column.codes[domain.eligible]
            unlabelled = column.codes == column.missing
            domains = np.unique(carried[carried != column.missing])
            yield _HardColumns(
                constraint,
                domain,
                domains,
                constraint.self_match(template),
                unlabelled if unlabelled.any() else None,
            )

    def score_all(
        self, state: CycleState, template: PodTemplate, snapshot: Snapshot, feasible: Ints
    ) -> Ints | None:
        """Score these nodes from sums that bindings keep up to date."""
        known = state.get("PodTopologySpread/soft")
        if known is None:
            known = state["PodTopologySpread/soft"] = self._soft_columns(state, template, snapshot)
        columns, unlabelled = known
        if not columns:
            return None
        ignored = unlabelled[feasible] if unlabelled is not None else None
        labelled = feasible if ignored is None else feasible[~ignored]
        total: Any = 0.0
        for constraint, column, domain in columns:
            if constraint.topology_key == HOSTNAME:
                size, near = labelled.size, domain.totals[feasible]
            else:
                size, near = (
                    int(np.count_nonzero(np.bincount(column.codes[labelled], minlength=1))),
                    domain.totals[column.codes[feasible]],
                )
            part = near * math.log(size + 2) + (constraint.max_skew - 1)
            if not column.everywhere:
                part = np.where(column.codes[feasible] != column.missing, part, 0.0)
            total = total + part
        return _normalize_all(np.floor(total + 0.5).astype(np.int64), ignored)

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

    def _soft_columns(
        self, state: CycleState, template: PodTemplate, snapshot: Snapshot
    ) -> tuple[list[tuple[Constraint, Column, DomainCounts]], Bools | None]:
        constraints = self._soft_constraints(state, template, snapshot)
        every = self.requires_all_topologies(template)
        columns = [(item, snapshot.columns.label(item.topology_key)) for item in constraints]
        unlabelled: Any = None
        for _, column in columns if every else ():
            if not column.everywhere:
                missing = column.codes == column.missing
                unlabelled = missing if unlabelled is None else unlabelled | missing
        # what divides no node weighs nothing, unless nothing else is there to weigh
        weighed = [item for item, column in columns if column.values] or constraints
        counted: list[tuple[Constraint, Column, DomainCounts]] = []
        for item in weighed:
            if item.topology_key == HOSTNAME:  # by node, whatever the label says
                domain = _incremental(snapshot).domains(item.pods, None)
                counted.append((item, snapshot.columns.label(HOSTNAME), domain))
            else:
                counted += _domain_counts((item,), constraints, template, snapshot, every=every)
        return counted, unlabelled if unlabelled is not None and unlabelled.any() else None


class _HardColumns(NamedTuple):
    """One hard constraint over all nodes."""

    constraint: Constraint
    domain: DomainCounts
    domains: Ints
    self_match: int
    unlabelled: Bools | None

    def min_match(self) -> int:
        if self.domains.size < self.constraint.min_domains:
            return 0
        return int(self.domain.totals[self.domains].min()) if self.domains.size else NO_DOMAIN


def _incremental(snapshot: Snapshot) -> IncrementalCounts:
    counts = snapshot.counts
    assert isinstance(counts, IncrementalCounts)
    return counts


def _domain_counts(
    wanted: Sequence[Constraint],
    constraints: Sequence[Constraint],
    template: PodTemplate,
    snapshot: Snapshot,
    *,
    every: bool,
) -> Iterator[tuple[Constraint, Column, DomainCounts]]:
    """For each of those wanted, its label's column and the sums over the nodes that count."""
    columns = snapshot.columns
    labelled: Any = np.ones(columns.size, dtype=np.bool_)
    for constraint in constraints if every else ():
        labelled = labelled & columns.having(constraint.topology_key)
    for constraint in wanted:
        eligible: Any = labelled if every else np.ones(columns.size, dtype=np.bool_)
        if constraint.honors_affinity and not template.node_affinity.empty:
            eligible = eligible & np.array(
                [template.node_affinity.matches(node.name, node.labels) for node in snapshot.nodes]
            )
        if constraint.honors_taints:
            eligible = eligible & columns.by_distinct(
                "taints",
                lambda node: node.taints,
                lambda taints: untolerated(taints, template.tolerations) is None,
                np.bool_,
            )
        domain = _incremental(snapshot).domains(
            constraint.pods, constraint.topology_key, None if eligible.all() else eligible
        )
        yield constraint, columns.label(constraint.topology_key), domain


def _normalize_all(scores: Ints, ignored: Bools | None) -> Ints:
    counted = scores if ignored is None else scores[~ignored]
    highest = max(int(counted.max()), 0) if counted.size else 0
    lowest = int(counted.min()) if counted.size else 0
    if highest == 0:
        result = np.full(scores.size, MAX_NODE_SCORE, dtype=np.int64)
    else:
        result = MAX_NODE_SCORE * (highest + lowest - scores) // highest
    if ignored is not None:
        result[ignored] = 0
    return result


def _is_counted(constraint: Constraint, pod: PodInfo | None) -> bool:
    """Whether a pod is one of those that a constraint spreads, be it on its way out or not."""
    pods = constraint.pods
    if pod is None or pod.namespace != pods.namespace:
        return False
    return pods.selector.matches(pod.template.labels)


def _moves_domains(keys: Sequence[str], news: News) -> bool:
    """Whether a node came to domains, left them, or has other taints in them."""
    before, after = news.before, news.after
    was, is_now = (node is not None and all(key in node.labels for key in keys) for node in (before, after))
    if was != is_now or before is None or after is None:
        return was or is_now
    moved = any(before.labels.get(key) != after.labels.get(key) for key in keys)
    return is_now and (moved or before.taints != after.taints)
