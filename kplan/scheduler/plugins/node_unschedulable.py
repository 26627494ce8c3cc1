"""NodeUnschedulable: a cordoned node takes only pods that tolerate it.

Upstream: pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go
"""

from typing import Final

from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import ClusterEvent, News
from kplan.scheduler.framework import Verdicts
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SUCCESS, Status
from kplan.selectors.taints import tolerated

REFUSED: Final = Status.unresolvable("node(s) were unschedulable")
_TAINT: Final = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


class NodeUnschedulable:
    """Refuses cordoned nodes."""

    name = "NodeUnschedulable"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.NODE)

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """A node may be uncordoned, or a new one come."""
        return frozenset({ClusterEvent.NODE_ADDED, ClusterEvent.NODE_TAINTED})

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """A node that takes pods now and did not before (isSchedulableAfterNodeChange)."""
        del pod, event, snapshot
        return not news.after.unschedulable and (news.before is None or news.before.unschedulable)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        del state
        return REFUSED if node.unschedulable and not tolerated(pod.template.tolerations, _TAINT) else SUCCESS

    def filter_all(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Verdicts | None:
        """Judge every node."""
        del state
        codes, cordoned = snapshot.columns.distinct("unschedulable", lambda node: node.unschedulable)
        if True not in cordoned or tolerated(template.tolerations, _TAINT):
            return None
        return Verdicts((codes == cordoned.index(True)).astype("int16"), (SUCCESS, REFUSED))
