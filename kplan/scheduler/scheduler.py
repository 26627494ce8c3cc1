"""One pod at a time: which nodes may take it, which of them is best, and who would have to go where none may.

``schedule_one`` reads as upstream's scheduling cycle does and changes nothing; ``commit`` reserves what the decision
takes and writes it into the cache. The actor that watches a cluster and binds through its API server is in ``actor``.

Upstream: pkg/scheduler/schedule_one.go
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from kplan.scheduler.asked import AskedPlugins
from kplan.scheduler.cache import Cache
from kplan.scheduler.choice import HeapOrder, Sampler
from kplan.scheduler.cycle import Cycle
from kplan.scheduler.diagnosis import ArrayDiagnosis, Diagnosis, NodeToStatus, Refusals, fit_error
from kplan.scheduler.framework import Bools, FilterPlugin, Ints, Nomination
from kplan.scheduler.plugin_cache import PluginCache
from kplan.scheduler.podinfo import PodInfo, PodTemplate, RequestsKey
from kplan.scheduler.profile import DEFAULT, Profile
from kplan.scheduler.status import SUCCESS, Code, Status
from kplan.scheduler.vectorized import FilterAnswers, TemplateCache

NO_NODES: Final = "no nodes available to schedule pods"
_LEAST_CACHES: Final = 64
_CACHED_NODES: Final = 8_000_000
"""How many templates are kept in mind: so many at least, else as many as come to this number of nodes in sum."""

WeightedScores = Mapping[str, Mapping[str, int]]
"""Node to plug-in to weighted score."""


@dataclass(frozen=True)
class Decision:
    """Where a pod goes and how that was found, or why it goes nowhere."""

    pod: PodInfo
    node: str = ""
    message: str = ""
    """Empty, or why the pod is pending, as its event and condition say."""
    feasible: tuple[str, ...] = ()
    totals: tuple[int, ...] = ()
    """Weighted totals of the feasible nodes, in the same order; empty where only one was feasible."""
    table: tuple[tuple[str, int, tuple[int, ...]], ...] = ()
    """Plug-in, weight and scores of the feasible nodes, when asked for."""
    ties: tuple[str, ...] = ()
    """Feasible nodes as good as the chosen one, itself included."""
    nomination: Nomination | None = None
    diagnosis: Diagnosis = field(default_factory=NodeToStatus, repr=False)
    cycle: Cycle | None = field(default=None, repr=False)
    next_start: int = 0
    refused_by: frozenset[str] = frozenset()
    """Plug-ins that refused at least one node."""

    @cached_property
    def final(self) -> Mapping[str, int]:
        """Total by node."""
        return dict(zip(self.feasible, self.totals, strict=True)) if self.totals else {}

    @cached_property
    def scores(self) -> WeightedScores:
        """Weighted score by node and plug-in."""
        return {
            node: {name: weight * scores[place] for name, weight, scores in self.table}
            for place, node in enumerate(self.feasible)
        }


class Scheduler:
    """A profile at work."""

    def __init__(
        self, profile: Profile = DEFAULT, *, one_by_one: bool = False, preemption: bool = True
    ) -> None:
        """``one_by_one`` asks every plug-in about every node as upstream does, and keeps nothing."""
        self.profile = profile
        self.one_by_one = one_by_one
        self.framework = profile.framework()
        self.asked = AskedPlugins(self.framework)
        self.post_filters = self.framework.post_filters if preemption else []
        self.sampler = Sampler(profile.percentage_of_nodes_to_score)
        self.heap = HeapOrder()
        # Keyed by the identity of cache and template, which a key keeps alive; a stale entry is known by its epoch.
        self._by_template: dict[tuple[Cache, PodTemplate], TemplateCache] = {}
        self._by_requests: dict[tuple[Cache, RequestsKey], tuple[int, PluginCache]] = {}

    def pre_enqueue(self, pod: PodInfo, cache: Cache) -> Status:
        """Whether the pod may enter the queue."""
        for plugin in self.framework.pre_enqueues:
            status = plugin.pre_enqueue(pod, cache)
            if not status.ok:
                return status.by(plugin.name)
        return SUCCESS

    def schedule_one(self, cache: Cache, pod: PodInfo, *, explain: bool = False) -> Decision:
        """Decide where a pod goes. Nothing is changed: see commit."""
        if not cache.nodes:
            return Decision(pod, message=NO_NODES)
        cycle = Cycle(self.framework, pod, cache, cache.epoch)
        found = self._find(cycle, cache)
        if not found.nodes.size:
            return self._failed(cycle, cache, found)
        names: tuple[str, ...] = ()
        if explain or found.nodes.size == 1:
            names = tuple(cache.nodes[index].name for index in found.nodes)
        if found.nodes.size == 1:
            return Decision(
                pod,
                names[0],
                feasible=names,
                diagnosis=found.diagnosis,
                cycle=cycle,
                next_start=found.next_start,
            )
        totals, table = self._prioritize(cycle, cache, found, explain=explain)
        place, best = self.heap.winner(totals)
        return Decision(
            pod,
            cache.nodes[found.nodes[place]].name,
            feasible=names,
            totals=tuple(map(int, totals)) if explain else (),
            table=table,
            ties=tuple(names[index] for index in best) if explain else (),
            diagnosis=found.diagnosis,
            cycle=cycle,
            next_start=found.next_start,
        )

    def commit(self, cache: Cache, decision: Decision) -> Decision:
        """Reserve what a decision takes and write it into the cache: the pod counts on its node from now on.

        The answer is the decision as it stands: without a node where a Reserve or Permit plug-in refused.
        """
        cache.next_start = decision.next_start
        if not decision.node:
            if decision.nomination is not None:
                if decision.nomination.node:
                    cache.nominate(decision.pod, decision.nomination.node)
                else:
                    cache.drop_nomination(decision.pod)
            return decision
        if decision.cycle is not None:
            status = decision.cycle.reserve(cache.existing(decision.node))
            if not status.ok:
                return _refused(cache, decision, status)
        cache.add_pod(decision.pod, decision.node)
        return decision

    # -- filtering -------------------------------------------------------------------------------------------------
    def _find(self, cycle: Cycle, cache: Cache) -> "_Found":
        """Nodes that fit: the nominated one alone, or as many as are worth scoring."""
        # A template says nothing of spec.nodeName, so pods that have one are not judged by what is kept of it.
        if self.one_by_one or not cache.incremental or cycle.pod.node_name:
            return self._find_one_by_one(cycle, cache)
        known = self._by_template.get((cache, cycle.pod.template))
        if known is None or known.epoch != cache.epoch or known.pre_filters_each_time:
            if not cycle.run_pre_filters().ok:
                return self._refused_by_pre_filter(cycle, cache)
            if cycle.node_names is not None:
                return self._find_one_by_one(cycle, cache)
        known = self._template_cache(cycle, cache)
        return self._nominated(cycle, cache) or self._find_vectorized(cycle, cache, known)

    def _refused_by_pre_filter(self, cycle: Cycle, cache: Cache) -> "_Found":
        cycle.absent_nodes_status = status = cycle.run_pre_filters()
        return _Found(_NONE, NodeToStatus(), cache.next_start, status)

    def _nominated(self, cycle: Cycle, cache: Cache) -> "_Found | None":
        node = cache.node(cycle.pod.nominated) if cycle.pod.nominated else None
        if node is None or not cycle.filter_with_nominated(cycle.state(), node).ok:
            return None
        return _Found(np.array([node.index], dtype=np.int64), NodeToStatus(), cache.next_start, SUCCESS)

    def _enough(self, nodes: int) -> int:
        """Feasible nodes after which the search ends; one is enough where nothing ranks them."""
        return self.sampler.enough(nodes) if self.framework.scores else 1

    def _find_one_by_one(self, cycle: Cycle, cache: Cache) -> "_Found":
        if not cycle.run_pre_filters().ok:
            return self._refused_by_pre_filter(cycle, cache)
        nominated = self._nominated(cycle, cache)
        if nominated is not None:
            return nominated
        state, names = cycle.state(), cycle.node_names
        nodes = cache.nodes if names is None else [node for node in cache.nodes if node.name in names]
        wanted = self._enough(len(nodes))
        refusals = NodeToStatus()
        feasible: list[int] = []
        for turn in range(len(nodes)):
            node = nodes[(cache.next_start + turn) % len(nodes)]
            status = cycle.filter_with_nominated(state, node)
            if not status.ok:
                refusals[node.index] = status
                continue
            feasible.append(node.index)
            if len(feasible) >= wanted:
                break
        looked_at = len(feasible) + len(refusals)
        return _Found(
            np.array(feasible, dtype=np.int64),
            refusals,
            (cache.next_start + looked_at) % len(cache.nodes),
            SUCCESS,
        )

    def _template_cache(self, cycle: Cycle, cache: Cache) -> TemplateCache:
        """What is known of the pod's template, up to date."""
        key = (cache, cycle.pod.template)
        known = self._by_template.pop(key, None)
        if known is None or known.epoch != cache.epoch:
            _make_room(self._by_template, cache)
            known = TemplateCache(cycle, cache, self.asked, self._requests_cache(cycle, cache))
        self._by_template[key] = known  # behind the others, so that the one longest unused is forgotten first
        known.catch_up(cycle.pod)
        return known

    def _requests_cache(self, cycle: Cycle, cache: Cache) -> PluginCache:
        """What is known of pods with these requests; it outlives changes that leave nodes and devices alone."""
        key = (cache, cycle.pod.template.requests_key)
        epoch, known = self._by_requests.pop(key, (-1, None))
        if known is None or epoch != cache.resource_epoch:
            _make_room(self._by_requests, cache)
            filters = self.asked.filters(cycle.pod.template).by_requests
            scores = self.asked.scores(cycle.pod.template).by_requests
            known = PluginCache(cycle, cache, filters, scores)
        self._by_requests[key] = (cache.resource_epoch, known)
        known.catch_up(cycle.pod)
        return known

    def _find_vectorized(self, cycle: Cycle, cache: Cache, known: TemplateCache) -> "_Found":
        open_, answers = known.feasible()
        wanted = self._enough(len(cache.nodes))
        contested = _contested(cache)
        each_node = known.each_node_filters(cycle)
        refusals = NodeToStatus()
        if each_node or contested:
            open_ = self._ask_each_node(cycle, cache, open_, each_node, contested, wanted, refusals)
        chosen, looked_at = self.sampler.take(open_, cache.next_start, wanted)
        if chosen.size:
            next_start = (cache.next_start + looked_at) % len(cache.nodes)
            return _Found(chosen, NodeToStatus(), next_start, SUCCESS, known)
        diagnosis = self._diagnose(cycle, cache, known, answers, refusals)
        return _Found(
            chosen, diagnosis, (cache.next_start + len(diagnosis)) % len(cache.nodes), SUCCESS, known
        )

    def _ask_each_node(
        self,
        cycle: Cycle,
        cache: Cache,
        open_: Bools,
        each_node: Sequence[FilterPlugin],
        contested: frozenset[int],
        wanted: int,
        refusals: NodeToStatus,
    ) -> Bools:
        """Ask about single nodes that all other filters let pass, until enough of them fit; refusals are noted."""
        open_ = open_.copy()
        state, passed = cycle.state(), 0
        chosen = self.sampler.in_order(open_, cache.next_start).tolist() if each_node else contested
        for index in chosen:
            if not open_[index]:
                continue
            node = cache.nodes[index]
            if index in contested:
                status = cycle.filter_with_nominated(state, node)
            else:
                status = cycle.filter(state, node, each_node)
            if not status.ok:
                refusals[index] = status
                open_[index] = False
                continue
            passed += 1
            if each_node and passed >= wanted:
                break
        return open_

    def _diagnose(
        self,
        cycle: Cycle,
        cache: Cache,
        known: TemplateCache,
        answers: FilterAnswers,
        refusals: NodeToStatus,
    ) -> Diagnosis:
        """Who refused each node first, as asking one plug-in after the other would have told."""
        said: dict[str, Refusals] = {kept.plugin.name: kept for kept in known.filters}
        said.update((plugin.name, verdicts) for plugin, verdicts in answers)
        order = [plugin.name for plugin in self.framework.filters]
        diagnosis = ArrayDiagnosis(len(cache.nodes), [(name, said[name]) for name in order if name in said])
        for index, status in self._earlier_refusals(cycle, cache, known, diagnosis):
            diagnosis.overrule(index, status)
        for index, status in refusals.items():
            diagnosis.overrule(index, status)
        return diagnosis

    def _earlier_refusals(
        self, cycle: Cycle, cache: Cache, known: TemplateCache, diagnosis: ArrayDiagnosis
    ) -> Iterator[tuple[int, Status]]:
        """Refusals that come before what the arrays say: by pods nominated to a node, or by a filter asked node by node."""
        contested = _contested(cache)
        for index in contested:
            yield index, cycle.filter_with_nominated(cycle.state(), cache.nodes[index])
        each_node = known.each_node_filters(cycle)
        if not each_node:
            return
        place = {plugin.name: number for number, plugin in enumerate(self.framework.filters)}
        for index in diagnosis.refused():
            known_status = diagnosis.status(index)
            if index in contested or known_status is None:
                continue
            last = place[known_status.plugin]
            earlier = [plugin for plugin in each_node if place[plugin.name] < last]
            status = cycle.filter(cycle.state(), cache.nodes[index], earlier)
            if not status.ok:
                yield index, status

    # -- scoring ---------------------------------------------------------------------------------------------------
    def _prioritize(
        self, cycle: Cycle, cache: Cache, found: "_Found", *, explain: bool
    ) -> tuple[Ints, "_Table"]:
        known = found.known
        if known is None:
            nodes = [cache.nodes[index] for index in found.nodes]
            return _added_up(list(cycle.score(self.framework.scores, nodes)), len(nodes))
        if not explain:
            return known.totals(cycle, found.nodes), ()
        rows = [(name, weight, scores.tolist()) for name, weight, scores in known.table(cycle, found.nodes)]
        return _added_up(rows, found.nodes.size)

    # -- nothing fits ----------------------------------------------------------------------------------------------
    def _failed(self, cycle: Cycle, cache: Cache, found: "_Found") -> Decision:
        """Run PostFilter, then say why no node fits."""
        cycle.diagnosis = found.diagnosis
        nomination, last = self._post_filter(cycle)
        reasons = found.diagnosis.reasons()
        for reason in cycle.absent_nodes_status.reasons:
            if len(cache.nodes) > len(found.diagnosis):
                reasons[reason] += len(cache.nodes) - len(found.diagnosis)
        message = fit_error(len(cache.nodes), reasons, pre_filter=found.refusal.message, post_filter=last)
        return Decision(
            cycle.pod,
            message=message,
            nomination=nomination,
            diagnosis=found.diagnosis,
            cycle=cycle,
            next_start=found.next_start,
            refused_by=found.diagnosis.plugins()
            | ({found.refusal.plugin} if found.refusal.plugin else set()),
        )

    def _post_filter(self, cycle: Cycle) -> tuple[Nomination | None, str]:
        nomination: Nomination | None = None
        reasons: list[str] = []
        for plugin in self.post_filters:
            result, status = plugin.post_filter(cycle)
            if status.ok or status.code is Code.UNRESOLVABLE:
                return result, status.message
            if status.code is Code.ERROR:
                return None, status.message
            nomination = result or nomination
            reasons.extend(status.reasons)
        return nomination, ", ".join(reasons)


@dataclass(frozen=True, slots=True)
class _Found:
    """What filtering came to."""

    nodes: Ints
    diagnosis: Diagnosis
    next_start: int
    refusal: Status
    known: TemplateCache | None = None
    """What the nodes were found by; None where they were judged one by one."""


_Table = tuple[tuple[str, int, tuple[int, ...]], ...]
_NONE: Final[Ints] = np.zeros(0, dtype=np.int64)


def _contested(cache: Cache) -> frozenset[int]:
    """Nodes that pods are nominated to: what is kept of them does not count those pods."""
    return frozenset(node.index for name in cache.nominated_nodes if (node := cache.node(name)) is not None)


def _added_up(rows: Sequence[tuple[str, int, list[int]]], nodes: int) -> tuple[Ints, _Table]:
    """The weighted totals of the nodes, and the table of what they are made of."""
    totals = np.zeros(nodes, dtype=np.int64)
    for _, weight, scores in rows:
        totals += weight * np.array(scores, dtype=np.int64)
    return totals, tuple((name, weight, tuple(scores)) for name, weight, scores in rows)


def _refused(cache: Cache, decision: Decision, status: Status) -> Decision:
    """The decision after a Reserve or Permit plug-in refused: upstream says so of the one node that was chosen."""
    cache.drop_nomination(decision.pod)
    return replace(
        decision,
        node="",
        message=fit_error(1, Counter(status.reasons)),
        ties=(),
        nomination=Nomination("", ()),
        diagnosis=NodeToStatus({cache.existing(decision.node).index: status}),
        refused_by=frozenset({status.plugin}),
    )


def _make_room(caches: dict[Any, Any], cache: Cache) -> None:
    """Forget the entry at the front where there are as many as may be kept in mind."""
    if len(caches) >= max(_LEAST_CACHES, _CACHED_NODES // len(cache.nodes)):
        del caches[next(iter(caches))]
