"""Sets a pod's condition as the API server does when it acts on pods itself.

Upstream: pkg/api/pod/util.go (UpdatePodCondition)
"""

from kplan.api.object import Json


def with_condition(status: Json, condition: Json, now: str) -> Json:
    """Copy a status with a condition added or replaced; its time moves only with its status."""
    conditions = list(status.get("conditions") or ())
    place = next((i for i, item in enumerate(conditions) if item.get("type") == condition["type"]), None)
    moved = place is None or conditions[place].get("status") != condition["status"]
    since = now if moved or place is None else conditions[place].get("lastTransitionTime", now)
    fresh = {
        "type": condition["type"],
        "status": condition["status"],
        "lastTransitionTime": since,
        **condition,
    }
    if place is None:
        conditions.append(fresh)
    else:
        conditions[place] = fresh
    return {**status, "conditions": conditions}
