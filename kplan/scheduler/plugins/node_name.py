"""NodeName: a pod that names its node fits only there.

Upstream: pkg/scheduler/framework/plugins/nodename/node_name.go
"""

from typing import Final

from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import ClusterEvent
from kplan.scheduler.framework import Verdicts
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SUCCESS, Status

REFUSED: Final = Status.unresolvable("node(s) didn't match the requested node name")


class NodeName:
    """Refuses every node but the named one."""

    name = "NodeName"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.NODE)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        del state
        return SUCCESS if not pod.node_name or pod.node_name == node.name else REFUSED

    def filter_all(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Verdicts | None:
        """Pass every node: spec.nodeName is no part of a template, and pods that have one are judged node by node."""
        del state, template, snapshot
        return None

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """Another node may be the named one."""
        return frozenset({ClusterEvent.NODE_ADDED})
