"""The nodes open to pods of one kind, in the order of visiting, with what they score in sum.

Pods alike that follow each other see the same scores but for the nodes that took one of them. What each
saw is kept here and only nodes that changed are judged again, so that the next pod's node is the highest
number in a slice of an array.
"""

from collections.abc import Sequence

from kplan.scheduler.arrays import Bools, Ints, np
from kplan.scheduler.cache import Cache
from kplan.scheduler.choice import HeapOrder
from kplan.scheduler.filter_cache import FEW
from kplan.scheduler.plugin_cache import Judgement, PluginCache
from kplan.scheduler.podinfo import PodInfo


class Ranking:
    """Which nodes pass the cached filters, and their sums of cached, weighted scores."""

    def __init__(self, cache: Cache, parts: Sequence[PluginCache], pod: PodInfo) -> None:
        self.parts = parts
        self.cache = cache
        self._position = cache.position
        self._judge = parts[0].judge if len(parts) == 1 else self._judge_by_all
        size = len(cache.nodes)
        self.open: Bools = np.ones(size, dtype=np.bool_)
        self.base: Ints = np.zeros(size, dtype=np.int64)
        # The same memory for single numbers, which a view reads and writes in a third of the time of an array.
        self._opens, self._bases = self.open.data, self.base.data
        # The open nodes alone, and their sums times a number greater than any turn among equals (see HeapOrder), so
        # that a sum minus its turn orders by both.
        self._scale = 1 << size.bit_length()
        self._order: Ints | None = None
        self._judge_at_once(cache.columns.every, pod)
        self._stale: Bools = np.zeros(size, dtype=np.bool_)
        self._any_stale = False
        self._judged = 0

    def catch_up(self, pod: PodInfo) -> None:
        """Judge again the nodes that changed since they were judged."""
        self._follow(pod)
        if self._any_stale:
            self._judge_at_once(np.flatnonzero(self._stale), pod)
            self._stale[:] = self._any_stale = False

    def _follow(self, pod: PodInfo) -> None:
        """Filter again the nodes that changed since the last pod; if there are many, only note which they are."""
        number = self.cache.position - self._position
        if not number:
            return
        position, self._position = self._position, self.cache.position
        self._judged += number
        if number > self._few():
            everywhere = number > self.open.size
            self._stale[slice(None) if everywhere else self.cache.changes[position:]] = True
            self._any_stale = True
            return
        for index in self.cache.changed_nodes(position):
            passes, total = self._judge(index, pod)
            self._bases[index] = total
            if self._opens[index] != passes:
                self._opens[index] = passes
                self._order = None
            elif passes and self._order is not None:
                self._scores[self._places[index]] = total * self._scale

    def _few(self) -> int:
        """Up to how many nodes are judged one by one: more if their rooms tend to be known."""
        often_known = 4 * max(part.rooms for part in self.parts) < self._judged
        return min(part.few for part in self.parts) if often_known else FEW

    def _freshen(self, start: int, wanted: int, pod: PodInfo) -> None:
        """Judge again what has changed of the nodes that a search from a place on looks at.

        It may then look at more of them, or others, until none of these has changed.
        """
        size, found = self.open.size, True
        while found:
            end, found = self._end(start, wanted), False
            for first, last in ((start, min(end, size)), (0, end - size)):
                if last > first and self._stale[first:last].any():
                    self._judge_row(first, last, pod)
                    found = True

    def _end(self, start: int, wanted: int) -> int:
        """The place behind the last node that a search looks at, counted on beyond the end."""
        order = self._line_up() if self._order is None else self._order
        size = self.open.size
        if order.size < wanted:
            return start + size
        place = int(order.searchsorted(start)) + wanted - 1
        return int(order[place % order.size]) + 1 + (size if place >= order.size else 0)

    def _judge_row(self, first: int, last: int, pod: PodInfo) -> None:
        row = slice(first, last)
        judged = [part.judge_next(first, last, pod) for part in self.parts]
        open_, total = judged[0]
        for passes, scores in judged[1:]:
            open_, total = open_ & passes, total + scores
        self.base[row] = total
        self._stale[row] = False
        if (self.open[row] != open_).any():
            self.open[row] = open_
            self._order = None
        elif self._order is not None:
            begin, end = self._order.searchsorted((first, last))
            self._scaled[begin:end] = total[open_] * self._scale

    def _judge_by_all(self, index: int, pod: PodInfo) -> Judgement:
        judgements = [part.judge(index, pod) for part in self.parts]
        return all(passes for passes, _ in judgements), sum(total for _, total in judgements)

    def _judge_at_once(self, indexes: Ints, pod: PodInfo) -> None:
        open_ = np.ones(indexes.size, dtype=np.bool_)
        total = np.zeros(indexes.size, dtype=np.int64)
        for part in self.parts:
            part.catch_up(pod)
            for kept in part.filters:
                open_ &= kept.ids[indexes] == 0
            for scored in part.scores:
                total += scored.weight * scored.scores[indexes]
        self.open[indexes] = open_
        self.base[indexes] = total
        self._order = None

    def _line_up(self) -> Ints:
        """Leave closed nodes out."""
        self._order = order = np.flatnonzero(self.open)
        self._places = (np.cumsum(self.open) - 1).data
        self._scaled = self.base[order] * self._scale
        self._scores = self._scaled.data
        return order

    def best(self, start: int, wanted: int, heap: HeapOrder, pod: PodInfo) -> tuple[int, int] | None:
        """The winner among the first open nodes from a place on, around the end, and the place after the last of these.

        None if fewer than two are open.
        """
        self._follow(pod)
        if self._any_stale:
            self._freshen(start, wanted, pod)
        order = self._line_up() if self._order is None else self._order
        count, size = order.size, self.open.size
        if count < 2:
            return None
        place = start if count == size else int(order.searchsorted(start))
        number = min(wanted, count)
        scaled = self._scaled[place : place + number]
        if scaled.size < number:
            scaled = np.concatenate((scaled, self._scaled[: number - scaled.size]))
        winner = place + int((scaled - heap.ranks(number)).argmax())
        # where fewer are open than wanted, every node was looked at
        after = start if count < wanted else (int(order[(place + number - 1) % count]) + 1) % size
        return int(order[winner % count]), after
