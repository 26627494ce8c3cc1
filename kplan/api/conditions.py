"""Conditions: found by type, replaced in place, with a transition time that moves only when the status does.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/meta/conditions.go and the setters of the single controllers
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kplan.api.object import Json

Conditions = list[Json]


def find(conditions: Iterable[Json] | None, condition_type: str) -> Json | None:
    """The condition of a type, or None."""
    for condition in conditions or ():
        if "type" in condition and condition["type"] == condition_type:
            return condition
    return None


def of(value: Mapping[str, Any]) -> Conditions:
    """The conditions in an object's status."""
    return (value.get("status") or {}).get("conditions") or []


def listed(status: Json) -> Conditions:
    """The conditions in a status."""
    found = status.get("conditions") if isinstance(status, dict) else None
    return found if isinstance(found, list) else []


def of_type(value: Mapping[str, Any], condition_type: str) -> Json | None:
    """The condition of a type in an object's status, or None."""
    return find(of(value), condition_type)


def state(value: Mapping[str, Any], condition_type: str) -> str:
    """``True``, ``False`` or ``Unknown``; the empty string if the object has no such condition."""
    condition = of_type(value, condition_type)
    return "" if condition is None else str(condition.get("status") or "")


def reason(value: Mapping[str, Any], condition_type: str) -> str:
    """Why the condition is as it is; the empty string if the object has no such condition."""
    condition = of_type(value, condition_type)
    return "" if condition is None else str(condition.get("reason") or "")


def is_true(value: Json, condition_type: str) -> bool:
    """Whether an object's status has the condition with status True."""
    for condition in (value.get("status") or {}).get("conditions") or ():
        if "type" in condition and condition["type"] == condition_type:
            return bool(condition.get("status") == "True")
    return False


def without(conditions: Sequence[Json], condition_type: str) -> Conditions:
    """The conditions without one type."""
    return [condition for condition in conditions if condition.get("type") != condition_type]


def put(conditions: Sequence[Json], new: Json) -> Conditions:
    """Set a condition where it stands, or append it; an unchanged status keeps its transition time."""
    result, seen = [], False
    for condition in conditions:
        if condition.get("type") != new["type"]:
            result.append(condition)
            continue
        seen = True
        kept = {}
        if condition.get("status") == new.get("status") and "lastTransitionTime" in condition:
            kept = {"lastTransitionTime": condition["lastTransitionTime"]}
        result.append({**new, **kept})
    return result if seen else [*result, new]
