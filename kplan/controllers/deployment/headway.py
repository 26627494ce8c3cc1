"""The best progress of rollouts so far, so that nobody waits for the deadline of one whose pods only come and go.

A container that fails again and again is ready for a moment at every start, which the controller takes for progress:
its deadline is put off for as long as that goes on.

Upstream: none; a real controller just waits.
"""

from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.workloadspec import status_count
from kplan.controllers.deployment import status
from kplan.namedtuples import NamedTuple
from kplan.simulation.reconciler import ObjectKey, Result


class Headway(NamedTuple):
    """The best progress a rollout has made while its sizes stay the same."""

    sizes: tuple[int, int, int]
    """The generation, and how many pods are there and of the newest template."""
    ready: int
    available: int
    noted: str
    """When the controller noted progress last, as far as it was any."""

    @classmethod
    def of(cls, deployment: Json) -> "Headway":
        """Where a Deployment stands."""
        noted = status.find_condition(deployment, status.PROGRESSING) or {}
        return cls(
            (
                int(deployment["metadata"].get("generation") or 0),
                status_count(deployment, "replicas"),
                status_count(deployment, "updatedReplicas"),
            ),
            status_count(deployment, "readyReplicas"),
            status_count(deployment, "availableReplicas"),
            str(noted.get("lastUpdateTime") or ""),
        )

    def is_beyond(self, best: "Headway") -> bool:
        """Whether the rollout has never come so far."""
        return self.sizes != best.sizes or self.ready > best.ready or self.available > best.available


class Headways:
    """The headway of every rollout whose deadline is waited for."""

    def __init__(self) -> None:
        self._best: dict[ObjectKey, Headway] = {}

    def heeded(self, key: ObjectKey, deployment: Json, result: Result) -> Result:
        """When to look again: in the background if the deadline was put off by what had been reached before."""
        if result.requeue_after is None or result.background or not status_of(deployment):
            return result
        now, best = Headway.of(deployment), self._best.get(key)
        if best is None or now.is_beyond(best):
            self._best[key] = now
            return result
        return result if now.noted == best.noted else result._replace(background=True)

    def forget(self, key: ObjectKey) -> None:
        """Know nothing of a Deployment that is gone."""
        self._best.pop(key, None)
