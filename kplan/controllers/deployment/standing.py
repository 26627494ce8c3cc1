"""What stands in a rollout while no more than statuses change: which ReplicaSets there are, and which of them is the new one.

Most turns of a Deployment follow the status of a ReplicaSet or its own; nothing is to be adopted, revised, resumed or
rescaled then. What is compared is held, and compared by identity.

Upstream: none; a real controller works all of it out at every turn.
"""

from collections.abc import Sequence
from operator import is_
from typing import Any, NamedTuple

from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.controllers.deployment import status
from kplan.controllers.deployment.sync import Sync
from kplan.simulation.clock import SECOND, Instant
from kplan.simulation.reconciler import DONE, Result

_Parts = tuple[Any, Any, Any, Any]


class Standing:
    """A Deployment of RollingUpdate that has its new ReplicaSet, as the last turn left it."""

    __slots__ = ("_annotations", "_parts", "_rest", "_spec", "new")

    def __init__(self, sync: Sync) -> None:
        """Take over what a turn has found and scaled."""
        self._spec: Json = sync.deployment["spec"]
        self._annotations: Json | None = sync.deployment["metadata"].get("annotations")
        self._parts = [_parts(rs) for rs in sync.sets]
        self.new = [rs is sync.new for rs in sync.sets].index(True)
        """Which of the ReplicaSets is the new one."""
        self._rest: Rest | None = None

    def holds(self, deployment: Json, sets: Sequence[Json]) -> bool:
        """Whether the Deployment and its ReplicaSets are the same but for their statuses."""
        metadata = deployment["metadata"]
        return (
            deployment["spec"] is self._spec
            and metadata.get("annotations") is self._annotations
            and "deletionTimestamp" not in metadata
            and len(sets) == len(self._parts)
            and all(map(_has, sets, self._parts))
            and _goes_on(deployment)
        )

    def settle(self, sync: Sync, *, written: bool) -> None:
        """Note that nothing follows from what there is now, where a turn has scaled nothing.

        What it may have ``written`` is a status, which says the same when it is worked out once more, unless a rollout
        is complete now: then what is old is cleaned up at the next turn.
        """
        complete = status.is_complete(sync.deployment, status_of(sync.deployment))
        self._rest = None if complete and written else Rest.of(sync, complete=complete)

    def rest(self, deployment: Json, sets: Sequence[Json], now: Instant) -> Result | None:
        """What a turn comes to from which nothing follows; None where something may."""
        rest = self._rest
        if rest is None or rest.deployment is not deployment or len(sets) != len(rest.sets):
            return None
        return rest.result(now) if all(map(is_, sets, rest.sets)) else None


class Rest(NamedTuple):
    """What nothing followed from."""

    deployment: Json
    sets: Sequence[Json]
    due: Instant | None
    """When lack of progress becomes a failure; None where it is none."""
    rolled_out: bool

    @classmethod
    def of(cls, sync: Sync, *, complete: bool) -> "Rest":
        """What a turn ends with."""
        current = status.find_condition(sync.deployment, status.PROGRESSING)
        reason = current.get("reason") if current else None
        awaited = not complete and reason != status.TIMED_OUT and status.has_deadline(sync.deployment)
        due = status.deadline(sync.deployment, current) if current and awaited else None
        return cls(sync.deployment, tuple(sync.sets), due, reason == status.NEW_RS_AVAILABLE)

    def result(self, now: Instant) -> Result | None:
        """When to look again; None where the deadline is over."""
        if self.due is None:
            return DONE
        if self.due < now:
            return None
        return Result(requeue_after=self.due - now + SECOND, background=self.rolled_out)


def _goes_on(deployment: Json) -> bool:
    """Whether the status says neither that the rollout pauses nor nothing at all of its progress."""
    if not status.has_deadline(deployment):
        return True
    progressing = status.find_condition(deployment, status.PROGRESSING)
    return progressing is not None and progressing.get("reason") != status.PAUSED


def _parts(rs: Json) -> _Parts:
    """What of a ReplicaSet decides whose it is, which revision and which size."""
    metadata = rs["metadata"]
    return rs["spec"], metadata.get("annotations"), metadata.get("labels"), metadata.get("ownerReferences")


def _has(rs: Json, parts: _Parts) -> bool:
    metadata = rs["metadata"]
    return (
        rs["spec"] is parts[0]
        and metadata.get("annotations") is parts[1]
        and metadata.get("labels") is parts[2]
        and metadata.get("ownerReferences") is parts[3]
    )
