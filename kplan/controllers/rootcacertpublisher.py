"""Root certificates: every namespace has a ConfigMap by which pods know the API server.

Upstream: pkg/controller/certificates/rootcacertpublisher/publisher.go
"""

from collections.abc import Iterable

from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.rootca import CERTIFICATE
from kplan.simulation.podcontrol import unless_terminating
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
KEY = "ca.crt"
DESCRIPTION_ANNOTATION = "kubernetes.io/description"

_DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)


class RootCACertPublisher:
    """Keeps kube-root-ca.crt in every namespace."""

    name = "root-ca-cert-publisher"

    def __init__(self) -> None:
        self.watches = (Watch("", "Namespace", itself), Watch("", "ConfigMap", _namespace_of))

    def reconcile(self, request: Request, context: Context) -> Result:
        """Create the ConfigMap if it is missing, and take out what others put into it (syncNamespace)."""
        namespace = context.cache.find(request)
        if namespace is None or status_of(namespace).get("phase", "Active") != "Active":
            return DONE
        present = context.cache.find(ObjectKey("", "ConfigMap", request.name, NAME))
        with unless_terminating():
            if present is None:
                context.client.create(_bundle(request.name))
            elif (present.get("data") or {}).keys() != {KEY}:
                context.client.update({**present, "data": {KEY: _certificate(present)}})
        return DONE


def _bundle(namespace: str) -> Json:
    notes = {DESCRIPTION_ANNOTATION: _DESCRIPTION}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": NAME, "namespace": namespace, "annotations": notes},
        "data": {KEY: CERTIFICATE},
    }


def _certificate(present: Json) -> str:
    """The cluster's own certificate, which nobody knows but the state."""
    return (present.get("data") or {}).get(KEY) or CERTIFICATE


def _namespace_of(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    return (ObjectKey("", "Namespace", "", event.key.namespace),) if event.key.name == NAME else ()
