"""What trying to evict pods gave, node by node, for pods of one template: a node is tried again once its pods change.

Upstream: pkg/scheduler/framework/preemption/preemption.go (DryRunPreemption), which tries every node every time
"""

from collections.abc import Callable, Collection
from typing import Final, Generic, Protocol, TypeVar

from kplan.scheduler.arrays import Ints, np
from kplan.scheduler.framework import LoggedSnapshot
from kplan.scheduler.status import Status

_UNKNOWN: Final = 0
_NO_HELP: Final = 1
_BREAKS: Final = 2
_FITS: Final = 3


class Candidate(Protocol):
    """A node that would fit once some pods are gone."""

    @property
    def violations(self) -> int:
        """How many of the pods a disruption budget would have kept."""

    @property
    def cost(self) -> tuple[int, ...]:
        """What their eviction would mean: less is better."""


Found = TypeVar("Found", bound=Candidate)


class Trials(Generic[Found]):
    """Results by the index of a node; arrays say which nodes are candidates, and at what cost."""

    def __init__(self, nodes: int) -> None:
        self._kinds: Ints = np.zeros(nodes, dtype=np.int64)
        self._costs: Ints = np.zeros(nodes, dtype=np.int64)
        self._numbers: dict[tuple[int, ...], int] = {}
        self._by_number: list[tuple[int, ...]] = []
        self._found: dict[int, Found] = {}
        self._refused: dict[int, Status] = {}
        self._position = 0

    def follow(self, snapshot: LoggedSnapshot, contested: Collection[int]) -> None:
        """Forget what was found of nodes whose pods have changed, and of those that others are nominated to."""
        for index in (*snapshot.changed_nodes(self._position), *contested):
            self._kinds[index] = _UNKNOWN
        self._position = snapshot.position

    def first(self, order: Ints, wanted: int, attempt: Callable[[int], Found | Status]) -> Ints:
        """The candidates among nodes in order, up to the first place by which there are enough, one of which breaks no budget."""
        while True:
            kinds = self._kinds[order]
            counts = np.cumsum(kinds >= _BREAKS)
            enough = np.flatnonzero((counts >= wanted) & np.logical_or.accumulate(kinds == _FITS))
            kinds = kinds[: enough[0] + 1] if enough.size else kinds
            unknown = np.flatnonzero(kinds == _UNKNOWN)
            if not unknown.size:
                return order[: kinds.size][kinds >= _BREAKS]
            # So many more are looked at at least, whatever comes of them.
            lack = max(1, wanted - int(counts[unknown[0]]))
            for index in order[unknown[:lack]].tolist():
                self._note(index, attempt(index))

    def best(self, candidates: Ints) -> tuple[Found, list[Found]]:
        """The candidate whose victims matter least, the first of those that are as good, and all of these."""
        costs = self._costs[candidates]
        least = min(np.unique(costs).tolist(), key=self._by_number.__getitem__)
        equals = [self._found[index] for index in candidates[costs == least].tolist()]
        return equals[0], equals

    def refusals(self, order: Ints) -> list[Status]:
        """Why none of these nodes would fit."""
        return [self._refused[index] for index in order.tolist()]

    def _note(self, index: int, found: Found | Status) -> None:
        if isinstance(found, Status):
            self._refused[index] = found
            self._kinds[index] = _NO_HELP
            return
        self._found[index] = found
        self._kinds[index] = _BREAKS if found.violations else _FITS
        number = self._numbers.get(found.cost)
        if number is None:
            number = self._numbers[found.cost] = len(self._by_number)
            self._by_number.append(found.cost)
        self._costs[index] = number
