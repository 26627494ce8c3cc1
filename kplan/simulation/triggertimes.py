"""When what changed a Service's endpoints happened: the earliest new time of its pods' readiness and of its creation.

Upstream: staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kplan.api import conditions
from kplan.api.gvk import ObjectKey
from kplan.api.metadata import annotations_of
from kplan.api.object import Json

ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time"


class _Known(NamedTuple):
    """The times that were seen at the last look."""

    service: str
    pods: dict[str, str]


class TriggerTimes:
    """What one controller has seen of every Service; times are whole seconds, as texts that sort."""

    def __init__(self) -> None:
        self._known: dict[ObjectKey, _Known] = {}

    def look(self, key: ObjectKey, service: Json, pods: Sequence[Json]) -> str:
        """The time to write where the endpoints differ now; empty where nothing new has happened."""
        before = self._known.get(key)
        created = service["metadata"].get("creationTimestamp") or ""
        now = _Known(created, dict(_ready_since(pods)))
        self._known[key] = now
        if before is None:
            return created
        fresh = [time for name, time in now.pods.items() if time > before.pods.get(name, "")]
        if created > before.service:
            fresh.append(created)
        return min(fresh, default="")

    def forget(self, key: ObjectKey) -> None:
        """Know a Service that is gone no more."""
        self._known.pop(key, None)


def stamped(value: Json, time: str) -> Json:
    """The object with the time of what changed it; without one where there is none."""
    notes = {name: text for name, text in annotations_of(value).items() if name != ANNOTATION}
    if time:
        notes[ANNOTATION] = time
    metadata = {name: item for name, item in value["metadata"].items() if name != "annotations"}
    return {**value, "metadata": metadata | ({"annotations": notes} if notes else {})}


def _ready_since(pods: Sequence[Json]) -> Iterable[tuple[str, str]]:
    for pod in pods:
        for condition in conditions.of(pod):
            if condition.get("type") == "Ready":
                if condition.get("lastTransitionTime"):
                    yield pod["metadata"]["name"], condition["lastTransitionTime"]
                break
