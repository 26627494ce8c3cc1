"""All nodes at once, for the pods of one template, so that a decision costs the same however many pods run.

The one-node methods of the plug-ins decide what is true. Here their answers are kept, worked out anew from arrays, or
asked for node by node, as ``asked`` says of each of them.
"""

from collections.abc import Iterator, Sequence

from kplan.scheduler.arrays import Bools, Ints, np
from kplan.scheduler.asked import AskedPlugins
from kplan.scheduler.cache import Cache
from kplan.scheduler.cycle import Cycle
from kplan.scheduler.framework import FilterPlugin, Plugin, VectorScorePlugin, Verdicts
from kplan.scheduler.incremental_counts import IncrementalCounts
from kplan.scheduler.plugin_cache import PluginCache
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.ranking import Ranking

FilterAnswers = Sequence[tuple[FilterPlugin, Verdicts]]


class TemplateCache:
    """What is known of every pod of one template, node by node, within one epoch of the cache."""

    def __init__(
        self, cycle: Cycle, cache: Cache, plugins: AskedPlugins, by_requests_alone: Ranking, wanted: int
    ) -> None:
        self.template = cycle.pod.template
        self._framework = cycle.framework
        filters, scores = plugins.filters(self.template), plugins.scores(self.template)
        self.pre_filters_each_time = plugins.pre_filters_each_time(self.template)
        self.cache = cache
        self.epoch = cache.epoch
        self.wanted = wanted
        """Feasible nodes after which the search ends."""
        (by_requests,) = by_requests_alone.parts
        self.by_requests = by_requests
        self.by_template = PluginCache(cycle, cache, filters.by_template, scores.by_template)
        self.filters = [*self.by_template.filters, *by_requests.filters]
        self.scores = [*self.by_template.scores, *by_requests.scores]
        self.vector_state = self.by_template.vector_state
        self._vector_filters, self._each_node_filters = filters.all_nodes, filters.each_node
        self._vector_scores, self._each_node_scores = scores.all_nodes, scores.each_node
        if self.by_template.filters or self.by_template.scores:
            self.ranking = Ranking(cache, (by_requests, self.by_template), cycle.pod)
        else:
            self.ranking = by_requests_alone
        counts = cache.counts
        assert isinstance(counts, IncrementalCounts)  # arrays are made of nothing else
        self._counts = counts
        self._terms_seen = -1
        self._look_who_tells()

    def catch_up(self, pod: PodInfo) -> None:
        """Bring the sums up to date for one more pod."""
        self.ranking.catch_up(pod)

    def catch_up_details(self, pod: PodInfo) -> None:
        """Bring up to date what every single plug-in says."""
        self.by_requests.catch_up(pod)
        self.by_template.catch_up(pod)

    def is_settled(self) -> bool:
        """Whether the sums alone rank the nodes, since nobody is asked each time who would tell any of them apart."""
        self._look_who_tells()
        return self._settled

    def _look_who_tells(self) -> None:
        """Note who of those asked each time may tell nodes apart; that changes with the terms of other pods."""
        if self._terms_seen == self._counts.terms_seen:
            return
        self._terms_seen = self._counts.terms_seen
        self._telling_filters = [plugin for plugin in self._vector_filters if self._tells(plugin)]
        self._telling_scores = [item for item in self._vector_scores if self._tells(item[0])]
        self._settled = not (
            self.pre_filters_each_time
            or self._each_node_filters
            or self._each_node_scores
            or self._telling_filters
            or self._telling_scores
        )

    def _tells(self, plugin: Plugin) -> bool:
        settling = self._framework.settling(plugin)
        return settling is None or not settling.is_settled(self.vector_state, self.template, self.cache)

    # -- filtering -------------------------------------------------------------------------------------------------
    def feasible(self) -> tuple[Bools, FilterAnswers]:
        """Nodes that pass every filter with a vectorized answer,
        and the statuses of filters whose answers are not cached.
        """
        self._look_who_tells()
        answers: list[tuple[FilterPlugin, Verdicts]] = []
        open_ = self.ranking.open
        for plugin in self._telling_filters:
            verdicts = plugin.filter_all(self.vector_state, self.template, self.cache)
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
        """The weighted sums of the scores of these nodes, but for what is the same on all of them."""
        self._look_who_tells()
        total = self.ranking.base[feasible]
        for _, weight, scores in self._fresh_scores(cycle, feasible, self._telling_scores):
            total = total + weight * scores
        return total

    def table(self, cycle: Cycle, feasible: Ints) -> Iterator[tuple[str, int, Ints]]:
        """The same, plug-in by plug-in: name, weight and scores."""
        self.catch_up_details(cycle.pod)
        for kept in self.scores:
            yield kept.plugin.name, kept.weight, kept.scores[feasible]
        yield from self._fresh_scores(cycle, feasible, self._vector_scores)

    def _fresh_scores(
        self, cycle: Cycle, feasible: Ints, plugins: Sequence[tuple[VectorScorePlugin, int]]
    ) -> Iterator[tuple[str, int, Ints]]:
        for plugin, weight in plugins:
            scores = plugin.score_all(self.vector_state, self.template, self.cache, feasible)
            if scores is not None:
                yield plugin.name, weight, scores
        if self._each_node_scores:
            nodes = [self.cache.nodes[index] for index in feasible]
            for name, weight, numbers in cycle.score(self._each_node_scores, nodes):
                yield name, weight, np.array(numbers, dtype=np.int64)
