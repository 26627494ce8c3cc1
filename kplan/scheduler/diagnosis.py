"""Which nodes refused a pod, why, and the text that upstream makes of it.

Upstream: staging/src/k8s.io/kube-scheduler/framework/types.go (Diagnosis, NodeToStatus, FitError)
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from kplan.scheduler.arrays import Ints, Numbers, np
from kplan.scheduler.status import SUCCESS, Code, Status


class Diagnosis(Protocol):
    """Which nodes were judged and refused, and why."""

    def __len__(self) -> int:
        """How many nodes refused."""

    def status(self, index: int) -> Status | None:
        """Why a node refused; None where it did not, or was not asked."""

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
        self._first: Numbers = np.zeros(size, dtype=np.int32)
        self._statuses: list[Status] = [SUCCESS]
        for name, answer in answers:
            fresh = (self._first == 0) & (answer.ids != 0)
            offset = len(self._statuses) - 1
            self._first[fresh] = answer.ids[fresh].astype(np.int32) + offset
            self._statuses.extend(status.by(name) for status in answer.statuses[1:])

    def overrule(self, index: int, status: Status) -> None:
        """A node turned out to be refused for another reason."""
        self._statuses.append(status)
        self._first[index] = len(self._statuses) - 1

    def refused(self) -> Sequence[int]:
        """Nodes that refused, in the order of visiting."""
        indexes: list[int] = np.flatnonzero(self._first).tolist()
        return indexes

    def __len__(self) -> int:
        return int(np.count_nonzero(self._first))

    def status(self, index: int) -> Status | None:
        """Why a node refused."""
        return self._statuses[self._first[index]] if self._first[index] else None

    def unschedulable(self) -> Ints:
        """Nodes that might fit once pods are evicted."""
        codes = np.array([status.code for status in self._statuses], dtype=np.int16)
        return np.flatnonzero(codes[self._first] == Code.UNSCHEDULABLE)

    def reasons(self) -> Counter[str]:
        """How many nodes gave each reason."""
        reasons: Counter[str] = Counter()
        for number, count in enumerate(np.bincount(self._first, minlength=len(self._statuses))):
            if count and number:
                for reason in self._statuses[number].reasons:
                    reasons[reason] += int(count)
        return reasons

    def plugins(self) -> frozenset[str]:
        """The plug-ins that refused."""
        return frozenset(self._statuses[number].plugin for number in np.unique(self._first) if number)


def fit_error(nodes: int, reasons: Mapping[str, int], *, pre_filter: str = "", post_filter: str = "") -> str:
    """Why no node fits, in upstream's words.

    ``reasons`` counts the nodes that gave each reason; a refusal by ``pre_filter``, before any node was judged, replaces
    them; what ``post_filter`` plug-ins say comes last.
    """
    text = f"0/{nodes} nodes are available:"
    if pre_filter:
        text += f" {pre_filter}."
    elif reasons:
        text += f" {', '.join(sorted(f'{number} {reason}' for reason, number in reasons.items()))}."
    return f"{text} {post_filter}" if post_filter else text
