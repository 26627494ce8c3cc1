"""Pod garbage collection: pods nobody will ever hear of again are deleted.

Upstream: pkg/controller/podgc/gc_controller.go
"""

from collections.abc import Collection, Iterable, Sequence

from kplan.api import conditions
from kplan.api.metadata import status_of
from kplan.api.nodes import taints_of
from kplan.api.object import Json
from kplan.api.pods import creation_order, is_terminal, is_terminating, node_of, tolerations_of
from kplan.apiserver.errors import StatusError
from kplan.selectors.taints import tolerated
from kplan.simulation.clock import SECOND, Instant
from kplan.simulation.podcontrol import disruption_target
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    EventType,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
    additions,
)

PERIOD: Instant = 20 * SECOND
QUARANTINE: Instant = 40 * SECOND
TERMINATED_THRESHOLD = 12500
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"


class PodGCController:
    """Deletes orphaned, stuck and superfluous pods."""

    name = "pod-garbage-collector"
    period = PERIOD

    def __init__(self) -> None:
        self._missing_since: dict[str, Instant] = {}
        self.watches = (Watch("", "Node", _gone), Watch("", "Pod", _stranded, heeds=additions))

    def reconcile(self, request: Request, context: Context) -> Result:
        """Wait for the sweeps that take the pods of a node that was deleted."""
        if context.cache.find(request) is not None:
            return DONE
        silent = context.outages.is_lost(request.name, context.now)
        orphans = [pod for pod in context.cache.pods_on(request.name) if silent or not is_terminating(pod)]
        return Result(requeue_after=PERIOD) if orphans else DONE

    @property
    def waits(self) -> bool:
        """Whether the node of a pod is missing, but not for long enough."""
        return bool(self._missing_since)

    def sweep(self, context: Context) -> None:
        """Look at the pods that are about to go or whose node is gone, and at all if they may be too many (gc)."""
        cache, lost = context.cache, self._lost_nodes(context)
        going = cache.terminating("", "Pod")
        pods = cache.list("", "Pod") if lost or cache.count("", "Pod") > TERMINATED_THRESHOLD else ()
        _collect_terminated(context, pods)
        _collect_terminating(context, going)
        for pod in pods:
            if node_of(pod) in lost:
                _delete(context, pod, "PodGC: node no longer exists")
        for pod in going:
            if not node_of(pod):
                _delete(context, pod, "")

    def _lost_nodes(self, context: Context) -> Collection[str]:
        """The nodes that pods are bound to and that have been missing for long."""
        cache, now = context.cache, context.now
        nodes = {node["metadata"]["name"] for node in cache.list("", "Node")}
        missing = [name for name in cache.pods_by_node().keys() - nodes if name and cache.pods_on(name)]
        self._missing_since = {name: self._missing_since.get(name, now) for name in missing}
        return {name for name, since in self._missing_since.items() if now - since >= QUARANTINE}


def _gone(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    return (event.key,) if event.type is EventType.DELETED else ()


def _stranded(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """The node of a new pod if there is none of that name."""
    node = node_of(event.value) if event.type is EventType.ADDED else ""
    key = ObjectKey("", "Node", "", node)
    return (key,) if node and cache.find(key) is None else ()


def _collect_terminated(context: Context, pods: Sequence[Json]) -> None:
    """Above the threshold the oldest ended pods go."""
    ended = sorted((pod for pod in pods if is_terminal(pod)), key=creation_order)
    for pod in ended[: max(0, len(ended) - TERMINATED_THRESHOLD)]:
        _delete(context, pod, "")


def _collect_terminating(context: Context, pods: Sequence[Json]) -> None:
    """Terminating pods on nodes that are out of service and not ready."""
    for pod in pods:
        node = context.cache.find(ObjectKey("", "Node", "", node_of(pod))) if node_of(pod) else None
        if node is None or conditions.is_true(node, "Ready"):
            continue
        taints = [taint for taint in taints_of(node) if taint.get("key") == OUT_OF_SERVICE]
        if any(not tolerated(tolerations_of(pod), taint) for taint in taints):
            _delete(context, pod, "")


def _delete(context: Context, pod: Json, message: str) -> None:
    """Mark the pod as failed, then force its deletion."""
    metadata, status = pod["metadata"], status_of(pod)
    key = ObjectKey("", "Pod", metadata["namespace"], metadata["name"])
    try:
        if not is_terminal(pod):
            new = {**status, "phase": "Failed"}
            if message:
                made = disruption_target(context, pod, "DeletionByPodGC", message)
                new["conditions"] = conditions.put(conditions.listed(status), made)
            context.client.update_status({**pod, "status": new})
        context.client.delete(key, grace_seconds=0)
    except StatusError as refusal:
        if refusal.code != 404:
            raise
