"""When what changed a Service's endpoints happened: the earliest new time of its pods' readiness and of its creation.

Upstream: staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from kplan.api import conditions
from kplan.api.gvk import ObjectKey
from kplan.api.metadata import annotations_of
from kplan.api.object import Json

ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time"


class _Seen(NamedTuple):
    """A pod as it was seen, and since when it is as ready as it is; empty where it has not said so."""

    pod: Json
    since: str


_UNSEEN: Final = _Seen({}, "")


class _Known(NamedTuple):
    """What was seen at the last look: when the Service was made, and its pods."""

    service: str
    pods: dict[str, _Seen]


class TriggerTimes:
    """What one controller has seen of every Service; times are whole seconds, as texts that sort."""

    def __init__(self) -> None:
        self._known: dict[ObjectKey, _Known] = {}

    def look(self, key: ObjectKey, service: Json, pods: Sequence[Json]) -> str:
        """The time to write where the endpoints differ now; empty where nothing new has happened."""
        before = self._known.get(key)
        created = service["metadata"].get("creationTimestamp") or ""
        seen = {} if before is None else before.pods
        now: dict[str, _Seen] = {}
        fresh = []
        for pod in pods:
            name = pod["metadata"]["name"]
            known = seen.get(name, _UNSEEN)
            if pod is not known.pod:
                since = _ready_since(pod)
                if since > known.since:
                    fresh.append(since)
                known = _Seen(pod, since)
            now[name] = known
        self._known[key] = _Known(created, now)
        if before is None:
            return created
        if created > before.service:
            fresh.append(created)
        return min(fresh) if fresh else ""

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


def _ready_since(pod: Json) -> str:
    for condition in conditions.of(pod):
        if condition.get("type") == "Ready":
            return condition.get("lastTransitionTime") or ""
    return ""
