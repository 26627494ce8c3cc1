"""What every cluster has before anybody applies anything: namespaces, the API server's Service, priority classes.

Upstream: pkg/controlplane/{instance,controller/systemnamespaces}, pkg/registry/scheduling/rest/storage_scheduling.go
"""

from collections.abc import Iterable

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server

NAMESPACES = ("kube-system", "kube-public", "kube-node-lease", "default")
_CRITICAL = (("system-node-critical", 2000001000), ("system-cluster-critical", 2000000000))
_SERVICE: Json = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {
        "name": "kubernetes",
        "namespace": "default",
        "labels": {"component": "apiserver", "provider": "kubernetes"},
    },
    "spec": {
        "clusterIP": "10.96.0.1",
        "ports": [{"name": "https", "port": 443, "targetPort": 6443}],
    },
}


def bootstrap(server: Server) -> None:
    """Create what is missing; a state that brings it keeps its own."""
    for value in _objects():
        metadata = value["metadata"]
        group = value["apiVersion"].rpartition("/")[0]
        key = ObjectKey(group, value["kind"], metadata.get("namespace", ""), metadata["name"])
        if server.find(key) is None:
            try:
                server.create(value)
            except StatusError as refusal:
                if refusal.reason not in ("AlreadyExists", "Invalid"):
                    raise


def _objects() -> Iterable[Json]:
    for name in NAMESPACES:
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    yield _SERVICE
    for name, value in _CRITICAL:
        metadata = {"name": name}
        yield {
            "apiVersion": "scheduling.k8s.io/v1",
            "kind": "PriorityClass",
            "metadata": metadata,
            "value": value,
        }
