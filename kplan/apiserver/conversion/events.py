"""Events of the core group and of events.k8s.io: the same object under other names.

Upstream: pkg/apis/events/v1/conversion.go
"""

from typing import Final

from kplan.api.object import Json

_NAMES: Final = {
    "regarding": "involvedObject",
    "note": "message",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
    "reportingController": "reportingComponent",
}
_BACK: Final = {old: new for new, old in _NAMES.items()}


def from_events(obj: Json) -> Json:
    """Convert an events.k8s.io/v1 Event into a core one."""
    core = {_NAMES.get(field, field): value for field, value in obj.items()}
    core["apiVersion"] = "v1"
    return core


def to_events(obj: Json) -> Json:
    """Convert a core Event into an events.k8s.io/v1 one."""
    event = {_BACK.get(field, field): value for field, value in obj.items()}
    event["apiVersion"] = "events.k8s.io/v1"
    return event
