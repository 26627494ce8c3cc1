"""Events as a recorder makes them, which the request chain would store as they are.

Upstream: staging/src/k8s.io/client-go/tools/record/event.go (makeEvent)
"""

from datetime import datetime

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver import names
from kplan.state.store import Store


def event(
    regarding: Json, event_type: str, reason: str, message: str, source: str, store: Store, now: datetime
) -> tuple[ObjectKey, Json]:
    """The Event that a recorder makes about an object, with the fields that the server fills, and its key."""
    metadata, at = regarding["metadata"], names.timestamp(now)
    key = _free_key(metadata.get("namespace") or "default", metadata["name"], store, now)
    uid = names.uid("events", key.namespace, store.revision, key.name)
    made: Json = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": key.name, "namespace": key.namespace, "uid": uid, "creationTimestamp": at},
        "involvedObject": _reference(regarding),
    }
    if reason:
        made["reason"] = reason
    if message:
        made["message"] = message
    made["source"] = {"component": source}
    made["firstTimestamp"] = made["lastTimestamp"] = at
    made["count"], made["type"] = 1, event_type
    made["reportingComponent"], made["reportingInstance"] = source, ""
    return key, made


def _free_key(namespace: str, name: str, store: Store, now: datetime) -> ObjectKey:
    """A name behind those of the Events before, in the order of time."""
    key = ObjectKey("", "Event", namespace, f"{name}.{names.event_number(now)}")
    later = 0
    while key in store:
        later += 1
        key = key._replace(name=f"{name}.{names.event_number(now, later)}")
    return key


def _reference(regarding: Json) -> Json:
    metadata = regarding["metadata"]
    about = {
        "kind": regarding["kind"],
        "namespace": metadata.get("namespace"),
        "name": metadata["name"],
        "uid": metadata.get("uid"),
        "apiVersion": regarding["apiVersion"],
        "resourceVersion": metadata.get("resourceVersion"),
    }
    return about if all(about.values()) else {name: value for name, value in about.items() if value}
