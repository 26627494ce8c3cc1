"""What can happen in a cluster that may let a pod be scheduled after all.

Upstream: pkg/scheduler/framework/events.go
"""

from enum import StrEnum
from typing import Final


class ClusterEvent(StrEnum):
    """A change after which a plug-in that refused a pod may answer differently."""

    POD_BOUND = "a pod was bound"
    POD_RELABELLED = "a running pod changed its labels"
    POD_SCALED_DOWN = "a running pod now requests less"
    POD_DELETED = "a running pod is gone"
    NODE_ADDED = "a node was added"
    NODE_UPDATED = "a node changed"
    NODE_UPDATED_OTHERWISE = "annotations or conditions of a node changed"
    STORAGE = "storage changed"
    DEVICES = "devices or claims to them changed"
    WAITING_POD_UPDATED = "the annotations of the pod itself changed"
    NAMESPACE = "a namespace changed its labels"


RESOURCES_FREED: Final = frozenset({ClusterEvent.POD_DELETED, ClusterEvent.POD_SCALED_DOWN})
NODES_CHANGED: Final = frozenset({ClusterEvent.NODE_ADDED, ClusterEvent.NODE_UPDATED})
PODS_CHANGED: Final = frozenset(
    {ClusterEvent.POD_BOUND, ClusterEvent.POD_RELABELLED, ClusterEvent.POD_DELETED}
)
ALL_EVENTS: Final = frozenset(ClusterEvent)
