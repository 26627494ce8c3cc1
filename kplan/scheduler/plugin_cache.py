"""The answers of those plug-ins that read one node at a time, for all nodes, kept until a node changes.

A binding changes one node; whoever asks next has only the nodes asked about again that changed since.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Final

from kplan.namedtuples import NamedTuple
from kplan.scheduler.arrays import Bools, Ints, np
from kplan.scheduler.cache import Cache
from kplan.scheduler.cycle import Cycle
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart
from kplan.scheduler.filter_cache import FEW, NodeSubset, ScoreCache, judge_all
from kplan.scheduler.framework import CacheableScorePlugin, FilterPlugin, Plugin
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.status import Status

Judgement = tuple[bool, int]
"""Whether a node passes, and the weighted sum of its scores."""
_MOST_ROOMS: Final = 20_000
_FEW_BY_ROOM: Final = 64
"""Up to this many changed nodes are asked about one by one if most of them have the room of
nodes asked about before.
"""


class Answers(NamedTuple):
    """The plug-ins' answers for one node, summed up and one by one."""

    judgement: Judgement
    statuses: Sequence[Status]
    scores: Sequence[int]


class PluginCache:
    """Filters and scores of one template, or of all templates with the same requests.

    Why it stays right: every plug-in in it declares that its answer for a node depends on no more of the pod than what
    these pods have in common, and on nothing but that node; the cache is thrown away when nodes or (for a template)
    other kinds change, and its answers for a node are renewed when a pod comes to the node or goes.
    """

    def __init__(
        self,
        cycle: Cycle,
        cache: Cache,
        filters: Iterable[FilterPlugin],
        scores: Iterable[tuple[CacheableScorePlugin, int]],
    ) -> None:
        self.cache = cache
        self._nodes = cache.nodes
        self.position = len(cache.changes)
        self.state = cycle.state()
        """PreFilter data of the first pod. It serves the others: what it holds depends on what they have in common."""
        self.vector_state = CycleState()
        """Data of the array methods, which may use the same keys."""
        skipped, dependence = self.state.skip_filter, cycle.framework.dependence

        def changes_with_pods(plugin: Plugin) -> bool:
            return dependence(plugin).cluster is not ClusterPart.NODE

        every = [
            judge_all(cycle, plugin, cache, self.vector_state, stays=not changes_with_pods(plugin))
            for plugin in filters
            if plugin.name not in skipped
        ]
        self.filters = [kept for kept in every if kept is not None]
        self.scores = list(self._first_scores(cycle.pod, scores))
        self._changing_filters = [
            (kept, cycle.framework.vectorized(kept.plugin))
            for kept in self.filters
            if changes_with_pods(kept.plugin)
        ]
        self._changing_scores = [kept for kept in self.scores if changes_with_pods(kept.plugin)]
        self._changing = bool(self._changing_filters or self._changing_scores)
        self._settled: tuple[Bools, Ints] | None = self._sums_that_stay()
        changing: list[Plugin] = [kept.plugin for kept, _ in self._changing_filters]
        changing += [scored.plugin for scored in self._changing_scores]
        self._by_room: dict[Hashable, Answers] | None = (
            {} if all(dependence(plugin).sums_alone for plugin in changing) else None
        )
        self.few = FEW if self._by_room is None else _FEW_BY_ROOM

    def _sums_that_stay(self) -> tuple[Bools, Ints] | None:
        """What does not change with pods: whether a node passes, and what it scores; None if there is nothing of it."""
        changing = [kept for kept, _ in self._changing_filters]
        filters = [kept for kept in self.filters if kept not in changing]
        scores = [kept for kept in self.scores if kept not in self._changing_scores]
        if not filters and not scores:
            return None
        size = len(self.cache.nodes)
        passing: Bools = np.ones(size, dtype=np.bool_)
        total: Ints = np.zeros(size, dtype=np.int64)
        for kept in filters:
            passing &= kept.ids == 0
        for scored in scores:
            total += scored.weight * scored.scores
        return passing, total

    def _first_scores(
        self, pod: PodInfo, scores: Iterable[tuple[CacheableScorePlugin, int]]
    ) -> Iterable[ScoreCache]:
        for plugin, weight in scores:
            numbers = plugin.cacheable_scores(self.vector_state, pod.template, self.cache)
            if numbers is not None:
                yield ScoreCache(plugin, weight, numbers)

    def catch_up(self, pod: PodInfo) -> None:
        """Ask again about nodes that changed since the last pod."""
        if not self._changing or self.position == len(self.cache.changes):
            return
        changed = self.cache.changed_nodes(self.position)
        self.position = len(self.cache.changes)
        if len(changed) > self.few:
            self._renew_many(np.array(changed, dtype=np.int64), pod)
        else:
            self._renew(changed, pod)

    def judge(self, index: int, pod: PodInfo) -> Judgement:
        """Whether a node passes now, and the sum of its weighted scores."""
        changing = self._answers(index, pod).judgement
        if self._settled is None:
            return changing
        passes, total = self._settled
        return changing[0] and bool(passes[index]), changing[1] + int(total[index])

    def _answers(self, index: int, pod: PodInfo) -> "Answers":
        """The answers for a node of the plug-ins that depend on its pods; nodes with the same room share them."""
        node = self._nodes[index]
        by_room = self._by_room
        if by_room is None:
            return self._ask(node, pod)
        known = by_room.get(node.room)
        if known is None:
            if len(by_room) >= _MOST_ROOMS:
                by_room.clear()
            known = by_room[node.room] = self._ask(node, pod)
        return known

    def _ask(self, node: NodeInfo, pod: PodInfo) -> "Answers":
        statuses = [kept.plugin.filter(self.state, pod, node) for kept, _ in self._changing_filters]
        scores = [scored.plugin.score(self.state, pod, node) for scored in self._changing_scores]
        total = sum(
            scored.weight * score for scored, score in zip(self._changing_scores, scores, strict=True)
        )
        return Answers((all(status.ok for status in statuses), total), statuses, scores)

    def judge_next(self, first: int, last: int, pod: PodInfo) -> tuple[Bools, Ints]:
        """The same for nodes next to each other, all at once and as they are now."""
        row = slice(first, last)
        nodes = NodeSubset(self.cache, row)
        passes: Bools = np.ones(last - first, dtype=np.bool_)
        total: Ints = np.zeros(last - first, dtype=np.int64)
        if self._settled is not None:
            passes, total = self._settled[0][row].copy(), self._settled[1][row].copy()
        for kept, vectorized in self._changing_filters:
            if vectorized is None:
                passes &= np.array([kept.plugin.filter(self.state, pod, node).ok for node in nodes.nodes])
            elif (verdicts := vectorized.filter_all(self.vector_state, pod.template, nodes)) is not None:
                passes &= verdicts.ids == 0
        for scored in self._changing_scores:
            scores = scored.plugin.cacheable_scores(self.vector_state, pod.template, nodes)
            if scores is not None:
                total += scored.weight * scores
        return passes, total

    @property
    def rooms(self) -> int:
        """How many different rooms were asked about."""
        return len(self._by_room or ())

    def _renew(self, indexes: Sequence[int], pod: PodInfo) -> None:
        for index in indexes:
            answers = self._answers(index, pod)
            for (kept, _), status in zip(self._changing_filters, answers.statuses, strict=True):
                kept.write(index, status)
            for scored, score in zip(self._changing_scores, answers.scores, strict=True):
                scored.scores[index] = score

    def _renew_many(self, indexes: Ints, pod: PodInfo) -> None:
        subset = NodeSubset(self.cache, indexes)
        for kept, vectorized in self._changing_filters:
            if vectorized is not None:
                kept.write_many(indexes, vectorized.filter_all(self.vector_state, pod.template, subset))
                continue
            for node in subset.nodes:
                kept.write(node.index, kept.plugin.filter(self.state, pod, node))
        for scored in self._changing_scores:
            numbers = scored.plugin.cacheable_scores(self.vector_state, pod.template, subset)
            if numbers is not None:
                scored.scores[indexes] = numbers
