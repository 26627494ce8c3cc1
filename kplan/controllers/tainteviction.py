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
    beside_status,
)

_REASON = "DeletionByTaintManager"
_MESSAGE = "Taint manager: deleting due to NoExecute taint"


class TaintEvictionController:
    """Deletes pods from tainted nodes, at once or when their tolerance ends."""

    name = "taint-eviction-controller"

    def __init__(self) -> None:
        self._due: dict[ObjectKey, Instant] = {}
        """When pods have to go that are still tolerated: what is settled once stays so until it is cancelled."""
        self.watches = (Watch("", "Node", _pods_of_node), Watch("", "Pod", self._bound, heeds=beside_status))

    def reconcile(self, request: Request, context: Context) -> Result:
        """Decide on one pod (handlePodUpdate, processPodOnNode)."""
        pod = context.cache.find(request)
        if pod is None:
            self._cancel(context, request)
            return DONE
        node = context.cache.find(ObjectKey("", "Node", "", node_of(pod)))
        if node is None or (is_terminating(pod) and _was_told(pod)):
            return DONE
        wait = patience(pod, _no_execute(node))
        if wait is None or wait < 0:
            self._cancel(context, request)
            return DONE if wait is None else self._leave(context, request, pod)
        due = self._due.setdefault(request, context.now + wait)
        if due > context.now:
            return Result.due(due - context.now)
        return self._leave(context, request, pod)

    def _leave(self, context: Context, request: Request, pod: Json) -> Result:
        self._due.pop(request, None)
        _evict(context, request, pod)
        return DONE

    def _cancel(self, context: Context, request: Request) -> None:
        """A pod that was to go later stays, goes at once, or is gone already."""
        if self._due.pop(request, None) is not None:
            text = f"Cancelling deletion of Pod {request.namespace}/{request.name}"
            metadata = {"name": request.name, "namespace": request.namespace, "uid": ""}
            subject = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}
            context.event(subject, "Normal", "TaintManagerEviction", text)

    def _bound(self, event: WatchEvent, cache: Cache) -> Iterable[Request]:
        """A pod that came to a tainted node, changed its tolerations, or is gone before its time."""
        if event.type is EventType.DELETED:
            return (event.key,) if event.key in self._due else ()
        if not node_of(event.value):
            return ()
        before, after = event.previous["spec"] if event.previous else {}, event.value["spec"]
        if all(before.get(name) == after.get(name) for name in ("nodeName", "tolerations")):
            return ()
        node = cache.find(ObjectKey("", "Node", "", node_of(event.value)))
        return (event.key,) if node is not None and _no_execute(node) else ()


def patience(pod: Json, taints: list[Json]) -> Instant | None:
    """How long the pod may stay under these taints; None for as long as it likes, negative if it has to go at once.

    Of several tolerations that match a taint, the first counts.
    """
    seconds: list[int] = []
    for taint in taints:
        matching = next((item for item in tolerations_of(pod) if tolerates(item, taint)), None)
        if matching is None:
            return -1
        if matching.get("tolerationSeconds") is not None:
            seconds.append(int(matching["tolerationSeconds"]))
    return max(0, min(seconds)) * SECOND if seconds else None


def _no_execute(node: Json) -> list[Json]:
    return [taint for taint in taints_of(node) if taint.get("effect") == NO_EXECUTE]


def _was_told(pod: Json) -> bool:
    """Whether a pod goes because of a taint already;
    upstream tells it once more whenever the taints of its node change.
    """
    told = conditions.of_type(pod, "DisruptionTarget")
    return told is not None and told.get("reason") == _REASON


def _evict(context: Context, key: ObjectKey, pod: Json) -> None:
    """Say why, then delete (addConditionAndDeletePod)."""
    context.event(
        pod, "Normal", "TaintManagerEviction", f"Marking for deletion Pod {key.namespace}/{key.name}"
    )
    status = status_of(pod)
    made = disruption_target(context, pod, _REASON, _MESSAGE)
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
