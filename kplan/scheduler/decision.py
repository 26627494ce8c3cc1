"""What the scheduler decided about a pod, and how it came to that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kplan.scheduler.cycle import Cycle
from kplan.scheduler.diagnosis import Diagnosis, NodeToStatus
from kplan.scheduler.framework import Nomination
from kplan.scheduler.podinfo import PodInfo

WeightedScores = Mapping[str, Mapping[str, int]]
"""Node to plug-in to weighted score."""


@dataclass(frozen=True)
class Decision:
    """Where a pod goes and how that was found, or why it goes nowhere."""

    pod: PodInfo
    node: str = ""
    message: str = ""
    """Empty, or why the pod is pending, as its event and condition say."""
    feasible: tuple[str, ...] = ()
    totals: tuple[int, ...] = ()
    """Weighted totals of the feasible nodes, in the same order; empty if only one was feasible."""
    table: tuple[tuple[str, int, tuple[int, ...]], ...] = ()
    """Plug-in, weight and scores of the feasible nodes, when asked for."""
    ties: tuple[str, ...] = ()
    """Feasible nodes as good as the chosen one, itself included."""
    nomination: Nomination | None = None
    diagnosis: Diagnosis = field(default_factory=NodeToStatus, repr=False)
    cycle: Cycle | None = field(default=None, repr=False)
    next_start: int = 0
    refused_by: frozenset[str] = frozenset()
    """Plug-ins that refused at least one node."""
    broken: bool = False
    """Whether a plug-in met an error, which upstream calls SchedulerError:
    the pod is not refused, it was not judged.
    """

    @cached_property
    def final(self) -> Mapping[str, int]:
        """Total by node."""
        return dict(zip(self.feasible, self.totals, strict=True)) if self.totals else {}

    @cached_property
    def scores(self) -> WeightedScores:
        """Weighted score by node and plug-in."""
        return {
            node: {name: weight * scores[place] for name, weight, scores in self.table}
            for place, node in enumerate(self.feasible)
        }
