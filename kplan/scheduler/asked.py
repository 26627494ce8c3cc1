"""How often each plug-in of a profile is asked, which follows from what it declares and never from its name."""

from collections.abc import Callable
from enum import Enum, auto
from typing import assert_never

from kplan.namedtuples import NamedTuple
from kplan.scheduler.dependence import PodPart
from kplan.scheduler.framework import (
    CacheableScorePlugin,
    FilterPlugin,
    Plugin,
    ScorePlugin,
    VectorFilterPlugin,
    VectorScorePlugin,
)
from kplan.scheduler.podinfo import PodTemplate
from kplan.scheduler.runtime import Framework


class Asked(Enum):
    """How often a plug-in is asked."""

    ONCE_PER_REQUESTS = auto()
    """Once for all pods that request the same, and again about nodes that change."""
    ONCE_PER_TEMPLATE = auto()
    """Once for all pods of a template, and again about nodes that change."""
    ALL_NODES_EACH_TIME = auto()
    """For every pod, once for all nodes."""
    EACH_NODE_EACH_TIME = auto()
    """For every pod and every node."""


class Filters(NamedTuple):
    """Filters by how they are asked, each list in the profile's order."""

    by_requests: list[FilterPlugin]
    by_template: list[FilterPlugin]
    all_nodes: list[VectorFilterPlugin]
    each_node: list[FilterPlugin]


class Scores(NamedTuple):
    """Scores with their weights by how they are asked, each list in the profile's order."""

    by_requests: list[tuple[CacheableScorePlugin, int]]
    by_template: list[tuple[CacheableScorePlugin, int]]
    all_nodes: list[tuple[VectorScorePlugin, int]]
    each_node: list[tuple[ScorePlugin, int]]


class AskedPlugins:
    """The plug-ins of a profile by how often they are asked."""

    def __init__(self, framework: Framework) -> None:
        self._framework = framework
        self._filters = Filters([], [], [], [])
        self._scores = Scores([], [], [], [])
        for plugin in framework.filters:
            self._sort_filter(plugin)
        for scoring, weight in framework.scores:
            self._sort_score(scoring, weight)
        self._pre_filters_each_time = [
            plugin
            for plugin in framework.pre_filters
            if self._how_to_filter(plugin) is Asked.EACH_NODE_EACH_TIME
        ]

    def _how_to_filter(self, plugin: Plugin) -> Asked:
        return self._how(plugin, cacheable=True, vectorized=isinstance(plugin, VectorFilterPlugin))

    def _how(self, plugin: Plugin, *, cacheable: bool, vectorized: bool) -> Asked:
        needs = self._framework.dependence(plugin)
        if cacheable and needs.cacheable:
            return Asked.ONCE_PER_REQUESTS if needs.pod is PodPart.REQUESTS else Asked.ONCE_PER_TEMPLATE
        # array methods are given the template and not the pod, so that a plug-in that reads more cannot answer by them
        if vectorized and needs.pod <= PodPart.TEMPLATE:
            return Asked.ALL_NODES_EACH_TIME
        return Asked.EACH_NODE_EACH_TIME

    def _sort_filter(self, plugin: FilterPlugin) -> None:
        how = self._how_to_filter(plugin)
        match how:
            case Asked.ONCE_PER_REQUESTS:
                self._filters.by_requests.append(plugin)
            case Asked.ONCE_PER_TEMPLATE:
                self._filters.by_template.append(plugin)
            case Asked.ALL_NODES_EACH_TIME:
                assert isinstance(plugin, VectorFilterPlugin)
                self._filters.all_nodes.append(plugin)
            case Asked.EACH_NODE_EACH_TIME:
                self._filters.each_node.append(plugin)
            case _:
                assert_never(how)

    def _sort_score(self, plugin: ScorePlugin, weight: int) -> None:
        # normalised scores depend on which nodes are feasible and are never kept
        cacheable = (
            isinstance(plugin, CacheableScorePlugin) and plugin.name not in self._framework.normalizers
        )
        how = self._how(plugin, cacheable=cacheable, vectorized=isinstance(plugin, VectorScorePlugin))
        match how:
            case Asked.ONCE_PER_REQUESTS:
                assert isinstance(plugin, CacheableScorePlugin)
                self._scores.by_requests.append((plugin, weight))
            case Asked.ONCE_PER_TEMPLATE:
                assert isinstance(plugin, CacheableScorePlugin)
                self._scores.by_template.append((plugin, weight))
            case Asked.ALL_NODES_EACH_TIME:
                assert isinstance(plugin, VectorScorePlugin)
                self._scores.all_nodes.append((plugin, weight))
            case Asked.EACH_NODE_EACH_TIME:
                self._scores.each_node.append((plugin, weight))
            case _:
                assert_never(how)

    # What all pods with the same requests share must not depend on the template that comes first, so that whether a
    # plug-in applies to the template is not asked there.
    def filters(self, template: PodTemplate) -> Filters:
        """The filters that apply to pods of a template."""
        every, applying = self._filters, self._applying(template)
        return Filters(
            every.by_requests,
            [plugin for plugin in every.by_template if applying(plugin)],
            [plugin for plugin in every.all_nodes if applying(plugin)],
            [plugin for plugin in every.each_node if applying(plugin)],
        )

    def scores(self, template: PodTemplate) -> Scores:
        """The scores that apply to pods of a template."""
        every, applying = self._scores, self._applying(template)
        return Scores(
            every.by_requests,
            [(plugin, weight) for plugin, weight in every.by_template if applying(plugin)],
            [(plugin, weight) for plugin, weight in every.all_nodes if applying(plugin)],
            [(plugin, weight) for plugin, weight in every.each_node if applying(plugin)],
        )

    def pre_filters_each_time(self, template: PodTemplate) -> bool:
        """Whether PreFilter has to run for every single pod of a template."""
        return any(map(self._applying(template), self._pre_filters_each_time))

    def _applying(self, template: PodTemplate) -> Callable[[Plugin], bool]:
        return lambda plugin: self._framework.applies(plugin, template)
