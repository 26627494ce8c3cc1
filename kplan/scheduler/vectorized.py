"""All nodes at once, for the pods of one template, so that a decision costs the same however many pods run.

The one-node methods of the plug-ins decide what is true. How a plug-in is asked here follows from what it declares
(``dependence``), never from its name: its answers are kept, worked out anew from arrays, or asked for node by node.
"""

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple, assert_never

import numpy as np

from kplan.scheduler.cache import Cache
from kplan.scheduler.cycle import Cycle
from kplan.scheduler.dependence import PodPart
from kplan.scheduler.filter_cache import FEW
from kplan.scheduler.framework import (
    Bools,
    CacheableScorePlugin,
    FilterPlugin,
    Ints,
    Plugin,
    ScorePlugin,
    VectorFilterPlugin,
    VectorScorePlugin,
    Verdicts,
    dependence,
)
from kplan.scheduler.plugin_cache import PluginCache
from kplan.scheduler.podinfo import PodClass, PodInfo
from kplan.scheduler.runtime import Framework

FilterAnswers = Sequence[tuple[FilterPlugin, Verdicts]]


class Asked(Enum):
    """How often a plug-in is asked."""

    ONCE_PER_REQUESTS = auto()
    """Once for all pods that request the same, and again about nodes that change."""
    ONCE_PER_TEMPLATE = auto()
    """Once for all pods of a template, and again about nodes that change."""
    ALL_NODES_EACH_TIME = auto()
    """For every pod, about all nodes at once."""
    EACH_NODE_EACH_TIME = auto()
    """For every pod and node."""


def how_to_filter(plugin: Plugin) -> Asked:
    """How often a filter (and its PreFilter) is asked."""
    return _asked(plugin, cacheable=True, vectorized=isinstance(plugin, VectorFilterPlugin))


def how_to_score(plugin: ScorePlugin, framework: Framework) -> Asked:
    """How often a score is asked; normalised scores depend on which nodes are feasible and are never kept."""
    cacheable = isinstance(plugin, CacheableScorePlugin) and plugin.name not in framework.normalizers
    return _asked(plugin, cacheable=cacheable, vectorized=isinstance(plugin, VectorScorePlugin))


def _asked(plugin: Plugin, *, cacheable: bool, vectorized: bool) -> Asked:
    needs = dependence(plugin)
    if cacheable and needs.cacheable:
        return Asked.ONCE_PER_REQUESTS if needs.pod is PodPart.REQUESTS else Asked.ONCE_PER_TEMPLATE
    # array methods are given the template and not the pod, so that a plug-in that reads more cannot answer by them
    if vectorized and needs.pod <= PodPart.TEMPLATE:
        return Asked.ALL_NODES_EACH_TIME
    return Asked.EACH_NODE_EACH_TIME


class Filters(NamedTuple):
    """The filters that apply to a template, by how they are asked, each list in the profile's order."""

    by_requests: list[FilterPlugin]
    by_template: list[FilterPlugin]
    all_nodes: list[VectorFilterPlugin]
    each_node: list[FilterPlugin]

    @classmethod
    def of(cls, framework: Framework, template: PodClass) -> "Filters":
        """Sort the filters of a profile."""
        sorted_ = cls([], [], [], [])
        for plugin in framework.filters:
            asked = how_to_filter(plugin)
            # what is shared by all pods with the same requests must not depend on the template that comes first
            if asked is not Asked.ONCE_PER_REQUESTS and not framework.applies(plugin, template):
                continue
            match asked:
                case Asked.ONCE_PER_REQUESTS:
                    sorted_.by_requests.append(plugin)
                case Asked.ONCE_PER_TEMPLATE:
                    sorted_.by_template.append(plugin)
                case Asked.ALL_NODES_EACH_TIME:
                    assert isinstance(plugin, VectorFilterPlugin)
                    sorted_.all_nodes.append(plugin)
                case Asked.EACH_NODE_EACH_TIME:
                    sorted_.each_node.append(plugin)
                case _:
                    assert_never(asked)
        return sorted_


class Scores(NamedTuple):
    """The scores that apply to a template with their weights, by how they are asked."""

    by_requests: list[tuple[CacheableScorePlugin, int]]
    by_template: list[tuple[CacheableScorePlugin, int]]
    all_nodes: list[tuple[VectorScorePlugin, int]]
    each_node: list[tuple[ScorePlugin, int]]

    @classmethod
    def of(cls, framework: Framework, template: PodClass) -> "Scores":
        """Sort the scores of a profile."""
        sorted_ = cls([], [], [], [])
        for plugin, weight in framework.scores:
            asked = how_to_score(plugin, framework)
            if asked is not Asked.ONCE_PER_REQUESTS and not framework.applies(plugin, template):
                continue
            match asked:
                case Asked.ONCE_PER_REQUESTS:
                    assert isinstance(plugin, CacheableScorePlugin)
                    sorted_.by_requests.append((plugin, weight))
                case Asked.ONCE_PER_TEMPLATE:
                    assert isinstance(plugin, CacheableScorePlugin)
                    sorted_.by_template.append((plugin, weight))
                case Asked.ALL_NODES_EACH_TIME:
                    assert isinstance(plugin, VectorScorePlugin)
                    sorted_.all_nodes.append((plugin, weight))
                case Asked.EACH_NODE_EACH_TIME:
                    sorted_.each_node.append((plugin, weight))
                case _:
                    assert_never(asked)
        return sorted_


class TemplateCache:
    """What is known of every pod of one template, node by node, within one epoch of the cache."""

    def __init__(self, cycle: Cycle, cache: Cache, by_requests: PluginCache) -> None:
        framework, self.cls = cycle.framework, cycle.pod.cls
        filters, scores = Filters.of(framework, self.cls), Scores.of(framework, self.cls)
        self.cache = cache
        self.epoch = cache.epoch
        self.by_requests = by_requests
        self.by_template = PluginCache(cycle, cache, filters.by_template, scores.by_template)
        self.filters = [*self.by_template.filters, *by_requests.filters]
        self.scores = [*self.by_template.scores, *by_requests.scores]
        self.vector_state = self.by_template.vector_state
        self._vector_filters, self._each_node_filters = filters.all_nodes, filters.each_node
        self._vector_scores, self._each_node_scores = scores.all_nodes, scores.each_node
        self.pre_filters_each_time = any(
            framework.applies(plugin, self.cls) and how_to_filter(plugin) is Asked.EACH_NODE_EACH_TIME
            for plugin in framework.pre_filters
        )
        # The sum of the caches: which nodes all kept filters let pass, and the weighted sum of the kept scores.
        self._position = len(cache.changes)
        self.open: Bools = np.ones(len(cache.nodes), dtype=np.bool_)
        self.base: Ints = np.zeros(len(cache.nodes), dtype=np.int64)
        self._sum_up(cache.columns.every)

    def catch_up(self, pod: PodInfo) -> None:
        """Bring everything up to date for one more pod."""
        self.by_requests.catch_up(pod)
        self.by_template.catch_up(pod)
        if self._position == len(self.cache.changes):
            return
        changed = self.cache.changed_nodes(self._position)
        self._position = len(self.cache.changes)
        if len(changed) > FEW:
            self._sum_up(np.array(changed, dtype=np.int64))
            return
        for index in changed:
            self.open[index] = not any(kept.ids[index] for kept in self.filters)
            self.base[index] = sum(kept.weight * int(kept.scores[index]) for kept in self.scores)

    def _sum_up(self, indexes: Ints) -> None:
        open_ = np.ones(indexes.size, dtype=np.bool_)
        for kept in self.filters:
            open_ &= kept.ids[indexes] == 0
        self.open[indexes] = open_
        total = np.zeros(indexes.size, dtype=np.int64)
        for scored in self.scores:
            total += scored.weight * scored.scores[indexes]
        self.base[indexes] = total

    # -- filtering -------------------------------------------------------------------------------------------------
    def feasible(self) -> tuple[Bools, FilterAnswers]:
        """Nodes that every filter lets pass that can answer for all of them, and what those said that are not kept."""
        answers = []
        open_ = self.open
        for plugin in self._vector_filters:
            verdicts = plugin.filter_all(self.vector_state, self.cls, self.cache)
            if verdicts is not None:
                answers.append((plugin, verdicts))
                open_ = open_ & (verdicts.ids == 0)
        return open_, answers

    def each_node_filters(self, cycle: Cycle) -> Sequence[FilterPlugin]:
        """Filters that have to be asked about each node for this pod."""
        if not self._each_node_filters:
            return ()
        skipped = cycle.state().skip_filter
        return [plugin for plugin in self._each_node_filters if plugin.name not in skipped]

    # -- scoring ---------------------------------------------------------------------------------------------------
    def totals(self, cycle: Cycle, feasible: Ints) -> Ints:
        """The weighted sums of the scores of these nodes."""
        total = self.base[feasible]
        for _, weight, scores in self._fresh_scores(cycle, feasible):
            total = total + weight * scores
        return total

    def table(self, cycle: Cycle, feasible: Ints) -> Iterator[tuple[str, int, Ints]]:
        """The same, plug-in by plug-in: name, weight and scores."""
        for kept in self.scores:
            yield kept.plugin.name, kept.weight, kept.scores[feasible]
        yield from self._fresh_scores(cycle, feasible)

    def _fresh_scores(self, cycle: Cycle, feasible: Ints) -> Iterator[tuple[str, int, Ints]]:
        for plugin, weight in self._vector_scores:
            scores = plugin.score_all(self.vector_state, self.cls, self.cache, feasible)
            if scores is not None:
                yield plugin.name, weight, scores
        if self._each_node_scores:
            nodes = [self.cache.nodes[index] for index in feasible]
            for name, weight, numbers in cycle.score(self._each_node_scores, nodes):
                yield name, weight, np.array(numbers, dtype=np.int64)
