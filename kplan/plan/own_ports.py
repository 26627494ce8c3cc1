"""What a workload's pods have against each other on one node: the host port that each of them wants.

Upstream: pkg/controller/deployment/util/deployment_util.go (how many pods may be missing, rounded down)
"""

from kplan.api.object import Json
from kplan.api.pods import is_terminating, node_of
from kplan.plan.named_causes import TAKEN_PORT, causes_in
from kplan.plan.owned import pods_of
from kplan.plan.reading import condition_message, fields, number, text
from kplan.sentences import counted
from kplan.state.store import Store


def in_its_own_way(workload: Json, store: Store) -> str:
    """Why a pod of a workload that waits for host ports waits for pods of the same workload; empty if none waits."""
    pods = pods_of(workload, store)
    if not any(_waits(pod.value) for pod in pods):
        return ""
    nodes = {node_of(pod.value) for pod in pods if _holds(pod.value)}
    where = counted(len(nodes), "node")
    if any(not pod.updated and _holds(pod.value) for pod in pods):
        return f"which its old pods have on {where}: {_why_they_stay(workload)}"
    return f"which other pods of it have on {where}: it needs a node for each pod" if nodes else ""


def _waits(pod: Json) -> bool:
    return not node_of(pod) and TAKEN_PORT in causes_in(condition_message(pod, "PodScheduled"))


def _holds(pod: Json) -> bool:
    return bool(node_of(pod)) and not is_terminating(pod)


def _why_they_stay(workload: Json) -> str:
    """What keeps old pods, and the way out."""
    if text(workload, "kind") != "Deployment":
        return "none of them stops before a new one is ready"
    replicas = number(workload, "spec", "replicas", default=1)
    given = fields(workload, "spec", "strategy", "rollingUpdate").get("maxUnavailable", "25%")
    share = f"{given} of {replicas}, which is 0" if isinstance(given, str) else str(given)
    return (
        f"none may stop before a new one is ready (maxUnavailable {share}); "
        "let one stop with maxUnavailable 1 and maxSurge 0, or use strategy Recreate"
    )
