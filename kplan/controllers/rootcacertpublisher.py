"""Root certificates: every namespace has a ConfigMap by which pods know the API server.

Upstream: pkg/controller/certificates/rootcacertpublisher/publisher.go
"""

from collections.abc import Iterable

from kplan.api.metadata import status_of
from kplan.apiserver.errors import StatusError
from kplan.simulation.podcontrol import is_namespace_terminating
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
    itself,
)

NAME = "kube-root-ca.crt"
DESCRIPTION_ANNOTATION = "kubernetes.io/description"

_DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)
_CERTIFICATE = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"


class RootCACertPublisher:
    """Keeps kube-root-ca.crt in every namespace."""

    name = "root-ca-cert-publisher"

    def __init__(self) -> None:
        self.watches = (Watch("", "Namespace", itself), Watch("", "ConfigMap", _namespace_of))

    def reconcile(self, request: Request, context: Context) -> Result:
        """Create the ConfigMap where it is missing (syncNamespace)."""
        namespace = context.cache.find(request)
        if namespace is None or status_of(namespace).get("phase", "Active") != "Active":
            return DONE
        if context.cache.find(ObjectKey("", "ConfigMap", request.name, NAME)) is None:
            notes = {DESCRIPTION_ANNOTATION: _DESCRIPTION}
            metadata = {"name": NAME, "namespace": request.name, "annotations": notes}
            bundle = {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": metadata,
                "data": {"ca.crt": _CERTIFICATE},
            }
            try:
                context.client.create(bundle)
            except StatusError as refusal:
                if not is_namespace_terminating(refusal):
                    raise
        return DONE


def _namespace_of(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    return (ObjectKey("", "Namespace", "", event.key.namespace),) if event.key.name == NAME else ()
