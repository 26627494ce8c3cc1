"""InterPodAffinity: pods that want to be near others, or far from them, and what those already there think of it.

Upstream: pkg/scheduler/framework/plugins/interpodaffinity/{filtering,scoring}.go
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kplan.scheduler.arrays import Bools, Ints, np
from kplan.scheduler.counting import PodCounts
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import PLACES_CHANGED, PODS_CHANGED, ClusterEvent, News
from kplan.scheduler.framework import PluginArgs, Verdicts
from kplan.scheduler.incremental_counts import DomainCounts, IncrementalCounts, incremental
from kplan.scheduler.matchers import (
    PREFERRED_AFFINITY,
    PREFERRED_ANTI_AFFINITY,
    REQUIRED_AFFINITY,
    REQUIRED_ANTI_AFFINITY,
    TERM_KINDS,
    CarriesTerm,
    Matcher,
    MatchesAllTerms,
    TermKind,
)
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.normalizing import MAX_NODE_SCORE
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SKIP, SUCCESS, Status

AFFINITY_NOT_SATISFIED: Final = Status.unresolvable("node(s) didn't match pod affinity rules")
ANTI_AFFINITY_NOT_SATISFIED: Final = Status.unschedulable("node(s) didn't match pod anti-affinity rules")
EXISTING_ANTI_AFFINITY_NOT_SATISFIED: Final = Status.unschedulable(
    "node(s) didn't satisfy existing pods anti-affinity rules"
)

_STATUSES: Final = (
    SUCCESS,
    EXISTING_ANTI_AFFINITY_NOT_SATISFIED,
    ANTI_AFFINITY_NOT_SATISFIED,
    AFFINITY_NOT_SATISFIED,
)
"""Statuses by number; of several refusals the highest number is reported, as it is checked first."""

Pairs = dict[tuple[str, str], int]
"""Label and value of a node, and how many pods count there."""


@dataclass(slots=True)
class AffinityCounts:
    """PreFilter data: if the pods are that matter to the incoming pod."""

    counts: PodCounts
    affinity: Pairs
    anti_affinity: Pairs
    existing_anti_affinity: Pairs
    matches_itself: bool
    """Whether the pod matches its own affinity, so that the first of a group may go anywhere."""

    def clone(self) -> "AffinityCounts":
        """A copy that can be counted in and out."""
        return AffinityCounts(
            self.counts,
            dict(self.affinity),
            dict(self.anti_affinity),
            dict(self.existing_anti_affinity),
            self.matches_itself,
        )


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
        """Pods that matter may come or go, a node change its labels. Upstream waits for no labels of namespaces."""
        return PODS_CHANGED | PLACES_CHANGED

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """A pod that all terms ask for is company, one that kept this one away is gone, or a node is elsewhere."""
        if event in PLACES_CHANGED:
            return _is_elsewhere(pod.template, news)
        counts, before, after = snapshot.counts, news.before, news.after
        wanted = MatchesAllTerms(pod.template.required_affinity)
        shunned = MatchesAllTerms(pod.template.required_anti_affinity)
        if before is None:
            return counts.weight(wanted, after) > 0
        if after is None:
            shuns = MatchesAllTerms(before.template.required_anti_affinity)
            return counts.weight(shunned, before) > 0 or counts.weight(shuns, pod) > 0
        comes = counts.weight(wanted, after) > counts.weight(wanted, before)
        return comes or counts.weight(shunned, before) > counts.weight(shunned, after)

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Find the pods that matter."""
        template, counts = pod.template, snapshot.counts
        affinity, anti_affinity, existing = Pairs(), Pairs(), Pairs()
        all_terms = MatchesAllTerms(template.required_affinity)
        for term in template.required_affinity:
            _collect(affinity, counts, all_terms, term.topology_key)
        for term in template.required_anti_affinity:
            _collect(anti_affinity, counts, MatchesAllTerms((term,)), term.topology_key)
        for term in counts.terms(REQUIRED_ANTI_AFFINITY, template):
            _collect(existing, counts, CarriesTerm(REQUIRED_ANTI_AFFINITY, term), term.topology_key)
        if not existing and not template.required_affinity and not template.required_anti_affinity:
            return None, SKIP
        matches_itself = counts.weight(all_terms, pod) > 0
        state[self.name] = AffinityCounts(counts, affinity, anti_affinity, existing, matches_itself)
        return None, SUCCESS

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Count another pod in."""
        self._count(state[self.name], pod, other, node, 1)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Count another pod out."""
        self._count(state[self.name], pod, other, node, -1)

    def _count(self, data: AffinityCounts, pod: PodInfo, other: PodInfo, node: NodeInfo, sign: int) -> None:
        template = pod.template
        if template.required_affinity and data.counts.weight(
            MatchesAllTerms(template.required_affinity), other
        ):
            for term in template.required_affinity:
                _add(data.affinity, term.topology_key, node, sign)
        for term in template.required_anti_affinity:
            if data.counts.weight(MatchesAllTerms((term,)), other):
                _add(data.anti_affinity, term.topology_key, node, sign)
        for term in other.template.required_anti_affinity:
            if data.counts.term_matches(term, template):
                _add(data.existing_anti_affinity, term.topology_key, node, sign)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        data: AffinityCounts = state[self.name]
        if not _satisfies_affinity(data, pod.template, node):
            return AFFINITY_NOT_SATISFIED
        if any(
            _at(data.anti_affinity, term.topology_key, node) > 0
            for term in pod.template.required_anti_affinity
        ):
            return ANTI_AFFINITY_NOT_SATISFIED
        if data.existing_anti_affinity and any(
            data.existing_anti_affinity.get(pair, 0) > 0 for pair in node.labels.items()
        ):
            return EXISTING_ANTI_AFFINITY_NOT_SATISFIED
        return SUCCESS

    def detail(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:
        """The terms behind a refusal."""
        data: AffinityCounts = state[self.name]
        for term in pod.template.required_affinity:
            if term.topology_key not in node.labels:
                return f"node has no label {term.topology_key}"
            if _at(data.affinity, term.topology_key, node) <= 0:
                where = f"{term.topology_key}={node.labels[term.topology_key]}"
                return f"no pod matching {term.selector} runs in {where}"
        for term in pod.template.required_anti_affinity:
            if _at(data.anti_affinity, term.topology_key, node) > 0:
                where = f"{term.topology_key}={node.labels[term.topology_key]}"
                return f"a pod matching {term.selector} runs in {where}"
        existing = [
            pair
            for pair, count in data.existing_anti_affinity.items()
            if count > 0 and pair in node.labels.items()
        ]
        return f"a pod in {', '.join(f'{key}={value}' for key, value in existing)} keeps such pods away"

    def pre_score(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot
    ) -> Status:
        """Add up the score of every topology pair."""
        del nodes
        topology_score = Pairs()
        for matcher, key, weight in self._scored_terms(pod.template, snapshot.counts):
            for value, amount in snapshot.counts.by_label(matcher, key).items():
                topology_score[key, value] = topology_score.get((key, value), 0) + weight * amount
        state["InterPodAffinity/score"] = topology_score
        return SUCCESS if topology_score else SKIP

    def _scored_terms(self, template: PodTemplate, counts: PodCounts) -> Iterator[tuple[Matcher, str, int]]:
        """Who counts, by which label, and for how much: the pod's own terms and those of running pods."""
        for term, weight in template.preferred_affinity:
            yield MatchesAllTerms((term,)), term.topology_key, weight
        for term, weight in template.preferred_anti_affinity:
            yield MatchesAllTerms((term,)), term.topology_key, -weight
        if self.ignore_existing and not template.preferred_affinity and not template.preferred_anti_affinity:
            return
        if self.hard_weight > 0:
            for term in counts.terms(REQUIRED_AFFINITY, template):
                yield CarriesTerm(REQUIRED_AFFINITY, term), term.topology_key, self.hard_weight
        for term in counts.terms(PREFERRED_AFFINITY, template):
            yield CarriesTerm(PREFERRED_AFFINITY, term), term.topology_key, 1
        for term in counts.terms(PREFERRED_ANTI_AFFINITY, template):
            yield CarriesTerm(PREFERRED_ANTI_AFFINITY, term), term.topology_key, -1

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """The scores of all of a node's labels in sum."""
        del pod
        topology_score: Pairs = state["InterPodAffinity/score"]
        return sum(topology_score.get(pair, 0) for pair in node.labels.items())

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
    def filter_all(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Verdicts | None:
        """Judge every node from sums that bindings keep up to date."""
        counts = incremental(snapshot)
        ids: Any = np.zeros(snapshot.columns.size, dtype=np.int16)
        for domain in self._existing_anti_affinity(state, template, counts):
            np.maximum(ids, domain.occupied(), out=ids)
        for domain in self._domain_counts(state, "anti-affinity", template, counts):
            np.maximum(ids, np.multiply(domain.occupied(), 2, dtype=np.int16), out=ids)
        if template.required_affinity:
            without = self._without_affinity(state, template, counts)
            np.maximum(ids, np.multiply(without, 3, dtype=np.int16), out=ids)
        return Verdicts(ids, _STATUSES) if ids.any() else None

    def _without_affinity(self, state: CycleState, template: PodTemplate, counts: IncrementalCounts) -> Bools:
        """Which nodes are in no domain of one of the terms, or in a domain without pods that match all terms."""
        domains = self._domain_counts(state, "affinity", template, counts)
        matches_itself = state.get("InterPodAffinity/matches itself")
        if matches_itself is None:
            matches_itself = state["InterPodAffinity/matches itself"] = (
                MatchesAllTerms(template.required_affinity).weight(template, counts.namespaces) > 0
            )
        nobody = matches_itself and not any(domain.totals.any() for domain in domains)
        without: Bools = np.zeros(domains[0].codes.size, dtype=np.bool_)
        for domain in domains:
            without |= (domain.codes == domain.missing) if nobody else ~domain.occupied()
        return without

    def _domain_counts(
        self, state: CycleState, kind: str, template: PodTemplate, counts: IncrementalCounts
    ) -> list[DomainCounts]:
        known = state.get(f"InterPodAffinity/{kind}")
        if known is None:
            if kind == "affinity":
                all_terms = MatchesAllTerms(template.required_affinity)
                known = [counts.domains(all_terms, term.topology_key) for term in template.required_affinity]
            else:
                known = [
                    counts.domains(MatchesAllTerms((term,)), term.topology_key)
                    for term in template.required_anti_affinity
                ]
            state[f"InterPodAffinity/{kind}"] = known
        return known

    def _existing_anti_affinity(
        self, state: CycleState, template: PodTemplate, counts: IncrementalCounts
    ) -> list[DomainCounts]:
        terms = counts.terms(REQUIRED_ANTI_AFFINITY, template)
        known: list[DomainCounts] | None = state.get("InterPodAffinity/existing anti-affinity")
        if known is None or len(known) != len(terms):
            known = [
                counts.domains(CarriesTerm(REQUIRED_ANTI_AFFINITY, term), term.topology_key) for term in terms
            ]
            state["InterPodAffinity/existing anti-affinity"] = known
        return known

    def score_all(
        self, state: CycleState, template: PodTemplate, snapshot: Snapshot, feasible: Ints
    ) -> Ints | None:
        """Score these nodes from sums that bindings keep up to date."""
        counts = incremental(snapshot)
        kinds: tuple[TermKind, ...] = (REQUIRED_AFFINITY, PREFERRED_AFFINITY, PREFERRED_ANTI_AFFINITY)
        sizes = tuple(len(counts.terms(kind, template)) for kind in kinds)
        known = state.get("InterPodAffinity/scored terms")
        if known is None or known[0] != sizes:
            terms = [
                (counts.domains(matcher, key), weight)
                for matcher, key, weight in self._scored_terms(template, counts)
            ]
            known = state["InterPodAffinity/scored terms"] = (sizes, terms)
        if not known[1]:
            return None
        total: Any = np.zeros(feasible.size, dtype=np.int64)
        for domain, weight in known[1]:
            total = total + weight * _at_nodes(domain, feasible)
        lowest, highest = int(total.min()), int(total.max())
        if lowest == highest:
            return None
        scores: Ints = (float(MAX_NODE_SCORE) * ((total - lowest) / float(highest - lowest))).astype(np.int64)
        return scores

    def is_settled(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> bool:
        """Whether neither the pod nor any other has a term that could matter to it."""
        del state
        return not template.has_affinity and not any(
            snapshot.counts.terms(kind, template) for kind in TERM_KINDS
        )


def _at_nodes(domain: DomainCounts, feasible: Ints) -> Ints:
    return domain.totals[domain.codes[feasible]]


def _collect(pairs: Pairs, counts: PodCounts, matcher: Matcher, key: str) -> None:
    for value, amount in counts.by_label(matcher, key).items():
        pairs[key, value] = pairs.get((key, value), 0) + amount


def _add(pairs: Pairs, key: str, node: NodeInfo, sign: int) -> None:
    value = node.labels.get(key)
    if value is not None:
        pairs[key, value] = pairs.get((key, value), 0) + sign
        if not pairs[key, value]:
            del pairs[key, value]


def _at(pairs: Pairs, key: str, node: NodeInfo) -> int:
    value = node.labels.get(key)
    return 0 if value is None else pairs.get((key, value), 0)


def _satisfies_affinity(data: AffinityCounts, template: PodTemplate, node: NodeInfo) -> bool:
    exist = True
    for term in template.required_affinity:
        if term.topology_key not in node.labels:
            return False
        exist = exist and _at(data.affinity, term.topology_key, node) > 0
    return exist or (not data.affinity and data.matches_itself)


def _is_elsewhere(template: PodTemplate, news: News) -> bool:
    """Whether a node is new in a domain of the pod's terms, or left one that the pod keeps away from."""
    before, after = None if news.before is None else news.before.labels, news.after.labels
    for term in template.required_affinity:
        key = term.topology_key
        if key in after and (before is None or before.get(key) != after[key]):
            return True
    return any(
        before is None
        or (term.topology_key in before and before[term.topology_key] != after.get(term.topology_key))
        for term in template.required_anti_affinity
    )
