"""A Deployment's status: counts, conditions, completeness and the progress deadline.

Upstream: pkg/controller/deployment/{sync,progress}.go, pkg/controller/deployment/util/deployment_util.go
"""

from collections.abc import Iterable

from kplan.api import conditions
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.workloadspec import replicas_of, status_count
from kplan.controllers.deployment.replicasets import UNLIMITED, Tally, terms
from kplan.simulation.clock import SECOND, Instant, parse_instant, rfc3339

AVAILABLE = "Available"
PROGRESSING = "Progressing"
REPLICA_FAILURE = "ReplicaFailure"
NEW_RS_AVAILABLE = "NewReplicaSetAvailable"
TIMED_OUT = "ProgressDeadlineExceeded"
PAUSED = "DeploymentPaused"
RESUMED = "DeploymentResumed"

_AVAILABLE_TEXT = "Deployment has minimum availability."
_UNAVAILABLE_TEXT = "Deployment does not have minimum availability."


def condition(kind: str, status: str, reason: str, message: str, now: Instant) -> Json:
    """A Deployment condition that changes now."""
    stamp = rfc3339(now)
    return {
        "type": kind, "status": status, "lastUpdateTime": stamp, "lastTransitionTime": stamp,
        "reason": reason, "message": message,
    }  # fmt: skip


def set_condition(status: Json, new: Json) -> Json:
    """Put a condition last; one with the same status and reason stays as it is."""
    present = conditions.listed(status)
    current = conditions.find(present, new["type"])
    if current is not None and current.get("status") == new["status"]:
        if current.get("reason") == new["reason"]:
            return status
        new = {**new, "lastTransitionTime": current.get("lastTransitionTime")}
    return {**status, "conditions": [*conditions.without(present, new["type"]), new]}


def _with(status: Json, kind: str, value: str, reason: str, message: str, now: Instant) -> Json:
    """Set a condition of a new status, made only if the present one says something else."""
    current = conditions.find(status["conditions"], kind)
    if current is not None and current.get("status") == value and current.get("reason") == reason:
        return status
    return set_condition(status, condition(kind, value, reason, message, now))


def drop_condition(status: Json, kind: str) -> Json:
    """Take a condition away."""
    if "conditions" in status and conditions.find(status["conditions"], kind) is None:
        return status
    return {**status, "conditions": conditions.without(conditions.listed(status), kind)}


def find_condition(deployment: Json, kind: str) -> Json | None:
    """A condition of the Deployment, or None."""
    return conditions.of_type(deployment, kind)


def has_deadline(deployment: Json) -> bool:
    """Whether lack of progress is reported at all."""
    deadline = deployment["spec"].get("progressDeadlineSeconds")
    return deadline is not None and deadline != UNLIMITED


def calculate(
    count: Tally, new: Json | None, deployment: Json, now: Instant, *, terminating: bool = True
) -> Json:
    """The status but for the Progressing condition; ``terminating`` counts what is ending."""
    old = status_of(deployment)
    status: Json = {
        "observedGeneration": deployment["metadata"].get("generation", 0),
        "replicas": count.replicas,
        "updatedReplicas": status_count(new, "replicas") if new else 0,
        "readyReplicas": count.ready,
        "availableReplicas": count.available,
        "unavailableReplicas": max(0, count.size - count.available),
    }
    if terminating:
        status["terminatingReplicas"] = count.leaving
    status["conditions"] = old.get("conditions") or []
    if "collisionCount" in old and old["collisionCount"] is not None:
        status["collisionCount"] = old["collisionCount"]
    bounds = terms(deployment)
    if count.available >= bounds.replicas - bounds.max_unavailable:
        return _with(status, AVAILABLE, "True", "MinimumReplicasAvailable", _AVAILABLE_TEXT, now)
    return _with(status, AVAILABLE, "False", "MinimumReplicasUnavailable", _UNAVAILABLE_TEXT, now)


def with_progress(deployment: Json, status: Json, new: Json | None, now: Instant) -> Json:
    """Add the progress of the rollout to a calculated status."""
    if not has_deadline(deployment):
        return drop_condition(status, PROGRESSING)
    current = conditions.find(status["conditions"], PROGRESSING)
    reason = current.get("reason") if current else None
    if status["replicas"] == status["updatedReplicas"] and reason == NEW_RS_AVAILABLE:
        return status
    if is_complete(deployment, status):
        text = f"{_subject(deployment, new)} has successfully progressed."
        return _with(status, PROGRESSING, "True", NEW_RS_AVAILABLE, text, now)
    if is_progressing(deployment, status):
        text = f"{_subject(deployment, new)} is progressing."
        made = condition(PROGRESSING, "True", "ReplicaSetUpdated", text, now)
        if current is not None and current.get("status") == "True":
            made["lastTransitionTime"] = current.get("lastTransitionTime")
        return {**status, "conditions": [*conditions.without(status["conditions"], PROGRESSING), made]}
    if current is not None and is_timed_out(deployment, current, now):
        text = f"{_subject(deployment, new)} has timed out progressing."
        return set_condition(status, condition(PROGRESSING, "False", TIMED_OUT, text, now))
    return status


def _subject(deployment: Json, new: Json | None) -> str:
    """Whose progress it is."""
    if new:
        return f'ReplicaSet "{new["metadata"]["name"]}"'
    return f'Deployment "{deployment["metadata"]["name"]}"'


def with_failures(status: Json, sets: Iterable[Json | None]) -> Json:
    """Copy the failure of the first ReplicaSet that has one."""
    for rs in sets:
        failure = conditions.of_type(rs, REPLICA_FAILURE) if rs else None
        if failure is not None:
            return set_condition(status, {**failure, "lastUpdateTime": failure.get("lastTransitionTime")})
    return drop_condition(status, REPLICA_FAILURE)


def is_complete(deployment: Json, status: Json) -> bool:
    """Whether all pods are updated and available, and no old ones are left."""
    wanted = replicas_of(deployment)
    for name in ("updatedReplicas", "replicas", "availableReplicas"):
        if (status.get(name) or 0) != wanted:
            return False
    return (status.get("observedGeneration") or 0) >= int(deployment["metadata"].get("generation", 0))


def is_progressing(deployment: Json, status: Json) -> bool:
    """Whether by a calculated status more pods are updated, ready or available than before, or fewer are old."""
    before = status_of(deployment)
    for name in ("updatedReplicas", "readyReplicas", "availableReplicas"):
        if status[name] > (before.get(name) or 0):
            return True
    old_before = (before.get("replicas") or 0) - (before.get("updatedReplicas") or 0)
    return bool(status["replicas"] - status["updatedReplicas"] < old_before)


def is_timed_out(deployment: Json, progressing: Json, now: Instant) -> bool:
    """Whether the last progress is longer ago than the deadline allows."""
    reason = progressing.get("reason")
    if reason == NEW_RS_AVAILABLE:
        return False
    return reason == TIMED_OUT or deadline(deployment, progressing) < now


def deadline(deployment: Json, progressing: Json) -> Instant:
    """When lack of progress becomes a failure."""
    allowed = int(deployment["spec"].get("progressDeadlineSeconds") or 0)
    return parse_instant(progressing["lastUpdateTime"]) + allowed * SECOND
