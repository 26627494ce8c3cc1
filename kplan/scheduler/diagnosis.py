"""Which nodes refused a pod, why, and the text that upstream makes of it.

Upstream: staging/src/k8s.io/kube-scheduler/framework/types.go (Diagnosis, NodeToStatus, FitError)
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from kplan.scheduler.arrays import Ints, Numbers, np
from kplan.scheduler.status import SUCCESS, Code, Status


class Diagnosis(Protocol):
    """Which nodes were filtered and refused the pod, and why."""

    def __len__(self) -> int:
        """How many nodes refused."""

    def status(self, index: int) -> Status | None:
        """Why a node refused; None if it did not, or was not asked."""

    def unschedulable(self) -> list[int] | Ints:
        """Nodes that might fit once pods are evicted, in the order of visiting."""

    def reasons(self) -> Counter[str]:
        """How many nodes gave each reason."""

    def plugins(self) -> frozenset[str]:
        """The plug-ins that refused."""


class NodeToStatus(dict[int, Status]):
    """A diagnosis node by node, by the index of the node."""

    def status(self, index: int) -> Status | None:
        """Why a node refused."""
        return self.get(index)

    def unschedulable(self) -> list[int]:
        """Nodes that might fit once pods are evicted."""
        return [index for index in sorted(self) if self[index].code is Code.UNSCHEDULABLE]

    def reasons(self) -> Counter[str]:
        """How many nodes gave each reason."""
        return Counter(reason for status in self.values() for reason in status.reasons)

    def plugins(self) -> frozenset[str]:
        """The plug-ins that refused."""
        return frozenset(status.plugin for status in self.values())


class Refusals(Protocol):
    """The answers of one filter for all nodes: the numbers of statuses, 0 for success."""

    @property
    def ids(self) -> Numbers:
        """A number a node."""

    @property
    def statuses(self) -> Sequence[Status]:
        """The statuses by number."""


class ArrayDiagnosis:
    """A diagnosis from arrays: of several filters that refuse a node, the first in the profile's order counts."""

    def __init__(self, size: int, answers: Iterable[tuple[str, Refusals]]) -> None:
        """``answers`` are the filters by name, in the profile's order."""
        self._first: Ints = np.zeros(size, dtype=np.int64)
        self._statuses: list[Status] = [SUCCESS]
        for place, (name, answer) in enumerate(answers):
            if place:
                offset = len(self._statuses) - 1
                fresh = (self._first == 0) & (answer.ids != 0)
                np.copyto(self._first, answer.ids + offset, where=fresh)
            else:
                self._first[:] = answer.ids
            self._statuses.extend(status.by(name) for status in answer.statuses[1:])
        self._numbers: list[int] | None = None
        """How many nodes gave each status."""

    def overrule(self, index: int, status: Status) -> None:
        """A node turned out to be refused for another reason."""
        self._statuses.append(status)
        self._first[index] = len(self._statuses) - 1
        self._numbers = None

    def _counted(self) -> list[int]:
        if self._numbers is None:
            self._numbers = np.bincount(self._first, minlength=len(self._statuses)).tolist()
        return self._numbers

    def refused(self) -> Sequence[int]:
        """Nodes that refused, in the order of visiting."""
        indexes: list[int] = np.flatnonzero(self._first).tolist()
        return indexes

    def __len__(self) -> int:
        return int(self._first.size) - self._counted()[0]

    def status(self, index: int) -> Status | None:
        """Why a node refused."""
        return self._statuses[self._first[index]] if self._first[index] else None

    def unschedulable(self) -> Ints:
        """Nodes that might fit once pods are evicted."""
        helped = [status.code is Code.UNSCHEDULABLE for status in self._statuses]
        if all(helped[1:]):
            return np.flatnonzero(self._first)
        return np.flatnonzero(np.array(helped, dtype=np.bool_)[self._first])

    def reasons(self) -> Counter[str]:
        """How many nodes gave each reason."""
        reasons: Counter[str] = Counter()
        for status, count in zip(self._statuses[1:], self._counted()[1:], strict=True):
            if count:
                for reason in status.reasons:
                    reasons[reason] += count
        return reasons

    def plugins(self) -> frozenset[str]:
        """The plug-ins that refused."""
        said = zip(self._statuses[1:], self._counted()[1:], strict=True)
        return frozenset(status.plugin for status, count in said if count)


def fit_error(nodes: int, reasons: Mapping[str, int], *, pre_filter: str = "", post_filter: str = "") -> str:
    """Why no node fits, in upstream's words.

    ``reasons`` counts the nodes that gave each reason; a refusal by ``pre_filter``, before any node was judged,
    replaces them; what ``post_filter`` plug-ins say comes last.
    """
    text = f"0/{nodes} nodes are available:"
    if pre_filter:
        text += f" {pre_filter}."
    elif reasons:
        text += f" {', '.join(sorted(f'{number} {reason}' for reason, number in reasons.items()))}."
    return f"{text} {post_filter}" if post_filter else text
