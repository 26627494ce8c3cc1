"""When what changed a Service's endpoints happened: the earliest new time of its pods' readiness and of its creation.

Upstream: staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go
"""

from collections.abc import Collection, Mapping

from kplan.api import conditions
from kplan.api.gvk import ObjectKey
from kplan.api.object import Json

ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time"


class _Known:
    """The times that were seen at the last look."""

    __slots__ = ("pods", "service")

    def __init__(self, service: str, pods: dict[ObjectKey, str]) -> None:
        self.service, self.pods = service, pods


class TriggerTimes:
    """What one controller has seen of every Service; times are whole seconds, as texts that sort."""

    def __init__(self) -> None:
        self._known: dict[ObjectKey, _Known] = {}

    def look(
        self, key: ObjectKey, service: Json, pods: Mapping[ObjectKey, Json],
        changed: Collection[ObjectKey] | None = None,
    ) -> str:  # fmt: skip
        """The time to write if the endpoints differ now; empty if nothing new has happened.

        ``changed`` are the pods that may be others than at the last look; without it all may be.
        """
        created = service["metadata"].get("creationTimestamp") or ""
        known = self._known.get(key)
        if known is None:
            self._known[key] = known = _Known(created, {})
            _fresh(known.pods, pods, pods)
            return created
        fresh = _fresh(known.pods, pods, {**known.pods, **pods} if changed is None else changed)
        if created > known.service:
            fresh.append(created)
        known.service = created
        return min(fresh, default="") if fresh else ""

    def forget(self, key: ObjectKey) -> None:
        """Forget a Service that is gone."""
        self._known.pop(key, None)


def stamped(value: Json, time: str) -> Json:
    """The object with the time of the change that caused it; without the annotation if there is none."""
    metadata = {**value["metadata"]}
    notes = {**(metadata.pop("annotations", None) or {})}
    notes.pop(ANNOTATION, None)
    if time:
        notes[ANNOTATION] = time
    if notes:
        metadata["annotations"] = notes
    return {**value, "metadata": metadata}


def _fresh(
    times: dict[ObjectKey, str], pods: Mapping[ObjectKey, Json], changed: Collection[ObjectKey]
) -> list[str]:
    """Take over the times of pods that may have changed; those that are later than before."""
    fresh = []
    for key in changed:
        time = _ready_since(pods[key]) if key in pods else ""
        if not time:
            times.pop(key, None)
        elif time != times.get(key):
            if time > times.get(key, ""):
                fresh.append(time)
            times[key] = time
    return fresh


def _ready_since(pod: Json) -> str:
    """When readiness turned to what it is; empty if nothing says so."""
    for condition in conditions.of(pod):
        if condition.get("type") == "Ready":
            return condition.get("lastTransitionTime") or ""
    return ""
