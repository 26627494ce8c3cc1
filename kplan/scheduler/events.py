"""What can happen in a cluster that may let a pod be scheduled after all.

Upstream: pkg/scheduler/framework/events.go
"""

from enum import StrEnum
from typing import Any, Final

from kplan.namedtuples import NamedTuple


class ClusterEvent(StrEnum):
    """A change after which a plug-in that refused a pod may answer differently."""

    POD_BOUND = "a pod was bound"
    POD_RELABELLED = "a running pod changed its labels"
    POD_SCALED_DOWN = "a running pod now requests less"
    POD_DELETED = "a running pod is gone"
    NODE_ADDED = "a node was added"
    NODE_DELETED = "a node is gone"
    NODE_LABELLED = "a node changed its labels"
    NODE_TAINTED = "a node changed its taints, or whether pods may come to it"
    NODE_RESIZED = "a node changed what it offers"
    NODE_DECLARED = "a node declared other features"
    NODE_UPDATED_OTHERWISE = "annotations or conditions of a node changed"
    CLAIM_ADDED = "a claim was added"
    CLAIM_UPDATED = "a claim changed"
    VOLUME = "a volume was added or changed"
    STORAGE_CLASS = "a storage class was added or changed"
    CSI_NODE = "the drivers of a node changed"
    STORAGE = "drivers, their capacities or attachments changed"
    DEVICES = "devices or claims to them changed"
    WAITING_POD_UPDATED = "the annotations of the pod itself changed"
    NAMESPACE = "a namespace changed its labels"


class News(NamedTuple):
    """One such change: the object before and after it, None if there was or is none.

    A ``PodInfo`` for events of pods, a ``NodeInfo`` for those of nodes, otherwise the object as JSON.
    """

    before: Any
    after: Any


RESOURCES_FREED: Final = frozenset({ClusterEvent.POD_DELETED, ClusterEvent.POD_SCALED_DOWN})
PODS_CHANGED: Final = frozenset(
    {ClusterEvent.POD_BOUND, ClusterEvent.POD_RELABELLED, ClusterEvent.POD_DELETED}
)
PLACES_CHANGED: Final = frozenset({ClusterEvent.NODE_ADDED, ClusterEvent.NODE_LABELLED})
NODE_EVENTS: Final = frozenset(event for event in ClusterEvent if event.name.startswith("NODE_"))
CLAIMS_CHANGED: Final = frozenset({ClusterEvent.CLAIM_ADDED, ClusterEvent.CLAIM_UPDATED})
ALL_EVENTS: Final = frozenset(ClusterEvent)
