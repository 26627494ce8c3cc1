"""One pod at a time: which nodes may take it, which of them is best, and who would have to go where none may.

``schedule_one`` reads as upstream's scheduling cycle does and changes nothing; ``commit`` writes the decision into the
cache. The actor that watches a cluster and binds through its API server is in ``actor``.

Upstream: pkg/scheduler/schedule_one.go
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from kplan.scheduler.cache import Cache
from kplan.scheduler.choice import HeapOrder, Sampler
from kplan.scheduler.cycle import Cycle, Diagnosis, Nomination, Pipeline, Refusals, fit_error
from kplan.scheduler.everywhere import ClassView, SheetDiagnosis
from kplan.scheduler.framework import (
    Bools,
    Ints,
    PostFilterPlugin,
    PreEnqueuePlugin,
    QueueSortPlugin,
    ReservePlugin,
)
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodClass, PodInfo
from kplan.scheduler.profile import DEFAULT, Profile, scorers
from kplan.scheduler.sheets import Room
from kplan.scheduler.status import SUCCESS, Code, Status

NO_NODES: Final = "no nodes available to schedule pods"
_VIEWS: Final = 64
_CELLS: Final = 8_000_000
"""How many classes of pods are kept at hand: so many at least, and as many as this comes to over all nodes."""
_FEW_NODES: Final = 64

Size = tuple[frozenset[tuple[str, int]], frozenset[tuple[str, int]]]
Scores = Mapping[str, Mapping[str, int]]
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
    diagnosis: Diagnosis = field(default_factory=Refusals, repr=False)
    cycle: Cycle | None = field(default=None, repr=False)
    next_start: int = 0
    refused_by: frozenset[str] = frozenset()
    """Plug-ins that refused at least one node."""

    @cached_property
    def final(self) -> Mapping[str, int]:
        """Total by node."""
        return dict(zip(self.feasible, self.totals, strict=True)) if self.totals else {}

    @cached_property
    def scores(self) -> Scores:
        """Weighted score by node and plug-in."""
        return {
            node: {name: weight * scores[place] for name, weight, scores in self.table}
            for place, node in enumerate(self.feasible)
        }


class Scheduler:
    """A profile at work."""

    def __init__(self, profile: Profile = DEFAULT, *, one_by_one: bool = False) -> None:
        self.profile = profile
        self.one_by_one = one_by_one
        plugins = profile.plugins()
        self.pipeline = Pipeline(plugins)
        self.pipeline.filters = [
            plugin for plugin in self.pipeline.filters if plugin.name not in profile.filter_disabled
        ]
        self.scorers = scorers(profile, plugins)
        self.post_filters = [plugin for plugin in plugins if isinstance(plugin, PostFilterPlugin)]
        self.gates = [plugin for plugin in plugins if isinstance(plugin, PreEnqueuePlugin)]
        self.reservers = [plugin for plugin in plugins if isinstance(plugin, ReservePlugin)]
        self.sorter = next((plugin for plugin in plugins if isinstance(plugin, QueueSortPlugin)), None)
        self.sampler = Sampler(profile.percentage_of_nodes_to_score)
        self.heap = HeapOrder()
        self._weights = [(plugin.name, weight) for plugin, weight in self.scorers]
        self._views: dict[tuple[Cache, PodClass], ClassView] = {}
        self._rooms: dict[tuple[Cache, Size], Room] = {}

    def gated(self, pod: PodInfo, cache: Cache) -> Status:
        """Whether the pod may enter the queue."""
        refusals = (status for plugin in self.gates if not (status := plugin.pre_enqueue(pod, cache)).ok)
        return next(refusals, SUCCESS)

    def schedule_one(self, cache: Cache, pod: PodInfo, *, explain: bool = False) -> Decision:
        """Decide where a pod goes. Nothing is changed: see commit."""
        if not cache.nodes:
            return Decision(pod, message=NO_NODES)
        cycle = Cycle(self.pipeline, pod, cache, cache.epoch)
        found = self._find(cycle, cache)
        if not found.nodes.size:
            return self._failed(cycle, cache, found)
        names = (
            tuple(cache.nodes[index].name for index in found.nodes)
            if explain or found.nodes.size == 1
            else ()
        )
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
            ties=tuple(cache.nodes[found.nodes[index]].name for index in best) if explain else (),
            diagnosis=found.diagnosis,
            cycle=cycle,
            next_start=found.next_start,
        )

    def commit(self, cache: Cache, decision: Decision) -> Status:
        """Write a decision into the cache: the pod counts on its node from now on, or waits for it."""
        cache.next_start = decision.next_start
        if not decision.node:
            if decision.nomination is not None:
                if decision.nomination.node:
                    cache.nominate(decision.pod, decision.nomination.node)
                else:
                    cache.drop_nomination(decision.pod)
            return SUCCESS
        if decision.cycle is not None and decision.cycle.prepared:
            for plugin in self.reservers:
                status = plugin.reserve(decision.cycle.state(), decision.pod, cache.existing(decision.node))
                if not status.ok:
                    return status
        cache.add_pod(decision.pod, decision.node)
        return SUCCESS

    # -- filtering -------------------------------------------------------------------------------------------------
    def _find(self, cycle: Cycle, cache: Cache) -> "_Found":
        """Nodes that fit: the nominated one alone, or as many as are worth scoring."""
        if self._walks(cycle, cache):
            status = cycle.prepare()
            if not status.ok:
                cycle.absent = status
                return _Found(_NONE, Refusals(), cache.next_start, status)
            nominated = self._nominated(cycle, cache)
            return nominated or self._find_one_by_one(cycle, cache)
        view = self._view(cycle, cache)
        if view is None:
            status = cycle.prepare()
            cycle.absent = status
            return _Found(_NONE, Refusals(), cache.next_start, status)
        return self._nominated(cycle, cache) or self._find_everywhere(cycle, cache, view)

    def _walks(self, cycle: Cycle, cache: Cache) -> bool:
        """Whether nodes are judged one by one: by request, or because the pod means only a few."""
        if self.one_by_one or not cache.incremental or cycle.pod.node_name:
            return True
        if (cache, cycle.pod.cls) in self._views:
            return False
        affinity = (cycle.pod.cls.spec.get("affinity") or {}).get("nodeAffinity")
        if affinity is None:
            return False
        cycle.prepare()
        return cycle.only is not None and len(cycle.only) <= _FEW_NODES

    def _nominated(self, cycle: Cycle, cache: Cache) -> "_Found | None":
        node = cache.node(cycle.pod.nominated) if cycle.pod.nominated else None
        if node is None or not cycle.filter_with_nominated(cycle.state(), node).ok:
            return None
        return _Found(np.array([node.index], dtype=np.int64), Refusals(), cache.next_start, SUCCESS)

    def _find_one_by_one(self, cycle: Cycle, cache: Cache) -> "_Found":
        state = cycle.state()
        nodes = (
            cache.nodes if cycle.only is None else [node for node in cache.nodes if node.name in cycle.only]
        )
        wanted = self.sampler.enough(len(nodes)) if self.scorers else 1
        refusals = Refusals()
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

    def _view(self, cycle: Cycle, cache: Cache) -> ClassView | None:
        """What is known of the pod's class; None where the pod is refused before any node is looked at."""
        key = (cache, cycle.pod.cls)
        view = self._views.get(key)
        if view is None or view.epoch != cache.epoch:
            if not cycle.prepare().ok:
                return None
            if len(self._views) >= max(_VIEWS, _CELLS // len(cache.nodes)):
                del self._views[next(iter(self._views))]
            view = self._views[key] = ClassView(cycle, cache, self._room(cycle, cache), self._weights)
        else:
            self._views[key] = self._views.pop(key)
            if view.others and not cycle.prepare().ok:
                return None
        view.catch_up(cycle)
        return view

    def _room(self, cycle: Cycle, cache: Cache) -> Room:
        """What is known of pods of this size."""
        key = (cache, cycle.pod.cls.size)
        room = self._rooms.get(key)
        if room is None or room.supply != cache.supply:
            if len(self._rooms) >= max(_VIEWS, _CELLS // len(cache.nodes)):
                del self._rooms[next(iter(self._rooms))]
            room = self._rooms[key] = Room(cycle, cache, self._weights)
        room.catch_up(cycle)
        return room

    def _find_everywhere(self, cycle: Cycle, cache: Cache, view: ClassView) -> "_Found":
        open_, summed = view.feasible()
        size = len(cache.nodes)
        if cycle.only is not None:
            open_ = open_ & np.array([node.name in cycle.only for node in cache.nodes], dtype=np.bool_)
        overruled = self._judge_contested(cycle, cache, view, open_)
        if overruled:
            open_ = open_.copy()
            for index, status in overruled.items():
                open_[index] = status.ok
        wanted = self.sampler.enough(size if cycle.only is None else len(cycle.only)) if self.scorers else 1
        chosen, looked_at = self.sampler.take(open_, cache.next_start, wanted)
        if chosen.size:
            return _Found(chosen, Refusals(), (cache.next_start + looked_at) % size, SUCCESS)
        diagnosis = SheetDiagnosis(view, self.pipeline.filters, summed)
        for index, status in overruled.items():
            diagnosis.overrule(index, status)
        if cycle.only is not None:
            for node in cache.nodes:
                if node.name not in cycle.only:
                    diagnosis.first[node.index] = 0
        return _Found(chosen, diagnosis, (cache.next_start + len(diagnosis)) % size, SUCCESS)

    def _judge_contested(
        self, cycle: Cycle, cache: Cache, view: ClassView, open_: Bools
    ) -> dict[int, Status]:
        """Nodes the arrays cannot answer for: somebody is nominated to them, or a plug-in judges one at a time."""
        contested = [node for name in cache.nominated_nodes if (node := cache.node(name)) is not None]
        if any(plugin.name not in cycle.state().skip_filter for plugin in view.others):
            contested = list(
                {
                    node.index: node
                    for node in [*contested, *(cache.nodes[i] for i in np.flatnonzero(open_))]
                }.values()
            )
        if not contested:
            return {}
        state = cycle.state()
        return {node.index: cycle.filter_with_nominated(state, node) for node in contested}

    # -- scoring ---------------------------------------------------------------------------------------------------
    def _prioritize(
        self, cycle: Cycle, cache: Cache, found: "_Found", *, explain: bool
    ) -> tuple[Ints, "_Table"]:
        view = self._views.get((cache, cycle.pod.cls))
        if view is None or self.one_by_one or view.epoch != cache.epoch:
            return self._score_one_by_one(cycle, [cache.nodes[index] for index in found.nodes])
        table: _Table = ()
        if explain:
            table = tuple(
                (name, weight, tuple(map(int, scores)))
                for name, weight, scores in view.table(cycle, found.nodes)
            )
        return view.totals(cycle, found.nodes), table

    def _score_one_by_one(self, cycle: Cycle, nodes: Sequence[NodeInfo]) -> tuple[Ints, "_Table"]:
        state = cycle.state()
        rows = []
        totals = np.zeros(len(nodes), dtype=np.int64)
        for plugin, weight in self.scorers:
            preparing = self.pipeline.pre_scores.get(plugin.name)
            if preparing and preparing.pre_score(state, cycle.pod, nodes, cycle.snapshot).code is Code.SKIP:
                continue
            scores = [plugin.score(state, cycle.pod, node) for node in nodes]
            normalizer = self.pipeline.normalizers.get(plugin.name)
            if normalizer:
                scores = normalizer.normalize(state, scores, nodes)
            rows.append((plugin.name, weight, tuple(scores)))
            totals += weight * np.array(scores, dtype=np.int64)
        return totals, tuple(rows)

    # -- nothing fits ----------------------------------------------------------------------------------------------
    def _failed(self, cycle: Cycle, cache: Cache, found: "_Found") -> Decision:
        """Give plug-ins the last word, then say why no node fits."""
        cycle.diagnosis = found.diagnosis
        nomination, last = self._post_filter(cycle)
        reasons = found.diagnosis.reasons()
        for reason in cycle.absent.reasons:
            if len(cache.nodes) > len(found.diagnosis):
                reasons[reason] += len(cache.nodes) - len(found.diagnosis)
        message = fit_error(len(cache.nodes), reasons, before=found.refusal.message, after=last)
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


_Table = tuple[tuple[str, int, tuple[int, ...]], ...]
_NONE: Final[Ints] = np.zeros(0, dtype=np.int64)
