"""NodePorts: two pods cannot listen on the same port of a node.

Upstream: pkg/scheduler/framework/plugins/nodeports/node_ports.go
"""

from typing import Final

from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import ClusterEvent, News
from kplan.scheduler.nodeinfo import NodeInfo, overlaps
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SKIP, SUCCESS, Status

REFUSED: Final = Status.unschedulable("node(s) didn't have free ports for the requested pod ports")


class NodePorts:
    """Refuses nodes if a wanted port is taken."""

    name = "NodePorts"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.NODE_AND_PODS)

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """A pod may free its ports, or a new node come."""
        return frozenset({ClusterEvent.POD_DELETED, ClusterEvent.NODE_ADDED})

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """A pod that had one of the ports is gone (isSchedulableAfterPodDeleted)."""
        del snapshot
        if event is not ClusterEvent.POD_DELETED:
            return True
        return any(_takes(news.before, *port) for port in pod.template.ports)

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Pods without host ports need no look."""
        del state, snapshot
        return None, SUCCESS if pod.template.ports else SKIP

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        del state
        taken = node.ports and any(
            node.port_taken(address, protocol, port) for address, protocol, port in pod.template.ports
        )
        return REFUSED if taken else SUCCESS

    def detail(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:
        """The ports behind a refusal, and who has them."""
        del state
        parts = []
        for address, protocol, port in pod.template.ports:
            if node.port_taken(address, protocol, port):
                owner = next(other for other in node.pods if _takes(other, address, protocol, port))
                parts.append(f"port {port}/{protocol} is taken by {owner.namespace}/{owner.name}")
        return "; ".join(parts)


def _takes(pod: PodInfo, address: str, protocol: str, port: int) -> bool:
    """Whether nobody else can have this port where a pod is."""
    return any(
        (protocol, port) == (its_protocol, its_port) and overlaps(address, (its_address,))
        for its_address, its_protocol, its_port in pod.template.ports
    )
