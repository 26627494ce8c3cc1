"""NodeName: a pod that names its node fits only there.

Upstream: pkg/scheduler/framework/plugins/nodename/node_name.go
"""

from typing import Final

from kplan.scheduler.framework import CycleState
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.status import SUCCESS, Status

REFUSED: Final = Status.unresolvable("node(s) didn't match the requested node name")


class NodeName:
    """Refuses every node but the named one."""

    name = "NodeName"

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        del state
        return SUCCESS if not pod.node_name or pod.node_name == node.name else REFUSED
