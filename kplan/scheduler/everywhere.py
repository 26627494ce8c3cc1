"""All nodes at once, for one class of pods: results are kept, and a binding makes only its own node be looked at again.

The one-node methods of the plug-ins decide what is true; this arranges their array methods so that a decision costs
the same whether ten pods run or a hundred thousand.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kplan.scheduler.cache import Cache
from kplan.scheduler.cycle import Cycle
from kplan.scheduler.framework import Bools, CycleState, FilterPlugin, Ints, VectorScorePlugin, Verdicts
from kplan.scheduler.sheets import BY_REQUESTS, FEW, Room, Sheet
from kplan.scheduler.status import SUCCESS, Code, Status

_STANDING: Final = frozenset(
    {"NodeUnschedulable", "TaintToleration", "NodeAffinity", "NodePorts", "NodeDeclaredFeatures"}
)
"""Filters whose answer for a node stays true until that node changes."""
_SUMMED: Final = frozenset({"PodTopologySpread", "InterPodAffinity"})
"""Filters answered from sums over all nodes, anew each time."""


class ClassView:
    """What holds for every pod of one class, node by node, within one epoch of the cache."""

    def __init__(self, cycle: Cycle, cache: Cache, room: Room, weights: Sequence[tuple[str, int]]) -> None:
        self.cls = cycle.pod.cls
        self.cache = cache
        self.room = room
        self.epoch = cache.epoch
        self.state = CycleState()
        self.plain = cycle.state()
        self.position = len(cache.changes)
        self.vectors = cycle.pipeline.vector_filters
        filters = cycle.pipeline.filters
        self.own = [
            Sheet(plugin, self._judge(plugin, cycle), len(cache.nodes))
            for plugin in filters
            if self._stands(plugin)
        ]
        self.local = [sheet for sheet in self.own if getattr(sheet.plugin, "local", False)]
        self.sheets = [*self.own, *([room.sheet] if room.sheet is not None else [])]
        self.summed = [self.vectors[plugin.name] for plugin in filters if plugin.name in _SUMMED]
        needs_others = self.cls.volumes or self.cls.spec.get("resourceClaims") or self.cls.extended
        known = _STANDING | _SUMMED | BY_REQUESTS
        self.others = [plugin for plugin in filters if plugin.name not in known] if needs_others else []
        self._learn_scores(cycle, weights)
        self.open: Bools = np.ones(len(cache.nodes), dtype=np.bool_)
        self.base: Ints = np.zeros(len(cache.nodes), dtype=np.int64)
        self._settle(cache.columns.every)

    def _stands(self, plugin: FilterPlugin) -> bool:
        return plugin.name in _STANDING and plugin.name not in self.plain.skip_filter

    def _judge(self, plugin: FilterPlugin, cycle: Cycle) -> Verdicts | None:
        vector = self.vectors.get(plugin.name)
        if vector is not None:
            return vector.filter_all(self.state, self.cls, self.cache)
        verdicts = [plugin.filter(self.plain, cycle.pod, node) for node in self.cache.nodes]
        statuses = list(dict.fromkeys([SUCCESS, *verdicts]))
        return Verdicts(np.array([statuses.index(status) for status in verdicts], dtype=np.int16), statuses)

    def _learn_scores(self, cycle: Cycle, weights: Sequence[tuple[str, int]]) -> None:
        """Sort score plug-ins: those whose scores stand until a node changes, and those asked anew each time."""
        self.standing_scores = list(self.room.scores)
        self.vector_scores: list[tuple[VectorScorePlugin, int]] = []
        self.plain_scores: list[tuple[str, int]] = []
        for name, weight in weights:
            standing, vector = (
                cycle.pipeline.standing_scores.get(name),
                cycle.pipeline.vector_scores.get(name),
            )
            scores = (
                standing.score_every(self.state, self.cls, self.cache)
                if standing and name not in BY_REQUESTS
                else None
            )
            if standing and scores is not None:
                self.standing_scores.append((standing, weight, scores))
            elif vector:
                self.vector_scores.append((vector, weight))
            elif self.others and standing is None:
                self.plain_scores.append((name, weight))

    def catch_up(self, cycle: Cycle) -> None:
        """Look again at nodes that changed since the last pod of this class."""
        self.room.catch_up(cycle)
        if self.position == len(self.cache.changes):
            return
        changed = self.cache.changed_nodes(self.position)
        self.position = len(self.cache.changes)
        for sheet in self.local:
            for index in changed:
                sheet.write(index, sheet.plugin.filter(self.plain, cycle.pod, self.cache.nodes[index]))
        if len(changed) > FEW:
            self._settle(np.array(changed, dtype=np.int64))
        else:
            for index in changed:
                self.open[index] = not any(sheet.ids[index] for sheet in self.sheets)
                self.base[index] = sum(
                    weight * int(scores[index]) for _, weight, scores in self.standing_scores
                )

    def _settle(self, indexes: Ints) -> None:
        """Put the sheets together for some nodes."""
        open_ = np.ones(indexes.size, dtype=np.bool_)
        for sheet in self.sheets:
            open_ &= sheet.ids[indexes] == 0
        self.open[indexes] = open_
        total = np.zeros(indexes.size, dtype=np.int64)
        for _, weight, scores in self.standing_scores:
            total += weight * scores[indexes]
        self.base[indexes] = total

    def feasible(self) -> tuple[Bools, Sequence[tuple[FilterPlugin, Verdicts]]]:
        """Nodes that every standing and summed filter lets pass, and what the summed ones said."""
        summed = []
        open_ = self.open
        for plugin in self.summed:
            verdicts = plugin.filter_all(self.state, self.cls, self.cache)
            if verdicts is not None:
                summed.append((plugin, verdicts))
                open_ = open_ & (verdicts.ids == 0)
        return open_, summed

    def _plain(self, cycle: Cycle, feasible: Ints) -> Iterator[tuple[str, int, Ints]]:
        """Scores of plug-ins that know one node at a time."""
        nodes = [self.cache.nodes[index] for index in feasible] if self.plain_scores else []
        for name, weight in self.plain_scores:
            plugin, normalizer = cycle.pipeline.scores[name], cycle.pipeline.normalizers.get(name)
            scores = [plugin.score(cycle.state(), cycle.pod, node) for node in nodes]
            if normalizer is not None:
                scores = normalizer.normalize(cycle.state(), scores, nodes)
            yield name, weight, np.array(scores, dtype=np.int64)

    def totals(self, cycle: Cycle, feasible: Ints) -> Ints:
        """The weighted scores of these nodes in sum."""
        total = self.base[feasible]
        for _, weight, plain in self._plain(cycle, feasible):
            total = total + weight * plain
        for plugin, weight in self.vector_scores:
            scores = plugin.score_all(self.state, self.cls, self.cache, feasible)
            if scores is not None:
                total = total + weight * scores
        return total

    def table(self, cycle: Cycle, feasible: Ints) -> Iterator[tuple[str, int, Ints]]:
        """The same, plug-in by plug-in: name, weight and scores."""
        yield from self._plain(cycle, feasible)
        for plugin, weight, every in self.standing_scores:
            yield plugin.name, weight, every[feasible]
        for vector, weight in self.vector_scores:
            scores = vector.score_all(self.state, self.cls, self.cache, feasible)
            if scores is not None:
                yield vector.name, weight, scores


class SheetDiagnosis:
    """A diagnosis from the sheets of all plug-ins: the first refusal in the profile's order counts."""

    def __init__(
        self, view: ClassView, order: Sequence[FilterPlugin], summed: Sequence[tuple[FilterPlugin, Verdicts]]
    ) -> None:
        size = view.open.size
        self.first: npt.NDArray[Any] = np.zeros(size, dtype=np.int32)
        self.statuses: list[Status] = [SUCCESS]
        said: dict[str, Sheet | Verdicts] = {sheet.plugin.name: sheet for sheet in view.sheets}
        said.update((plugin.name, verdicts) for plugin, verdicts in summed)
        for plugin in order:
            sheet = said.get(plugin.name)
            if sheet is not None:
                fresh = (self.first == 0) & (sheet.ids != 0)
                offset = len(self.statuses) - 1
                self.first[fresh] = sheet.ids[fresh].astype(np.int32) + offset
                self.statuses.extend(status.by(plugin.name) for status in sheet.statuses[1:])
        self.codes = np.array([status.code for status in self.statuses], dtype=np.int16)

    def overrule(self, index: int, status: Status) -> None:
        """A node turned out to be refused for another reason."""
        self.statuses.append(status)
        self.codes = np.append(self.codes, np.int16(status.code))
        self.first[index] = len(self.statuses) - 1

    def __len__(self) -> int:
        return int(np.count_nonzero(self.first))

    def status(self, index: int) -> Status | None:
        """Why a node refused."""
        return self.statuses[self.first[index]] if self.first[index] else None

    def unschedulable(self) -> Sequence[int]:
        """Nodes that might fit once pods are evicted."""
        indexes: list[int] = np.flatnonzero(self.codes[self.first] == Code.UNSCHEDULABLE).tolist()
        return indexes

    def reasons(self) -> Counter[str]:
        """How many nodes gave each reason."""
        reasons: Counter[str] = Counter()
        for number, count in enumerate(np.bincount(self.first, minlength=len(self.statuses))):
            if count and number:
                for reason in self.statuses[number].reasons:
                    reasons[reason] += int(count)
        return reasons

    def plugins(self) -> frozenset[str]:
        """The plug-ins that refused."""
        return frozenset(self.statuses[number].plugin for number in np.unique(self.first) if number)
