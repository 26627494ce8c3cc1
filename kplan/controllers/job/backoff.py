"""How long a Job waits before it replaces a failed pod: ten seconds, doubling with every failure in a row.

Upstream: pkg/controller/job/backoff_utils.go
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kplan.api import conditions
from kplan.api.object import Json
from kplan.simulation.clock import SECOND, Instant, parse_instant

DEFAULT: Instant = 10 * SECOND
MAX: Instant = 600 * SECOND


@dataclass(frozen=True, slots=True)
class Record:
    """Failures since the last success, and when the last one was."""

    failures: int = 0
    last: Instant | None = None

    def after(self, succeeded: Sequence[Json], failed: Sequence[Json]) -> "Record":
        """The record once these pods have ended, too."""
        ends = sorted(map(finished_at, failed))
        if not succeeded:
            return Record(self.failures + len(ends), ends[-1]) if ends else self
        success = max(map(finished_at, succeeded))
        later = [end for end in ends if end > success]
        return Record(len(later), later[-1]) if later else Record()

    def remaining(self, now: Instant) -> Instant:
        """How long to wait still."""
        return remaining(self.failures, self.last, now)


def remaining(failures: int, last: Instant | None, now: Instant) -> Instant:
    """How long to wait after so many failures."""
    if failures == 0 or last is None:
        return 0
    pause = min(DEFAULT << min(failures - 1, 20), MAX)
    return max(0, pause - (now - last))


def finished_at(pod: Json) -> Instant:
    """When a pod ended: its containers, else since when it is not ready, its deletion, its creation."""
    status, metadata = pod.get("status") or {}, pod["metadata"]
    ends = _container_ends(pod, status)
    if ends:
        return max(ends)
    ready = conditions.find(status.get("conditions"), "Ready") or {}
    if ready.get("status") == "False" and ready.get("lastTransitionTime"):
        return parse_instant(ready["lastTransitionTime"])
    if metadata.get("deletionTimestamp"):
        grace = int(metadata.get("deletionGracePeriodSeconds") or 0)
        return parse_instant(metadata["deletionTimestamp"]) - grace * SECOND
    return parse_instant(metadata["creationTimestamp"])


def _container_ends(pod: Json, status: Json) -> list[Instant]:
    """When each container ended; empty where one has not."""
    sidecars = {
        item["name"]
        for item in (pod.get("spec") or {}).get("initContainers") or ()
        if item.get("restartPolicy") == "Always"
    }
    statuses = list(status.get("containerStatuses") or ())
    statuses += [item for item in status.get("initContainerStatuses") or () if item.get("name") in sidecars]
    ends = [((item.get("state") or {}).get("terminated") or {}).get("finishedAt") for item in statuses]
    known = [parse_instant(end) for end in ends if end]
    return known if len(known) == len(ends) else []
