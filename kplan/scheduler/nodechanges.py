"""Which properties of a node have changed, as far as plug-ins read them.

Upstream: pkg/scheduler/framework/events.go (NodeSchedulingPropertiesChange)
"""

from typing import Any

from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.scheduler.events import ClusterEvent


def node_changes(before: Json, after: Json) -> list[ClusterEvent]:
    """What changed of a node, in upstream's order; a heartbeat changes nothing."""
    was, is_now = _scheduling_properties(before), _scheduling_properties(after)
    return [event for event in was if was[event] != is_now[event]]


def _scheduling_properties(value: Json) -> dict[ClusterEvent, Any]:
    """The parts of a node that plug-ins read, by the event of their change."""
    spec, status = value.get("spec") or {}, value.get("status") or {}
    conditions = [(item.get("type"), item.get("status")) for item in status.get("conditions") or ()]
    return {
        ClusterEvent.NODE_TAINTED: (spec.get("unschedulable"), spec.get("taints")),
        ClusterEvent.NODE_RESIZED: status.get("allocatable"),
        ClusterEvent.NODE_LABELLED: value["metadata"].get("labels"),
        ClusterEvent.NODE_DECLARED: status.get("declaredFeatures"),
        ClusterEvent.NODE_UPDATED_OTHERWISE: (annotations_of(value), conditions),
    }


def has_other_images(before: Json, after: Json) -> bool:
    """Whether other images are there, which no waiting pod hears of: they only count where a node is chosen."""
    return bool(_images(before) != _images(after))


def _images(value: Json) -> Any:
    return (value.get("status") or {}).get("images")
