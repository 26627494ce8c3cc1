"""Taint eviction: pods leave nodes whose NoExecute taints they do not tolerate, or tolerate for a time only.

Upstream: pkg/controller/tainteviction/taint_eviction.go
"""

from collections.abc import Iterable

from kplan.api import conditions
from kplan.api.metadata import status_of
from kplan.api.nodes import taints_of
from kplan.api.object import Json
from kplan.api.pods import is_terminating, node_of, tolerations_of
from kplan.apiserver.errors import StatusError
from kplan.selectors.taints import NO_EXECUTE, tolerates
from kplan.simulation.clock import SECOND, Instant, rfc3339
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
    beside_status,
)

_MESSAGE = "Taint manager: deleting due to NoExecute taint"


class TaintEvictionController:
    """Deletes pods from tainted nodes, at once or when their tolerance ends."""

    name = "taint-eviction-controller"

    def __init__(self) -> None:
        self._due: dict[tuple[ObjectKey, str], Instant] = {}
        self.watches = (Watch("", "Node", _pods_of_node), Watch("", "Pod", _bound, heeds=beside_status))

    def reconcile(self, request: Request, context: Context) -> Result:
        """Decide on one pod (processPodOnNode)."""
        pod = context.cache.find(request)
        node = context.cache.find(ObjectKey("", "Node", "", node_of(pod))) if pod is not None else None
        if pod is None or node is None or is_terminating(pod):
            return DONE
        timer = (request, pod["metadata"]["uid"])
        wait = patience(pod, _no_execute(node))
        if wait is None:
            if self._due.pop(timer, None) is not None:
                text = f"Cancelling deletion of Pod {request.namespace}/{request.name}"
                context.event(pod, "Normal", "TaintManagerEviction", text)
            return DONE
        due = min(context.now + wait, self._due.get(timer, context.now + wait))
        if due > context.now:
            self._due[timer] = due
            return Result.due(due - context.now)
        self._due.pop(timer, None)
        _evict(context, request, pod)
        return DONE


def patience(pod: Json, taints: list[Json]) -> Instant | None:
    """How long the pod may stay under these taints; None for as long as it likes."""
    seconds: list[int] = []
    for taint in taints:
        matching = [item for item in tolerations_of(pod) if tolerates(item, taint)]
        if not matching:
            return 0
        seconds += [
            int(item["tolerationSeconds"]) for item in matching if item.get("tolerationSeconds") is not None
        ]
    return max(0, min(seconds)) * SECOND if seconds else None


def _no_execute(node: Json) -> list[Json]:
    return [taint for taint in taints_of(node) if taint.get("effect") == NO_EXECUTE]


def _evict(context: Context, key: ObjectKey, pod: Json) -> None:
    """Say why, then delete (addConditionAndDeletePod)."""
    context.event(
        pod, "Normal", "TaintManagerEviction", f"Marking for deletion Pod {key.namespace}/{key.name}"
    )
    status = status_of(pod)
    made = {
        "type": "DisruptionTarget", "status": "True", "lastTransitionTime": rfc3339(context.now),
        "reason": "DeletionByTaintManager", "message": _MESSAGE,
    }  # fmt: skip
    try:
        present = conditions.put(conditions.listed(status), made)
        context.client.update_status({**pod, "status": {**status, "conditions": present}})
        context.client.delete(key)
    except StatusError as refusal:
        if refusal.code != 404:
            raise


def _pods_of_node(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    if event.type is EventType.DELETED:
        return ()
    before = _no_execute(event.previous) if event.previous is not None else []
    if before == _no_execute(event.value):
        return ()
    return [
        ObjectKey("", "Pod", pod["metadata"]["namespace"], pod["metadata"]["name"])
        for pod in cache.pods_on(event.key.name)
    ]


def _bound(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """A pod that came to a tainted node or changed its tolerations."""
    if event.type is EventType.DELETED or not node_of(event.value):
        return ()
    before, after = event.previous["spec"] if event.previous else {}, event.value["spec"]
    if all(before.get(name) == after.get(name) for name in ("nodeName", "tolerations")):
        return ()
    node = cache.find(ObjectKey("", "Node", "", node_of(event.value)))
    return (event.key,) if node is not None and _no_execute(node) else ()
