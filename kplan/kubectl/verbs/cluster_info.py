"""kubectl cluster-info: where the control plane and the cluster's own services are; here, where they would be.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/clusterinfo/clusterinfo.go
"""

from collections.abc import Iterator

from kplan.api.metadata import labels_of
from kplan.api.nodes import addresses_of
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Context, Query

_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_OWN = "kubernetes.io/cluster-service"


def run(arguments: Arguments, context: Context) -> Printed:
    """Print the addresses; words are passed over."""
    del arguments
    place = f"https://{_address(context)}:6443"
    printed = Printed(out=[f"Kubernetes control plane is running at {place}"])
    printed.out += [f"{name} is running at {place}{path}" for name, path in _services(context)]
    printed.warn("simulated: nothing listens at these addresses")
    return printed


def _address(context: Context) -> str:
    """The address of the control plane's node, else of the Service that stands for it."""
    for node in context.server.list("", "Node"):
        if _CONTROL_PLANE in labels_of(node) and (internal := addresses_of(node, "InternalIP")):
            return internal[0]
    services = context.server.list("", "Service", "default")
    own = next((one for one in services if one["metadata"]["name"] == "kubernetes"), {})
    return str((own.get("spec") or {}).get("clusterIP") or "10.96.0.1")


def _services(context: Context) -> Iterator[tuple[str, str]]:
    """The cluster's own services, and their paths at the API server."""
    for service in context.server.list("", "Service", "kube-system"):
        labels, name = labels_of(service), service["metadata"]["name"]
        if labels.get(_OWN) == "true":
            port = next(
                (f":{one['name']}" for one in service["spec"].get("ports") or () if one.get("name")), ""
            )
            path = f"/api/v1/namespaces/kube-system/services/{name}{port}/proxy"
            yield labels.get("kubernetes.io/name") or name, path


VERB = Query(
    usage="",
    about="Print where control plane and cluster services would be; a simulated cluster listens nowhere.",
    examples=("cluster-info",),
    run=run,
)
