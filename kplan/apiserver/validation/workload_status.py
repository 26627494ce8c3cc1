"""What the API server checks of the status of workloads, autoscalers and disruption budgets.

Upstream: pkg/apis/{apps,autoscaling,policy}/validation/validation.go
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import validate_qualified_name
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import Json, validate_object_meta_update
from kplan.apiserver.validation.values import non_negative
from kplan.fieldpath import FieldPath

_STATUS: Final = FieldPath.of("status")
_STATES: Final = ("False", "True", "Unknown")
_REASON: Final = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?"
_MAX_REASON: Final = 1024
_MAX_MESSAGE: Final = 32 * 1024
_DAEMON_COUNTS: Final = (
    "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration",
    "updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount",
)  # fmt: skip


def validate_deployment_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a Deployment."""
    parts = ("updatedReplicas", "readyReplicas", "availableReplicas")
    counts = (
        "observedGeneration",
        "replicas",
        *parts,
        "unavailableReplicas",
        "terminatingReplicas",
        "collisionCount",
    )
    return [*_metadata(new, old), *_replicas(new, counts, parts, "readyReplicas"), *_collisions(new, old)]


def validate_replica_set_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a ReplicaSet."""
    parts = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")
    counts = ("replicas", *parts, "observedGeneration", "terminatingReplicas")
    return [*_metadata(new, old), *_replicas(new, counts, parts, "readyReplicas")]


def validate_stateful_set_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a StatefulSet."""
    parts = ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")
    counts = ("replicas", *parts, "observedGeneration", "collisionCount")
    errors = _replicas(new, counts, parts, "status.readyReplicas")
    return [*errors, *_metadata(new, old), *_collisions(new, old)]


def validate_daemon_set_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a DaemonSet."""
    return [*_metadata(new, old), *_counts(_status(new), _DAEMON_COUNTS), *_collisions(new, old)]


def validate_horizontal_pod_autoscaler_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a HorizontalPodAutoscaler."""
    return [*_metadata(new, old), *_counts(_status(new), ("currentReplicas", "desiredReplicas"))]


def validate_pod_disruption_budget_status_update(new: Json, _old: Json) -> ErrorList:
    """The status of a PodDisruptionBudget."""
    status = _status(new)
    errors = validate_conditions(status.get("conditions") or (), _STATUS / "conditions")
    counts = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
    return [*errors, *_counts(status, counts)]


def validate_validating_admission_policy_status_update(new: Json, _old: Json) -> ErrorList:
    """The status of a ValidatingAdmissionPolicy."""
    status, path = _status(new), _STATUS.child("typeChecking", "expressionWarnings")
    errors: ErrorList = []
    for index, warning in enumerate((status.get("typeChecking") or {}).get("expressionWarnings") or ()):
        if not warning.get("warning"):
            errors.append(field.required(path / index / "warning", ""))
        if not (warning.get("fieldRef") or "").strip():
            errors.append(field.required(path / index / "fieldRef", ""))
    return errors + validate_conditions(status.get("conditions") or (), _STATUS / "conditions")


def validate_api_service_status_update(new: Json, old: Json) -> ErrorList:
    """The status of an APIService."""
    errors = _metadata(new, old)
    for index, condition in enumerate(_status(new).get("conditions") or ()):
        state = condition.get("status") or ""
        if state not in _STATES:
            where = _STATUS / "conditions" / index / "status"
            errors.append(field.not_supported(where, field.typed(state), ("True", "False", "Unknown")))
    return errors


def validate_conditions(conditions: Iterable[Json], path: FieldPath) -> ErrorList:
    """Conditions as newer kinds have them: every type once, with a reason and the time of its last change."""
    errors: ErrorList = []
    types: set[str] = set()
    for index, condition in enumerate(conditions):
        kind = condition.get("type") or ""
        if kind in types:
            errors.append(field.duplicate(path / index / "type", kind))
        types.add(kind)
        errors += _condition(condition, path / index)
    return errors


def _condition(condition: Json, path: FieldPath) -> ErrorList:
    name, state = condition.get("type") or "", condition.get("status") or ""
    errors = validate_qualified_name(name, path / "type")
    if state not in _STATES:
        errors.append(field.not_supported(path / "status", field.typed(state), _STATES))
    if (condition.get("observedGeneration") or 0) < 0:
        text = "must be greater than or equal to zero"
        errors.append(field.invalid(path / "observedGeneration", condition["observedGeneration"], text))
    if not condition.get("lastTransitionTime"):
        errors.append(field.required(path / "lastTransitionTime", ""))
    errors += _reason(condition.get("reason") or "", path / "reason")
    if len((condition.get("message") or "").encode()) > _MAX_MESSAGE:
        errors.append(field.too_long(path / "message", "", _MAX_MESSAGE))
    return errors


def _reason(reason: str, path: FieldPath) -> ErrorList:
    if not reason:
        return [field.required(path, "")]
    errors: ErrorList = []
    if re.fullmatch(_REASON, reason) is None:
        text = (
            "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric "
            "characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  "
            f"or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '{_REASON}')"
        )
        errors.append(field.invalid(path, reason, text))
    if len(reason.encode()) > _MAX_REASON:
        errors.append(field.too_long(path, "", _MAX_REASON))
    return errors


def _status(value: Json) -> Json:
    status: Json = value.get("status") or {}
    return status


def _metadata(new: Json, old: Json) -> ErrorList:
    return validate_object_meta_update(new.get("metadata"), old.get("metadata"))


def _counts(status: Json, names: Sequence[str]) -> ErrorList:
    return [error for name in names for error in non_negative(_STATUS / name, status.get(name))]


def _replicas(value: Json, counts: Sequence[str], parts: Sequence[str], ready: str) -> ErrorList:
    """No part is more than the whole, and no more are available than ready; ``ready`` is what the text calls these."""
    status = _status(value)
    errors = _counts(status, counts)
    for name in parts:
        if (status.get(name) or 0) > (status.get("replicas") or 0):
            text = "cannot be greater than status.replicas"
            errors.append(field.invalid(_STATUS / name, status.get(name) or 0, text))
    available = status.get("availableReplicas") or 0
    if available > (status.get("readyReplicas") or 0):
        errors.append(
            field.invalid(_STATUS / "availableReplicas", available, f"cannot be greater than {ready}")
        )
    return errors


def _collisions(new: Json, old: Json) -> ErrorList:
    """The number of hash collisions only grows."""
    before, count = _status(old).get("collisionCount"), _status(new).get("collisionCount")
    if before is None or (count is not None and count >= before):
        return []
    return [field.invalid(_STATUS / "collisionCount", count or 0, "cannot be decremented")]
