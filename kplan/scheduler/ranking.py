"""The nodes open to pods of one kind, in the order of visiting, with what they score in sum.

Pods alike that follow each other see the same scores but for the nodes that took one of them. What each saw is kept here
and only nodes that changed are judged again, so that the next pod's node is the highest number in a slice of an array.
"""

from collections.abc import Sequence

from kplan.scheduler.arrays import Bools, Ints, np
from kplan.scheduler.cache import Cache
from kplan.scheduler.choice import HeapOrder
from kplan.scheduler.plugin_cache import Judgement, PluginCache
from kplan.scheduler.podinfo import PodInfo


class Ranking:
    """Which nodes the kept filters let pass, and the weighted sums of the kept scores."""

    def __init__(self, cache: Cache, parts: Sequence[PluginCache], pod: PodInfo) -> None:
        self.parts = parts
        self.cache = cache
        self._position = cache.position
        self._few = min(part.few for part in parts)
        self._judge = parts[0].judge if len(parts) == 1 else self._judge_by_all
        size = len(cache.nodes)
        self.open: Bools = np.ones(size, dtype=np.bool_)
        self.base: Ints = np.zeros(size, dtype=np.int64)
        # The same memory for single numbers, which a view reads and writes in a third of the time of an array.
        self._opens, self._bases = self.open.data, self.base.data
        # The open nodes alone, and their sums times a number greater than any turn among equals (see HeapOrder), so that
        # a sum minus its turn orders by both.
        self._scale = 1 << size.bit_length()
        self._order: Ints | None = None
        self._judge_at_once(cache.columns.every, pod)

    def catch_up(self, pod: PodInfo) -> None:
        """Judge again the nodes that changed since the last pod."""
        if self._position == self.cache.position:
            return
        changed = self.cache.changed_nodes(self._position)
        self._position = self.cache.position
        if len(changed) > self._few:
            self._judge_at_once(np.array(changed, dtype=np.int64), pod)
            return
        for index in changed:
            passes, total = self._judge(index, pod)
            self._bases[index] = total
            if self._opens[index] != passes:
                self._opens[index] = passes
                self._order = None
            elif passes and self._order is not None:
                self._scores[self._places[index]] = total * self._scale

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
        if order.size < 2:
            self._order = None
            return order
        self._places = (np.cumsum(self.open) - 1).data
        self._scaled = self.base[order] * self._scale
        self._scores = self._scaled.data
        return order

    def best(self, start: int, wanted: int, heap: HeapOrder) -> tuple[int, int] | None:
        """The winner among the first open nodes from a place on, around the end, and the place after the last of these.

        None where fewer than two are open.
        """
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
