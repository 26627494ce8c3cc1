"""Answers for all nodes, kept: one sheet a filter, and one room for all pods that request the same.

A binding changes one node; whoever asks next has only the nodes redone that changed since.

"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kplan.scheduler.cache import Cache
from kplan.scheduler.cycle import Cycle
from kplan.scheduler.framework import CycleState, FilterPlugin, Ints, StandingScorePlugin, Verdicts
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodClass
from kplan.scheduler.status import SUCCESS, Status

FEW: Final = 12
"""Up to this many changed nodes are redone one by one; beyond, all of them at once."""
BY_REQUESTS: Final = frozenset({"NodeResourcesFit", "NodeResourcesBalancedAllocation"})
"""Plug-ins whose answers depend on what a pod requests and on the node alone."""


class Sheet:
    """The answers of one plug-in for all nodes."""

    __slots__ = ("ids", "numbers", "plugin", "statuses")

    def __init__(self, plugin: FilterPlugin, verdicts: Verdicts | None, size: int) -> None:
        self.plugin = plugin
        self.ids: npt.NDArray[Any] = np.zeros(size, dtype=np.int16) if verdicts is None else verdicts.ids
        self.statuses: list[Status] = [SUCCESS] if verdicts is None else list(verdicts.statuses)
        self.numbers = {status: number for number, status in enumerate(self.statuses)}

    def write(self, index: int, status: Status) -> None:
        """Replace one node's answer."""
        self.ids[index] = self._number(status)

    def write_many(self, indexes: Ints, verdicts: Verdicts | None) -> None:
        """Replace the answers of some nodes."""
        if verdicts is None:
            self.ids[indexes] = 0
        else:
            numbers = np.array([self._number(status) for status in verdicts.statuses], dtype=np.int16)
            self.ids[indexes] = numbers[verdicts.ids]

    def _number(self, status: Status) -> int:
        number = self.numbers.get(status)
        if number is None:
            number = self.numbers[status] = len(self.statuses)
            self.statuses.append(status)
        return number


class Part:
    """Some of a snapshot's nodes, as a snapshot for the array methods of plug-ins that look at one node at a time."""

    def __init__(self, cache: Cache, indexes: Ints) -> None:
        self.columns = cache.columns.part(indexes)
        self.objects = cache.objects

    @property
    def nodes(self) -> Sequence[NodeInfo]:
        """These nodes."""
        return self.columns.nodes


class Room:
    """Who fits where and how well, for all pods with the same requests, as long as the nodes offer the same."""

    def __init__(self, cycle: Cycle, cache: Cache, weights: Sequence[tuple[str, int]]) -> None:
        self.cache = cache
        self.supply = cache.supply
        self.position = len(cache.changes)
        self.state = CycleState()
        cls = cycle.pod.cls
        self.sheet: Sheet | None = None
        self._vector = cycle.pipeline.vector_filters.get("NodeResourcesFit")
        if self._vector is not None and self._vector in cycle.pipeline.filters:
            self.sheet = Sheet(
                self._vector, self._vector.filter_all(self.state, cls, cache), len(cache.nodes)
            )
            if "NodeResourcesFit" not in self.state:
                self._vector.filter_all(self.state, cls, cache)
        self.scores: list[tuple[StandingScorePlugin, int, Ints]] = []
        for name, weight in weights:
            plugin = cycle.pipeline.standing_scores.get(name) if name in BY_REQUESTS else None
            scores = plugin.score_every(self.state, cls, cache) if plugin else None
            if plugin and scores is not None:
                self.scores.append((plugin, weight, scores))

    def catch_up(self, cycle: Cycle) -> None:
        """Look again at nodes that changed since the last pod with these requests."""
        changed = self.cache.changed_nodes(self.position)
        self.position = len(self.cache.changes)
        if len(changed) > FEW:
            self._redo_many(np.array(changed, dtype=np.int64), cycle.pod.cls)
        else:
            for index in changed:
                self._redo(self.cache.nodes[index], cycle)

    def _redo(self, node: NodeInfo, cycle: Cycle) -> None:
        if self.sheet is not None:
            self.sheet.write(node.index, self.sheet.plugin.filter(self.state, cycle.pod, node))
        for plugin, _, scores in self.scores:
            scores[node.index] = plugin.score(self.state, cycle.pod, node)

    def _redo_many(self, indexes: Ints, cls: PodClass) -> None:
        part: Any = Part(self.cache, indexes)
        if self.sheet is not None and self._vector is not None:
            self.sheet.write_many(indexes, self._vector.filter_all(self.state, cls, part))
        for plugin, _, scores in self.scores:
            renewed = plugin.score_every(self.state, cls, part)
            if renewed is not None:
                scores[indexes] = renewed
