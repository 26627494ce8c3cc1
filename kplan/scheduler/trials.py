"""What trying to evict pods gave, node by node, for pods of one template: a node is tried again once its pods change.

Upstream: pkg/scheduler/framework/preemption/preemption.go (DryRunPreemption), which tries every node every time
"""

from collections.abc import Callable, Collection
from typing import Final, Generic, Protocol, TypeVar

from kplan.scheduler.arrays import Ints, Numbers, np
from kplan.scheduler.snapshot import LoggedSnapshot
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
        self._kinds: Numbers = np.zeros(nodes, dtype=np.int8)
        self._costs: Ints = np.zeros(nodes, dtype=np.int64)
        self._numbers: dict[tuple[int, ...], int] = {}
        self._by_number: list[tuple[int, ...]] = []
        self._found: Numbers = np.empty(nodes, dtype=object)
        self._refused: dict[int, Status] = {}
        self._position = 0

    def follow(self, snapshot: LoggedSnapshot, contested: Collection[int]) -> None:
        """Forget what was found of nodes whose pods have changed, and of those that others are nominated to."""
        for index in (*snapshot.changed_nodes(self._position), *contested):
            self._kinds[index] = _UNKNOWN
        self._position = snapshot.position

    def first(self, order: Ints, wanted: int, attempt: Callable[[int], Found | Status]) -> Ints:
        """The candidates among nodes in order, up to the first place by which there are enough,
        one of which breaks no budget.
        """
        while True:
            # So many candidates at least are wanted, so that all that may be among the first of them are tried.
            likely: Ints = order[self._kinds[order] != _NO_HELP]
            first: Ints = likely[:wanted]
            unknown = first[self._kinds[first] == _UNKNOWN]
            if not unknown.size:
                break
            for index in unknown.tolist():
                self._note(index, attempt(index))
        if (self._kinds[first] == _FITS).any():
            return first
        return np.concatenate((first, self._up_to_one_that_fits(likely[wanted:], attempt)))

    def _up_to_one_that_fits(self, likely: Ints, attempt: Callable[[int], Found | Status]) -> Ints:
        """The next candidates up to the first that breaks no budget; all of them if none is found."""
        more: list[int] = []
        for index in likely.tolist():
            if self._kinds[index] == _UNKNOWN:
                self._note(index, attempt(index))
            if self._kinds[index] != _NO_HELP:
                more.append(index)
            if self._kinds[index] == _FITS:
                break
        return np.array(more, dtype=np.int64)

    def best(self, candidates: Ints) -> tuple[Found, list[Found]]:
        """The candidate whose victims matter least, the first of those that are as good, and all of these."""
        costs = self._costs[candidates]
        least = min(set(costs.tolist()), key=self._by_number.__getitem__)
        equals: list[Found] = self._found[candidates[costs == least]].tolist()
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
