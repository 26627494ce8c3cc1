"""How pods and nodes fare, in the words of the picture."""

from enum import StrEnum

from kplan.api import conditions, pods
from kplan.api.object import Json
from kplan.plan.reading import condition_message


class State(StrEnum):
    """How a pod or a node fares."""

    PENDING = "pending"
    STARTING = "starting"
    READY = "ready"
    TERMINATING = "terminating"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    NOT_READY = "not ready"
    CORDONED = "cordoned"
    GONE = "gone"


def pod_state(pod: Json) -> State:
    """How a pod fares."""
    if pods.is_terminating(pod):
        return State.TERMINATING
    if pods.is_terminal(pod):
        return State.SUCCEEDED if pods.phase(pod) == "Succeeded" else State.FAILED
    if not pods.node_of(pod):
        return State.PENDING
    return State.READY if pods.is_ready(pod) else State.STARTING


def node_state(node: Json) -> State:
    """How a node fares."""
    if not conditions.is_true(node, "Ready"):
        return State.NOT_READY
    return State.CORDONED if (node.get("spec") or {}).get("unschedulable") else State.READY


def reason(pod: Json) -> str:
    """Why a pod is pending or not ready; empty if nothing says it."""
    if not pods.node_of(pod):
        return condition_message(pod, "PodScheduled")
    for status in pods.container_statuses_of(pod):
        waiting = (status.get("state") or {}).get("waiting") or {}
        if waiting and not status.get("ready"):
            return ": ".join(filter(None, (waiting.get("reason"), waiting.get("message"))))
    return str((pod.get("status") or {}).get("message") or "")
