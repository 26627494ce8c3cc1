"""What the scheduler writes into pods that it does not bind: why a pod is unschedulable, and
that a victim is preempted.

Upstream: pkg/scheduler/schedule_one.go (handleSchedulingFailure), pkg/scheduler/framework/preemption/executor.go
"""

from kplan.api.gvk import ObjectKey
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.profile import DEFAULT
from kplan.schema.changes.behaviours import Behaviour
from kplan.simulation.clock import rfc3339
from kplan.simulation.podcontrol import disruption_target
from kplan.simulation.reconciler import Context


def report(
    pod: PodInfo, message: str, nominated: str, context: Context, reason: str = "Unschedulable"
) -> None:
    """Write the condition and the nomination, unless both stand there already."""
    key = ObjectKey("", "Pod", pod.namespace, pod.name)
    current = context.client.find(key)
    if current is None:
        return
    status = current.get("status") or {}
    fresh = {"type": "PodScheduled", "status": "False", "reason": reason, "message": message}
    if context.does(Behaviour.OBSERVED_GENERATION) and current["metadata"].get("generation"):
        fresh["observedGeneration"] = current["metadata"]["generation"]
    conditions = list(status.get("conditions") or ())
    old = next((item for item in conditions if item.get("type") == "PodScheduled"), None)
    same = old is not None and all(old.get(name) == text for name, text in fresh.items())
    if same and status.get("nominatedNodeName", "") == nominated:
        return
    since = (
        old["lastTransitionTime"]
        if old and old.get("status") == "False" and "lastTransitionTime" in old
        else rfc3339(context.now)
    )
    entry = {**fresh, "lastTransitionTime": since}
    conditions = (
        [entry if item is old else item for item in conditions] if old is not None else [*conditions, entry]
    )
    context.client.merge_patch(
        key, {"status": {"conditions": conditions, "nominatedNodeName": nominated or None}}, "status"
    )


def nominate(pod: PodInfo, node: str, context: Context) -> None:
    """Say if a pod will go that cannot be bound yet, as its volumes are still being made (bindingCycle)."""
    key = ObjectKey("", "Pod", pod.namespace, pod.name)
    current = context.client.find(key)
    if current is None or not context.does(Behaviour.EXPECTED_NOMINATION):
        return
    if (current.get("status") or {}).get("nominatedNodeName") != node:
        context.client.merge_patch(key, {"status": {"nominatedNodeName": node}}, "status")


def evict(victim: PodInfo, pod: PodInfo, node: str, context: Context) -> None:
    """Delete a pod whose place another one gets, and say so in its status first."""
    key = ObjectKey("", "Pod", victim.namespace, victim.name)
    current = context.client.find(key)
    if current is None or "deletionTimestamp" in current["metadata"]:
        return
    scheduler_name = pod.value["spec"].get("schedulerName", DEFAULT.scheduler_name)
    text = f"{scheduler_name}: preempting to accommodate a higher priority pod"
    entry = disruption_target(context, current, "PreemptionByScheduler", text)
    others = [
        item
        for item in (current.get("status") or {}).get("conditions") or ()
        if item.get("type") != "DisruptionTarget"
    ]
    context.client.merge_patch(key, {"status": {"conditions": [*others, entry]}}, "status")
    context.client.delete(key)
    context.event(current, "Normal", "Preempted", f"Preempted by pod {pod.uid} on node {node}")
