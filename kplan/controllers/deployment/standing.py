"""A rollout in which only statuses change: the ReplicaSets, and which of them is the new one, are not looked up again.

Most turns of a Deployment follow the status of a ReplicaSet or its own; nothing is to be adopted, revised, resumed or
rescaled then. What is compared is held, and compared by identity.

Upstream: none; a real controller works all of it out at every turn.
"""

from collections.abc import Sequence
from operator import is_

from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.controllers.deployment import status
from kplan.controllers.deployment.sync import Sync
from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import SECOND, Instant
from kplan.simulation.reconciler import DONE, Result


class Standing:
    """A Deployment with strategy RollingUpdate that has its new ReplicaSet, as the last sync left it."""

    __slots__ = ("_deployment", "_rest", "_scaled", "_sets", "_written", "new")

    def __init__(self, sync: Sync, before: Json) -> None:
        """Take over where a turn has led to that began with a Deployment."""
        self._deployment, self._sets = sync.deployment, sync.sets
        self.new = [rs is sync.new for rs in sync.sets].index(True)
        """Which of the ReplicaSets is the new one."""
        self._scaled = sync.scaled
        self._written = sync.deployment is not before
        """Whether the Deployment was written, which is no more than its status if nothing was scaled."""
        self._rest: Rest | None = None

    def holds(self, deployment: Json, sets: Sequence[Json]) -> bool:
        """Whether the Deployment and its ReplicaSets are the same but for their statuses."""
        metadata, last = deployment["metadata"], self._deployment
        return (
            deployment["spec"] is last["spec"]
            and metadata.get("annotations") is last["metadata"].get("annotations")
            and "deletionTimestamp" not in metadata
            and len(sets) == len(self._sets)
            and all(map(_is_alike, sets, self._sets))
            and _goes_on(deployment)
        )

    def rest(self, deployment: Json, sets: Sequence[Json], now: Instant) -> Result | None:
        """The result of a sync that would change nothing; None if it might change something."""
        if deployment is not self._deployment or self._scaled or len(sets) != len(self._sets):
            return None
        if not all(map(is_, sets, self._sets)):
            return None
        if self._rest is None:
            self._rest = Rest.of(deployment, written=self._written)
        return self._rest.result(now)


class Rest(NamedTuple):
    """The result of syncing again right after a sync that scaled nothing.

    A status that it has written says the same when it is worked out once more; but if the rollout is complete by
    that, what is old is cleaned up at the next turn.
    """

    settled: bool
    due: Instant | None
    """When lack of progress becomes a failure; None if it never does."""
    rolled_out: bool

    @classmethod
    def of(cls, deployment: Json, *, written: bool) -> "Rest":
        """What follows from a Deployment."""
        complete = status.is_complete(deployment, status_of(deployment))
        current = status.find_condition(deployment, status.PROGRESSING)
        reason = current.get("reason") if current else None
        awaited = not complete and reason != status.TIMED_OUT and status.has_deadline(deployment)
        due = status.deadline(deployment, current) if current and awaited else None
        return cls(not (complete and written), due, reason == status.NEW_RS_AVAILABLE)

    def result(self, now: Instant) -> Result | None:
        """When to look again, if nothing else happens; None if there is something to do."""
        if not self.settled or (self.due is not None and self.due < now):
            return None
        if self.due is None:
            return DONE
        return Result.due(self.due - now + SECOND, background=self.rolled_out)


def _goes_on(deployment: Json) -> bool:
    """Whether the status says neither that the rollout pauses nor nothing at all of its progress."""
    if not status.has_deadline(deployment):
        return True
    progressing = status.find_condition(deployment, status.PROGRESSING)
    return progressing is not None and progressing.get("reason") != status.PAUSED


def _is_alike(rs: Json, last: Json) -> bool:
    """Whether a ReplicaSet is as it was in what decides whose it is, which revision and which size."""
    if rs is last:
        return True
    metadata, before = rs["metadata"], last["metadata"]
    for name in ("annotations", "labels", "ownerReferences"):
        if name not in metadata or name not in before or metadata[name] is not before[name]:
            return False
    return rs["spec"] is last["spec"]
