"""ServiceAccounts: every active namespace has one named default.

Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go
"""

from collections.abc import Iterable

from kplan.api.metadata import status_of
from kplan.simulation.podcontrol import unless_terminating
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
    itself,
)

NAMES = ("default",)


class ServiceAccountController:
    """Keeps the default service account of namespaces."""

    name = "service-account-controller"

    def __init__(self) -> None:
        self.watches = (Watch("", "Namespace", itself), Watch("", "ServiceAccount", _namespace_of))

    def reconcile(self, request: Request, context: Context) -> Result:
        """Create what is missing (syncNamespace)."""
        namespace = context.cache.find(request)
        if namespace is None or status_of(namespace).get("phase", "Active") != "Active":
            return DONE
        for name in NAMES:
            if context.cache.find(ObjectKey("", "ServiceAccount", request.name, name)) is not None:
                continue
            metadata = {"name": name, "namespace": request.name}
            with unless_terminating():
                context.client.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
        return DONE


def _namespace_of(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    gone = event.type is EventType.DELETED
    return (ObjectKey("", "Namespace", "", event.key.namespace),) if gone else ()
