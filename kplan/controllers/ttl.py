"""How long kubelets may cache what they read: an annotation on each new node, and on all nodes when their number
calls for another value.

Deviations: nodes get another value when nodes come or go, not with their kubelets' next reports; what a state
begins with is as it says.

Upstream: pkg/controller/ttl/ttl_controller.go
"""

from collections.abc import Iterable

from kplan.api import nodettl
from kplan.api.metadata import annotations_of
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
    modifications,
)


class TTLController:
    """Annotates nodes."""

    name = "ttl-controller"

    def __init__(self) -> None:
        self._size = -1
        """Which size the cluster has; -1 before a node came or went."""
        self.watches = (Watch("", "Node", self._nodes, heeds=lambda change: not modifications(change)),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Annotate one node (updateNodeIfNeeded)."""
        node, wanted = context.cache.find(request), nodettl.text(self._size)
        if node is not None and annotations_of(node).get(nodettl.ANNOTATION) != wanted:
            context.client.merge_patch(request, {"metadata": {"annotations": {nodettl.ANNOTATION: wanted}}})
        return DONE

    def _nodes(self, event: WatchEvent, cache: Cache) -> Iterable[Request]:
        """The node that came, or every node if the cluster is of another size now (addNode, deleteNode)."""
        came = event.type is EventType.ADDED
        if came and not event.revision:  # it was there before
            return ()
        count, before = cache.count("", "Node"), self._size
        if before < 0:
            before = nodettl.grown(count - 1 if came else count + 1)
        self._size = nodettl.grown(count, before) if came else nodettl.shrunk(count, before)
        if self._size != before:
            return [ObjectKey("", "Node", "", node["metadata"]["name"]) for node in cache.list("", "Node")]
        return (event.key,) if came else ()
