"""How many feasible nodes are enough, where the search begins, and who wins among equals.

Upstream: pkg/scheduler/schedule_one.go
"""

from collections.abc import Iterator, Sequence

from kplan.scheduler.arrays import Bools, Ints, np


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

    def in_order(self, open_: Bools, start: int) -> Ints:
        """The feasible nodes in the order of the search: from a place on, around the end."""
        indexes: Ints = open_.nonzero()[0]
        place = int(np.count_nonzero(open_[:start]))
        return np.concatenate((indexes[place:], indexes[:place])) if place else indexes

    def take(self, open_: Bools, start: int, wanted: int) -> tuple[Ints, int]:
        """The first feasible nodes from a place on, around the end, and how many nodes were looked at."""
        size = open_.size
        indexes = self.in_order(open_, start)
        if indexes.size < wanted:
            return indexes, size
        indexes = indexes[:wanted]
        return indexes, (int(indexes[-1]) - start) % size + 1


class HeapOrder:
    """Who wins among equals: the root of the heap upstream builds from the feasible nodes in order of visiting."""

    def __init__(self) -> None:
        self._ranks: dict[int, Ints] = {}

    def ranks(self, size: int) -> Ints:
        """For each place in the list, its rank among equals."""
        known = self._ranks.get(size)
        if known is None:
            known = self._ranks[size] = np.zeros(size, dtype=np.int64)
            known[list(_turns(size))] = np.arange(size)
        return known

    def winner(self, totals: Sequence[int] | Ints) -> tuple[int, Sequence[int] | Ints]:
        """The place of the winner, and the places of all that are as good."""
        if isinstance(totals, list):
            most = max(totals)
            ties = [place for place, total in enumerate(totals) if total == most]
            return next(place for place in _turns(len(totals)) if place in ties), ties
        totals = np.asarray(totals)
        best = np.flatnonzero(totals == totals.max())
        if best.size == 1:
            return int(best[0]), best
        return int(best[self.ranks(totals.size)[best].argmin()]), best


def _turns(size: int) -> Iterator[int]:
    """The places of a heap in their turn: a parent before its left half, that before its right."""
    stack = [0] if size else []
    while stack:
        place = stack.pop()
        yield place
        stack += [child for child in (2 * place + 2, 2 * place + 1) if child < size]
