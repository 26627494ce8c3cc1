"""How long a Job waits before it replaces a failed pod: ten seconds, doubling with every failure in a row.

Upstream: pkg/controller/job/backoff_utils.go
"""

from collections.abc import Sequence

from kplan.api import conditions
from kplan.api.containers import end_of
from kplan.api.metadata import spec_of
from kplan.api.object import Json
from kplan.api.pods import container_statuses_of, init_container_statuses_of, sidecars_of
from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import SECOND, Instant, parse_instant

DEFAULT: Instant = 10 * SECOND
MAX: Instant = 600 * SECOND


MOST_WAITED_FOR = 4
"""A run is over after so many more of the longest pauses; a limit that is farther off is not waited for."""
_LONG: Instant = 300 * SECOND


class Record(NamedTuple):
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

    def is_endless(self, left: int) -> bool:
        """Whether the pauses have grown so long that a run does not see the end of a Job that
        may fail so often still.
        """
        return _pause(self.failures) > _LONG and left > MOST_WAITED_FOR


def remaining(failures: int, last: Instant | None, now: Instant) -> Instant:
    """How long to wait after so many failures."""
    if failures == 0 or last is None:
        return 0
    return max(0, _pause(failures) - (now - last))


def _pause(failures: int) -> Instant:
    return min(DEFAULT << min(failures - 1, 20), MAX) if failures else 0


def finished_at(pod: Json) -> Instant:
    """When a pod ended: its containers, else since when it is not ready, its deletion, its creation."""
    metadata = pod["metadata"]
    ends = _container_ends(pod)
    if ends:
        return max(ends)
    ready = conditions.of_type(pod, "Ready")
    if ready and ready.get("status") == "False" and ready.get("lastTransitionTime"):
        return parse_instant(ready["lastTransitionTime"])
    if metadata.get("deletionTimestamp"):
        grace = int(metadata.get("deletionGracePeriodSeconds") or 0)
        return parse_instant(metadata["deletionTimestamp"]) - grace * SECOND
    return parse_instant(metadata["creationTimestamp"])


def _container_ends(pod: Json) -> list[Instant]:
    """When each container ended; empty if one has not."""
    sidecars = {item["name"] for item in sidecars_of(spec_of(pod))}
    statuses = list(container_statuses_of(pod))
    statuses += [item for item in init_container_statuses_of(pod) if item.get("name") in sidecars]
    ends = [end_of(item) for item in statuses]
    known = [parse_instant(end["finishedAt"]) for end in ends if end and end.get("finishedAt")]
    return known if len(known) == len(ends) else []
