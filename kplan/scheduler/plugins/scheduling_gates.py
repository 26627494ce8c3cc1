"""SchedulingGates: a pod with gates waits until whoever set them takes them away.

Upstream: pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go
"""

from kplan.api.object import Json
from kplan.scheduler.events import ClusterEvent
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SUCCESS, Status


class SchedulingGates:
    """Keeps gated pods out of the active queue."""

    name = "SchedulingGates"

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """Nothing but a change of the pod itself lifts its gates."""
        return frozenset()

    def pre_enqueue(self, pod: PodInfo, snapshot: Snapshot) -> Status:
        """Refuse while gates are left."""
        del snapshot
        waiting = waits_for(pod.value)
        return Status.unresolvable(waiting) if waiting else SUCCESS


def waits_for(pod: Json) -> str:
    """The gates that a pod waits for, in upstream's words; empty if it has none."""
    gates = [gate.get("name", "") for gate in pod["spec"].get("schedulingGates") or ()]
    return f"waiting for scheduling gates: [{' '.join(gates)}]" if gates else ""
