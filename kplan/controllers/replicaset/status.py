"""A ReplicaSet's status: its pods counted, and whether making or deleting them failed.

Upstream: pkg/controller/replicaset/replica_set_utils.go
"""

from collections.abc import Sequence

from kplan.api import conditions
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.pods import is_available
from kplan.api.workloadspec import min_ready_seconds_of, replicas_of
from kplan.apiserver.errors import StatusError
from kplan.controllers.replicaset.owned import Owned
from kplan.simulation.clock import Instant, as_datetime, rfc3339
from kplan.simulation.reconciler import Context

_FAILURE = "ReplicaFailure"


def report(
    context: Context, owner: Json, pods: Sequence[Owned], terminating: int | None, refusal: StatusError | None
) -> Json:
    """Write a status that says something new; the answer is the owner with its status."""
    status = _counted(owner, pods, context.now)
    if terminating is not None:
        status["terminatingReplicas"] = terminating
    old = status_of(owner)
    before = old.get("conditions") or []
    after = before if refusal is None and not before else _conditions(owner, len(pods), refusal, context.now)
    generation = owner["metadata"].get("generation", 0)
    if after == before and generation == (old.get("observedGeneration") or 0) and _is_told(status, old):
        return owner
    new = {**status, "conditions": after, "observedGeneration": generation}
    return context.client.update_status({**owner, "status": new})


def _counted(owner: Json, pods: Sequence[Owned], now: Instant) -> Json:
    """Count (calculateStatus)."""
    ready, labelled, minimum = 0, 0, min_ready_seconds_of(owner)
    for one in pods:
        ready += one.ready
        labelled += one.labelled
    available = ready
    if minimum:
        when = as_datetime(now)
        available = sum(is_available(one.pod, minimum, when) for one in pods if one.ready)
    return {
        "replicas": len(pods),
        "fullyLabeledReplicas": labelled,
        "readyReplicas": ready,
        "availableReplicas": available,
    }


def _conditions(owner: Json, count: int, refusal: StatusError | None, now: Instant) -> conditions.Conditions:
    """A failure is remembered with the text of its first occurrence."""
    before = conditions.of(owner)
    failed = conditions.find(before, _FAILURE)
    if refusal is None:
        return before if failed is None else conditions.without(before, _FAILURE)
    if failed is not None:
        return before
    new = {
        "type": _FAILURE, "status": "True", "lastTransitionTime": rfc3339(now),
        "reason": "FailedCreate" if count < replicas_of(owner) else "FailedDelete", "message": refusal.message,
    }  # fmt: skip
    return [*before, new]


def _is_told(status: Json, old: Json) -> bool:
    """Whether the numbers are those of the present status, in which zeros may be left out."""
    for name, count in status.items():
        if (old.get(name) or 0) != count:
            return False
    return ("terminatingReplicas" in old) == ("terminatingReplicas" in status)
