"""Events as a recorder makes them, which the request chain would store as they are.

Upstream: staging/src/k8s.io/client-go/tools/record/event.go (makeEvent)
"""

from datetime import datetime
from typing import NamedTuple

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver import names
from kplan.state.store import Store


class News(NamedTuple):
    """What a recorder has to say of an object."""

    regarding: Json
    type: str
    reason: str
    message: str
    source: str


def free_key(regarding: Json, store: Store, now: datetime) -> ObjectKey:
    """The key of an Event about an object: a name behind those before, in the order of time."""
    metadata = regarding["metadata"]
    namespace, name = metadata.get("namespace") or "default", metadata["name"]
    key = ObjectKey("", "Event", namespace, f"{name}.{names.event_number(now)}")
    later = 0
    while key in store:
        later += 1
        key = key._replace(name=f"{name}.{names.event_number(now, later)}")
    return key


def event(news: News, key: ObjectKey, now: datetime) -> Json:
    """The Event that says it."""
    regarding, metadata, at = news.regarding, news.regarding["metadata"], names.timestamp(now)
    about = {"kind": regarding["kind"]}
    if metadata.get("namespace"):
        about["namespace"] = metadata["namespace"]
    about["name"] = metadata["name"]
    if metadata.get("uid"):
        about["uid"] = metadata["uid"]
    about["apiVersion"] = regarding["apiVersion"]
    if metadata.get("resourceVersion"):
        about["resourceVersion"] = metadata["resourceVersion"]
    made: Json = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": key.name, "namespace": key.namespace},
        "involvedObject": about,
    }
    if news.reason:
        made["reason"] = news.reason
    if news.message:
        made["message"] = news.message
    made["source"] = {"component": news.source}
    made["firstTimestamp"] = made["lastTimestamp"] = at
    made["count"], made["type"] = 1, news.type
    made["reportingComponent"], made["reportingInstance"] = news.source, ""
    return made
