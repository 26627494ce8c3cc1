"""NodeDeclaredFeatures: a pod that needs something new goes only to nodes that say they have it.

Upstream: pkg/scheduler/framework/plugins/nodedeclaredfeatures/nodedeclaredfeatures.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import ClusterEvent
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SKIP, SUCCESS, Status

REFUSED: Final = Status.unresolvable("node(s) didn't match Pod's required features")
RESTART_ALL: Final = "RestartAllContainersOnContainerExits"
USERS_ON_HOST_NETWORK: Final = "UserNamespacesHostNetworkSupport"


class NodeDeclaredFeatures:
    """Refuses nodes that do not declare what the pod uses."""

    name = "NodeDeclaredFeatures"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.NODE)

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """A node may declare more, or a new one come."""
        return frozenset({ClusterEvent.NODE_ADDED, ClusterEvent.NODE_DECLARED})

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Work out what the pod uses."""
        del snapshot
        needed = required_features(pod.template.spec)
        state[self.name] = needed
        return None, SUCCESS if needed else SKIP

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        del pod
        return SUCCESS if state[self.name] <= node.declared_features else REFUSED


def required_features(spec: Json) -> frozenset[str]:
    """Names of the features a pod's spec makes use of."""
    needed = set()
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    rules = (rule for container in containers for rule in container.get("restartPolicyRules") or ())
    if any(rule.get("action") == "RestartAllContainers" for rule in rules):
        needed.add(RESTART_ALL)
    if spec.get("hostNetwork") and spec.get("hostUsers") is False:
        needed.add(USERS_ON_HOST_NETWORK)
    return frozenset(needed)
