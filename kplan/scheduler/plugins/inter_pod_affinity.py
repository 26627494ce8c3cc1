"""InterPodAffinity: pods that want to be near others, or far from them, and what those already there think of it.

Upstream: pkg/scheduler/framework/plugins/interpodaffinity/{filtering,scoring}.go
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kplan.scheduler.counting import (
    PREFERRED_AFFINITY,
    PREFERRED_ANTI_AFFINITY,
    REQUIRED_AFFINITY,
    REQUIRED_ANTI_AFFINITY,
    MatchedByAll,
    Matcher,
    Owning,
    PodCounts,
    Tally,
    TallyBook,
)
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import NODES_CHANGED, PODS_CHANGED, ClusterEvent
from kplan.scheduler.framework import MAX_NODE_SCORE, CycleState, Ints, PluginArgs, Snapshot, Verdicts
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodClass, PodInfo
from kplan.scheduler.status import SKIP, SUCCESS, Status

ALONE: Final = Status.unresolvable("node(s) didn't match pod affinity rules")
TOO_NEAR: Final = Status.unschedulable("node(s) didn't match pod anti-affinity rules")
UNWELCOME: Final = Status.unschedulable("node(s) didn't satisfy existing pods anti-affinity rules")

Pairs = dict[tuple[str, str], int]
"""Label and value of a node, and how many pods count there."""


@dataclass(slots=True)
class Neighbours:
    """PreFilter data: where the pods are that matter to the incoming pod."""

    counts: PodCounts
    near: Pairs
    far: Pairs
    unwelcome: Pairs
    bootstrap: bool
    """Whether the pod matches its own affinity, so that the first of a group may go anywhere."""

    def clone(self) -> "Neighbours":
        """A copy that can be counted in and out."""
        return Neighbours(self.counts, dict(self.near), dict(self.far), dict(self.unwelcome), self.bootstrap)


class InterPodAffinity:
    """Refuses and ranks nodes by the pods around them."""

    name = "InterPodAffinity"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.CLUSTER)

    def __init__(self, args: PluginArgs | None = None) -> None:
        args = args or {}
        weight = args.get("hardPodAffinityWeight")
        self.hard_weight = 1 if weight is None else int(weight)
        self.ignore_existing = bool(args.get("ignorePreferredTermsOfExistingPods"))

    # -- one node at a time ----------------------------------------------------------------------------------------
    def events_to_register(self) -> frozenset[ClusterEvent]:
        """Pods that matter may come or go, a node or a namespace change its labels."""
        return PODS_CHANGED | NODES_CHANGED | {ClusterEvent.NAMESPACE}

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Find the pods that matter."""
        cls, counts = pod.cls, snapshot.counts
        near, far, unwelcome = Pairs(), Pairs(), Pairs()
        everyone = MatchedByAll(cls.required_affinity)
        for term in cls.required_affinity:
            _gather(near, counts, everyone, term.topology_key)
        for term in cls.required_anti_affinity:
            _gather(far, counts, MatchedByAll((term,)), term.topology_key)
        for term in counts.terms(REQUIRED_ANTI_AFFINITY, cls):
            _gather(unwelcome, counts, Owning(REQUIRED_ANTI_AFFINITY, term), term.topology_key)
        if not unwelcome and not cls.required_affinity and not cls.required_anti_affinity:
            return None, SKIP
        bootstrap = counts.weight(everyone, pod) > 0
        state[self.name] = Neighbours(counts, near, far, unwelcome, bootstrap)
        return None, SUCCESS

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Count another pod in."""
        self._count(state[self.name], pod, other, node, 1)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Count another pod out."""
        self._count(state[self.name], pod, other, node, -1)

    def _count(self, data: Neighbours, pod: PodInfo, other: PodInfo, node: NodeInfo, sign: int) -> None:
        cls = pod.cls
        if cls.required_affinity and data.counts.weight(MatchedByAll(cls.required_affinity), other):
            for term in cls.required_affinity:
                _bump(data.near, term.topology_key, node, sign)
        for term in cls.required_anti_affinity:
            if data.counts.weight(MatchedByAll((term,)), other):
                _bump(data.far, term.topology_key, node, sign)
        for term in other.cls.required_anti_affinity:
            if data.counts.chosen(term, cls):
                _bump(data.unwelcome, term.topology_key, node, sign)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        data: Neighbours = state[self.name]
        if not _has_company(data, pod.cls, node):
            return ALONE
        if any(_at(data.far, term.topology_key, node) > 0 for term in pod.cls.required_anti_affinity):
            return TOO_NEAR
        if data.unwelcome and any(data.unwelcome.get(pair, 0) > 0 for pair in node.labels.items()):
            return UNWELCOME
        return SUCCESS

    def detail(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:
        """The terms behind a refusal."""
        data: Neighbours = state[self.name]
        for term in pod.cls.required_affinity:
            if term.topology_key not in node.labels:
                return f"node has no label {term.topology_key}"
            if _at(data.near, term.topology_key, node) <= 0:
                where = f"{term.topology_key}={node.labels[term.topology_key]}"
                return f"no pod matching {term.selector} runs in {where}"
        for term in pod.cls.required_anti_affinity:
            if _at(data.far, term.topology_key, node) > 0:
                where = f"{term.topology_key}={node.labels[term.topology_key]}"
                return f"a pod matching {term.selector} runs in {where}"
        hostile = [
            pair for pair, count in data.unwelcome.items() if count > 0 and pair in node.labels.items()
        ]
        return f"a pod in {', '.join(f'{key}={value}' for key, value in hostile)} keeps such pods away"

    def pre_score(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot
    ) -> Status:
        """Add up what every topology pair is worth."""
        del nodes
        worth = Pairs()
        for matcher, key, weight in self._wishes(pod.cls, snapshot.counts):
            for value, amount in snapshot.counts.by_label(matcher, key).items():
                worth[key, value] = worth.get((key, value), 0) + weight * amount
        state["InterPodAffinity/score"] = worth
        return SUCCESS if worth else SKIP

    def _wishes(self, cls: PodClass, counts: PodCounts) -> Iterator[tuple[Matcher, str, int]]:
        """Who counts, by which label, and for how much: the pod's own wishes and those of running pods."""
        for term, weight in cls.preferred_affinity:
            yield MatchedByAll((term,)), term.topology_key, weight
        for term, weight in cls.preferred_anti_affinity:
            yield MatchedByAll((term,)), term.topology_key, -weight
        if self.ignore_existing and not cls.preferred_affinity and not cls.preferred_anti_affinity:
            return
        if self.hard_weight > 0:
            for term in counts.terms(REQUIRED_AFFINITY, cls):
                yield Owning(REQUIRED_AFFINITY, term), term.topology_key, self.hard_weight
        for kind, sign in ((PREFERRED_AFFINITY, 1), (PREFERRED_ANTI_AFFINITY, -1)):
            for term in counts.terms(kind, cls):
                yield Owning(kind, term), term.topology_key, sign

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """What all of a node's labels are worth together."""
        del pod
        worth: Pairs = state["InterPodAffinity/score"]
        return sum(worth.get(pair, 0) for pair in node.labels.items())

    def normalize(self, state: CycleState, scores: list[int], nodes: Sequence[NodeInfo]) -> list[int]:
        """The best place gets 100 and the worst 0."""
        del state, nodes
        lowest, highest = min(scores, default=0), max(scores, default=0)
        if highest == lowest:
            return [0] * len(scores)
        return [
            int(float(MAX_NODE_SCORE) * (float(score - lowest) / float(highest - lowest))) for score in scores
        ]

    # -- all nodes at once -----------------------------------------------------------------------------------------
    def filter_all(self, state: CycleState, cls: PodClass, snapshot: Snapshot) -> Verdicts | None:
        """Judge every node from sums that bindings keep up to date."""
        book = _book(snapshot)
        ids: Any = np.zeros(snapshot.columns.size, dtype=np.int16)
        if cls.required_affinity:
            ids = self._alone(state, cls, book)
        for tally in self._tallies(state, "far", cls, book):
            if tally.totals.any():
                ids[(ids == 0) & (tally.per_node() > 0)] = 2
        for tally in self._hostile(state, cls, book):
            if tally.totals.any():
                ids[(ids == 0) & (tally.per_node() > 0)] = 3
        return Verdicts(ids, (SUCCESS, ALONE, TOO_NEAR, UNWELCOME)) if ids.any() else None

    def _alone(self, state: CycleState, cls: PodClass, book: TallyBook) -> Any:
        tallies = self._tallies(state, "near", cls, book)
        bootstrap = state.get("InterPodAffinity/bootstrap")
        if bootstrap is None:
            bootstrap = state["InterPodAffinity/bootstrap"] = (
                MatchedByAll(cls.required_affinity).weight(cls, book.namespaces) > 0
            )
        nobody = bootstrap and not any(tally.totals.any() for tally in tallies)
        ids = np.zeros(tallies[0].codes.size, dtype=np.int16)
        for tally in tallies:
            ids[(tally.codes == tally.missing) if nobody else (tally.per_node() <= 0)] = 1
        return ids

    def _tallies(self, state: CycleState, kind: str, cls: PodClass, book: TallyBook) -> list[Tally]:
        known = state.get(f"InterPodAffinity/{kind}")
        if known is None:
            if kind == "near":
                everyone = MatchedByAll(cls.required_affinity)
                known = [book.tally(everyone, term.topology_key) for term in cls.required_affinity]
            else:
                known = [
                    book.tally(MatchedByAll((term,)), term.topology_key)
                    for term in cls.required_anti_affinity
                ]
            state[f"InterPodAffinity/{kind}"] = known
        return known

    def _hostile(self, state: CycleState, cls: PodClass, book: TallyBook) -> list[Tally]:
        terms = book.terms(REQUIRED_ANTI_AFFINITY, cls)
        known: list[Tally] | None = state.get("InterPodAffinity/hostile")
        if known is None or len(known) != len(terms):
            known = [book.tally(Owning(REQUIRED_ANTI_AFFINITY, term), term.topology_key) for term in terms]
            state["InterPodAffinity/hostile"] = known
        return known

    def score_all(self, state: CycleState, cls: PodClass, snapshot: Snapshot, feasible: Ints) -> Ints | None:
        """Score these nodes from sums that bindings keep up to date."""
        book = _book(snapshot)
        kinds = (REQUIRED_AFFINITY, PREFERRED_AFFINITY, PREFERRED_ANTI_AFFINITY)
        marks = tuple(len(book.terms(kind, cls)) for kind in kinds)
        known = state.get("InterPodAffinity/wishes")
        if known is None or known[0] != marks:
            wishes = [(book.tally(matcher, key), weight) for matcher, key, weight in self._wishes(cls, book)]
            known = state["InterPodAffinity/wishes"] = (marks, wishes)
        if not known[1]:
            return None
        total: Any = np.zeros(feasible.size, dtype=np.int64)
        for tally, weight in known[1]:
            total = total + weight * _carried(tally, feasible)
        lowest, highest = int(total.min()), int(total.max())
        if lowest == highest:
            return None
        scores: Ints = (float(MAX_NODE_SCORE) * ((total - lowest) / float(highest - lowest))).astype(np.int64)
        return scores


def _book(snapshot: Snapshot) -> TallyBook:
    counts = snapshot.counts
    assert isinstance(counts, TallyBook)
    return counts


def _carried(tally: Tally, feasible: Ints) -> Ints:
    return tally.totals[tally.codes[feasible]]


def _gather(pairs: Pairs, counts: PodCounts, matcher: Matcher, key: str) -> None:
    for value, amount in counts.by_label(matcher, key).items():
        pairs[key, value] = pairs.get((key, value), 0) + amount


def _bump(pairs: Pairs, key: str, node: NodeInfo, sign: int) -> None:
    value = node.labels.get(key)
    if value is not None:
        pairs[key, value] = pairs.get((key, value), 0) + sign
        if not pairs[key, value]:
            del pairs[key, value]


def _at(pairs: Pairs, key: str, node: NodeInfo) -> int:
    value = node.labels.get(key)
    return 0 if value is None else pairs.get((key, value), 0)


def _has_company(data: Neighbours, cls: PodClass, node: NodeInfo) -> bool:
    exist = True
    for term in cls.required_affinity:
        if term.topology_key not in node.labels:
            return False
        exist = exist and _at(data.near, term.topology_key, node) > 0
    return exist or (not data.near and data.bootstrap)
