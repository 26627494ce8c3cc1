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
from kplan.scheduler.framework import (
    Bools,
    CycleState,
    FilterPlugin,
    Ints,
    ScorePlugin,
    StandingScorePlugin,
    VectorScorePlugin,
    Verdicts,
)
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.status import SUCCESS, Code, Status

_FEW: Final = 12
"""Up to this many changed nodes are redone one by one; beyond, all of them at once."""
_STANDING: Final = frozenset(
    {
        "NodeUnschedulable",
        "NodeName",
        "TaintToleration",
        "NodeAffinity",
        "NodePorts",
        "NodeResourcesFit",
        "NodeDeclaredFeatures",
    }
)
"""Filters whose answer for a node stays true until that node changes."""
_SUMMED: Final = frozenset({"PodTopologySpread", "InterPodAffinity"})
"""Filters answered from sums over all nodes, anew each time."""


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


class ClassView:
    """What holds for every pod of one class, node by node, within one epoch of the cache."""

    def __init__(self, cycle: Cycle, cache: Cache, scorers: Sequence[tuple[ScorePlugin, int]]) -> None:
        self.cls = cycle.pod.cls
        self.cache = cache
        self.epoch = cache.epoch
        self.state = CycleState()
        self.position = len(cache.changes)
        self.skipped = cycle.state().skip_filter
        size = len(cache.nodes)
        self.vectors = cycle.pipeline.vector_filters
        standing = [plugin for plugin in cycle.pipeline.filters if self._stands(plugin)]
        self.plain = cycle.state()
        self.sheets = [Sheet(plugin, self._judge(plugin, cycle, cache), size) for plugin in standing]
        self.local = [sheet for sheet in self.sheets if getattr(sheet.plugin, "local", False)]
        self.open: Bools = np.ones(size, dtype=np.bool_)
        for sheet in self.sheets:
            self.open &= sheet.ids == 0
        names = [plugin.name for plugin in cycle.pipeline.filters if plugin.name in _SUMMED]
        self.summed = [self.vectors[name] for name in names]
        needs_others = self.cls.volumes or self.cls.spec.get("resourceClaims") or self.cls.extended
        others = [plugin for plugin in cycle.pipeline.filters if plugin.name not in _STANDING | _SUMMED]
        self.others = others if needs_others else []
        self.standing_scores: list[tuple[StandingScorePlugin, int, Ints]] = []
        self.vector_scores: list[tuple[VectorScorePlugin, int]] = []
        self.base: Ints = np.zeros(size, dtype=np.int64)
        for plugin, weight in scorers:
            self._learn_score(cycle, plugin.name, weight)

    def _learn_score(self, cycle: Cycle, name: str, weight: int) -> None:
        standing, vector = cycle.pipeline.standing_scores.get(name), cycle.pipeline.vector_scores.get(name)
        scores = standing.score_every(self.state, self.cls, self.cache) if standing else None
        if standing and scores is not None:
            self.standing_scores.append((standing, weight, scores))
            self.base += weight * scores
        elif vector:
            self.vector_scores.append((vector, weight))

    def _stands(self, plugin: FilterPlugin) -> bool:
        return plugin.name in _STANDING and plugin.name not in self.skipped and plugin.name != "NodeName"

    def _judge(self, plugin: FilterPlugin, cycle: Cycle, snapshot: Any) -> Verdicts | None:
        vector = self.vectors.get(plugin.name)
        if vector is not None:
            return vector.filter_all(self.state, self.cls, snapshot)
        verdicts = [plugin.filter(self.plain, cycle.pod, node) for node in snapshot.nodes]
        statuses = list(dict.fromkeys([SUCCESS, *verdicts]))
        return Verdicts(np.array([statuses.index(status) for status in verdicts], dtype=np.int16), statuses)

    def catch_up(self, cycle: Cycle) -> None:
        """Look again at nodes that changed since the last pod of this class."""
        log = self.cache.changes
        if self.position == len(log):
            return
        changed = list(dict.fromkeys(log[self.position :]))
        self.position = len(log)
        if len(changed) > _FEW:
            self._redo_many(np.array(changed, dtype=np.int64), cycle)
        else:
            for index in changed:
                self._redo(self.cache.nodes[index], cycle)

    def _redo(self, node: NodeInfo, cycle: Cycle) -> None:
        index = node.index
        for sheet in self.local:
            sheet.write(index, sheet.plugin.filter(self.plain, cycle.pod, node))
        self.open[index] = not any(sheet.ids[index] for sheet in self.sheets)
        total = 0
        for plugin, weight, scores in self.standing_scores:
            score = plugin.score(self.state, cycle.pod, node)
            scores[index] = score
            total += weight * score
        self.base[index] = total

    def _redo_many(self, indexes: Ints, cycle: Cycle) -> None:
        part: Any = Part(self.cache, indexes)
        for sheet in self.local:
            sheet.write_many(indexes, self._judge(sheet.plugin, cycle, part))
        open_ = np.ones(indexes.size, dtype=np.bool_)
        for sheet in self.sheets:
            open_ &= sheet.ids[indexes] == 0
        self.open[indexes] = open_
        total = np.zeros(indexes.size, dtype=np.int64)
        for plugin, weight, scores in self.standing_scores:
            renewed = (
                plugin.score_every(self.state, self.cls, part) if getattr(plugin, "local", False) else None
            )
            if renewed is not None:
                scores[indexes] = renewed
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

    def totals(self, feasible: Ints) -> Ints:
        """The weighted scores of these nodes in sum."""
        total = self.base[feasible]
        for plugin, weight in self.vector_scores:
            scores = plugin.score_all(self.state, self.cls, self.cache, feasible)
            if scores is not None:
                total = total + weight * scores
        return total

    def table(self, feasible: Ints) -> Iterator[tuple[str, int, Ints]]:
        """The same, plug-in by plug-in: name, weight and scores."""
        for plugin, weight, every in self.standing_scores:
            yield plugin.name, weight, every[feasible]
        for plugin, weight in self.vector_scores:
            scores = plugin.score_all(self.state, self.cls, self.cache, feasible)
            if scores is not None:
                yield plugin.name, weight, scores


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


class Sampler:
    """Where the search for feasible nodes begins and how many are enough."""

    def __init__(self, percentage: int = 0) -> None:
        self.percentage = percentage

    def enough(self, nodes: int) -> int:
        """Feasible nodes after which the search ends."""
        if nodes < 100:
            return nodes
        percentage = self.percentage or max(5, 50 - nodes // 125)
        return max(100, nodes * percentage // 100)

    def take(self, open_: Bools, start: int, wanted: int) -> tuple[Ints, int]:
        """The first feasible nodes from a place on, around the end, and how many nodes were looked at."""
        size = open_.size
        indexes = np.flatnonzero(open_)
        place = int(np.searchsorted(indexes, start))
        if place:
            indexes = np.concatenate((indexes[place:], indexes[:place]))
        if indexes.size < wanted:
            return indexes, size
        indexes = indexes[:wanted]
        return indexes, (int(indexes[-1]) - start) % size + 1


class HeapOrder:
    """Who wins among equals: the root of the heap upstream builds from the feasible nodes in order of visiting."""

    def __init__(self) -> None:
        self._ranks: dict[int, Ints] = {}

    def ranks(self, size: int) -> Ints:
        """For each place in the list, its turn among equals: a parent before its left half, that before its right."""
        known = self._ranks.get(size)
        if known is None:
            known = self._ranks[size] = np.zeros(size, dtype=np.int64)
            stack, turn = [0] if size else [], 0
            while stack:
                place = stack.pop()
                known[place] = turn
                turn += 1
                stack += [child for child in (2 * place + 2, 2 * place + 1) if child < size]
        return known

    def winner(self, totals: Ints) -> tuple[int, Ints]:
        """The place of the winner, and the places of all that are as good."""
        best = np.flatnonzero(totals == totals.max())
        if best.size == 1:
            return int(best[0]), best
        return int(best[self.ranks(totals.size)[best].argmin()]), best
