"""The search for nodes that fit a pod: one by one as upstream does it, or all at once from what is known already.

Upstream: pkg/scheduler/schedule_one.go (findNodesThatFitPod)
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kplan.namedtuples import NamedTuple
from kplan.scheduler.arrays import Bools, Ints
from kplan.scheduler.asked import AskedPlugins
from kplan.scheduler.cache import Cache
from kplan.scheduler.choice import HeapOrder, Sampler
from kplan.scheduler.cycle import Cycle
from kplan.scheduler.diagnosis import ArrayDiagnosis, Diagnosis, NodeToStatus, Refusals
from kplan.scheduler.framework import FilterPlugin
from kplan.scheduler.plugin_cache import PluginCache
from kplan.scheduler.podinfo import PodInfo, PodTemplate, RequestsKey
from kplan.scheduler.ranking import Ranking
from kplan.scheduler.runtime import Framework
from kplan.scheduler.status import SUCCESS, Code, Status
from kplan.scheduler.vectorized import FilterAnswers, TemplateCache

_TemplateKey = tuple[Cache, PodTemplate]
_RequestsKey = tuple[Cache, RequestsKey]
"""Keys hold cache and template by identity and keep them alive, so that no other comes to stand for them; a stale entry
is known by its epoch."""
_LEAST_CACHES: Final = 64
_CACHED_NODES: Final = 8_000_000
"""How many templates are remembered: at least so many, or as many as add up to this number of nodes."""


class Found(NamedTuple):
    """The result of filtering."""

    nodes: Sequence[int] | Ints
    """Their places: an array if they were judged all at once."""
    diagnosis: Diagnosis
    next_start: int
    refusal: Status
    known: TemplateCache | None = None
    """What the nodes were found by; None if they were judged one by one."""


class NodeSearch:
    """Finds nodes, and remembers the plug-ins' answers for templates and requests."""

    def __init__(self, framework: Framework, percentage_of_nodes_to_score: int, *, one_by_one: bool) -> None:
        self._framework = framework
        self._one_by_one = one_by_one
        self._asked = AskedPlugins(framework)
        self._sampler = Sampler(percentage_of_nodes_to_score)
        self._by_template: dict[_TemplateKey, TemplateCache] = {}
        self._by_requests: dict[_RequestsKey, tuple[int, Ranking]] = {}
        self._heap = HeapOrder()

    def best(self, pod: PodInfo, cache: Cache) -> tuple[int, int] | None:
        """The node for a pod of a template seen before and where the next search begins, if sums kept of it decide.

        They do if nothing is asked anew for each pod; the answer is what ``find``, scoring and choosing come to.
        """
        known = self._by_template.get((cache, pod.template))
        if (
            known is None
            or known.epoch != cache.epoch
            or pod.nominated
            or cache.nominated_nodes
            or pod.node_name
            or self._one_by_one
            or not known.is_settled()
        ):
            return None
        return known.ranking.best(cache.next_start, known.wanted, self._heap, pod)

    def find(self, cycle: Cycle, cache: Cache) -> Found:
        """Nodes that fit: the nominated one alone, or as many as are worth scoring."""
        # A template says nothing of spec.nodeName, so pods that have one are not judged by what is kept of it.
        if self._one_by_one or not cache.incremental or cycle.pod.node_name:
            return self._find_one_by_one(cycle, cache)
        known = self._by_template.get((cache, cycle.pod.template))
        if known is None or known.epoch != cache.epoch or known.pre_filters_each_time:
            if not cycle.run_pre_filters().ok:
                return self._refused_by_pre_filter(cycle, cache)
            if cycle.node_names is not None:
                return self._find_one_by_one(cycle, cache)
        known = self._template_cache(cycle, cache)
        if known.is_settled():
            cycle.adopt(known.by_template.state)
        return self._nominated(cycle, cache) or self._find_vectorized(cycle, cache, known)

    def _refused_by_pre_filter(self, cycle: Cycle, cache: Cache) -> Found:
        cycle.absent_nodes_status = status = cycle.run_pre_filters()
        return Found((), NodeToStatus(), cache.next_start, status)

    def _nominated(self, cycle: Cycle, cache: Cache) -> Found | None:
        node = cache.node(cycle.pod.nominated) if cycle.pod.nominated else None
        if node is None:
            return None
        status = cycle.filter_with_nominated(cycle.state(), node)
        if not status.ok:
            cycle.refused_at_nominated_node(status.plugin)
            return None
        return Found((node.index,), NodeToStatus(), cache.next_start, SUCCESS)

    def _enough(self, nodes: int) -> int:
        """Feasible nodes after which the search ends; one is enough if nothing ranks them."""
        return self._sampler.enough(nodes) if self._framework.scores else 1

    def _find_one_by_one(self, cycle: Cycle, cache: Cache) -> Found:
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
                if status.code is Code.ERROR:
                    feasible = []
                    break
                continue
            feasible.append(node.index)
            if len(feasible) >= wanted:
                break
        looked_at = len(feasible) + len(refusals)
        return Found(
            feasible,
            refusals,
            (cache.next_start + looked_at) % len(cache.nodes),
            _error(refusals),
        )

    def _template_cache(self, cycle: Cycle, cache: Cache) -> TemplateCache:
        """What is known of the pod's template, up to date."""
        key = (cache, cycle.pod.template)
        known = self._by_template.pop(key, None)
        if known is None or known.epoch != cache.epoch:
            _forget_oldest(self._by_template, cache)
            ranking = self._requests_ranking(cycle, cache)
            known = TemplateCache(cycle, cache, self._asked, ranking, self._enough(len(cache.nodes)))
        self._by_template[key] = known  # behind the others, so that the one longest unused is forgotten first
        known.catch_up(cycle.pod)
        return known

    def _requests_ranking(self, cycle: Cycle, cache: Cache) -> Ranking:
        """What is known of pods with these requests; it outlives changes that leave nodes and devices alone."""
        key = (cache, cycle.pod.template.requests_key)
        epoch, known = self._by_requests.pop(key, (-1, None))
        if known is None or epoch != cache.resource_epoch:
            _forget_oldest(self._by_requests, cache)
            filters = self._asked.filters(cycle.pod.template).by_requests
            scores = self._asked.scores(cycle.pod.template).by_requests
            known = Ranking(cache, (PluginCache(cycle, cache, filters, scores),), cycle.pod)
        self._by_requests[key] = (cache.resource_epoch, known)
        known.catch_up(cycle.pod)
        return known

    def _find_vectorized(self, cycle: Cycle, cache: Cache, known: TemplateCache) -> Found:
        open_, answers = known.feasible()
        wanted = known.wanted
        contested = _contested(cache)
        each_node = known.each_node_filters(cycle)
        refusals = NodeToStatus()
        if each_node or contested:
            open_ = self._ask_each_node(cycle, cache, open_, each_node, contested, wanted, refusals)
            if (error := _error(refusals)) is not SUCCESS:
                return Found((), refusals, cache.next_start, error, known)
        chosen, looked_at = self._sampler.take(open_, cache.next_start, wanted)
        if chosen.size:
            next_start = (cache.next_start + looked_at) % len(cache.nodes)
            return Found(chosen, NodeToStatus(), next_start, SUCCESS, known)
        diagnosis = self._diagnose(cycle, cache, known, answers, refusals)
        return Found(
            chosen,
            diagnosis,
            (cache.next_start + len(diagnosis)) % len(cache.nodes),
            _error(refusals),
            known,
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
        chosen = self._sampler.in_order(open_, cache.next_start).tolist() if each_node else contested
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
                if status.code is Code.ERROR:
                    break
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
        """Which plug-in refused each node first, as running them one after the other would report."""
        known.catch_up_details(cycle.pod)
        said: dict[str, Refusals] = {kept.plugin.name: kept for kept in known.filters}
        said.update((plugin.name, verdicts) for plugin, verdicts in answers)
        order = [plugin.name for plugin in self._framework.filters]
        diagnosis = ArrayDiagnosis(len(cache.nodes), [(name, said[name]) for name in order if name in said])
        refusals.update(
            (index, status)
            for index, status in self._earlier_refusals(cycle, cache, known, diagnosis)
            if index not in refusals
        )
        for index, status in refusals.items():
            diagnosis.overrule(index, status)
        return diagnosis

    def _earlier_refusals(
        self, cycle: Cycle, cache: Cache, known: TemplateCache, diagnosis: ArrayDiagnosis
    ) -> Iterator[tuple[int, Status]]:
        """Refusals that come before what the arrays say:
        by pods nominated to a node, or by a filter asked node by node.
        """
        contested = _contested(cache)
        for index in contested:
            yield index, cycle.filter_with_nominated(cycle.state(), cache.nodes[index])
        each_node = known.each_node_filters(cycle)
        if not each_node:
            return
        place = {plugin.name: number for number, plugin in enumerate(self._framework.filters)}
        for index in diagnosis.refused():
            known_status = diagnosis.status(index)
            if index in contested or known_status is None:
                continue
            last = place[known_status.plugin]
            earlier = [plugin for plugin in each_node if place[plugin.name] < last]
            status = cycle.filter(cycle.state(), cache.nodes[index], earlier)
            if not status.ok:
                yield index, status


def _error(refusals: NodeToStatus) -> Status:
    """The error that a filter met on a node, which ends the search; success if none did."""
    return next((status for status in refusals.values() if status.code is Code.ERROR), SUCCESS)


def _contested(cache: Cache) -> frozenset[int]:
    """Nodes that pods are nominated to: what is kept of them does not count those pods."""
    return frozenset(node.index for name in cache.nominated_nodes if (node := cache.node(name)) is not None)


def _forget_oldest(caches: dict[Any, Any], cache: Cache) -> None:
    """Forget the entry longest unused if there are as many as may be kept in mind."""
    if len(caches) >= max(_LEAST_CACHES, _CACHED_NODES // len(cache.nodes)):
        del caches[next(iter(caches))]
