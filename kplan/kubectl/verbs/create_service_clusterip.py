"""kubectl create service clusterip.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_service.go
"""

from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS
from kplan.kubectl.creatingservice import TCP, create_service
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a Service inside the cluster. Raises UsageError."""
    address = arguments.text("clusterip")
    spec = {"clusterIP": address} if address else {}
    return create_service(arguments, context, "ClusterIP", ports_needed=address != "None", **spec)


VERB = Change(
    usage="NAME [--tcp=PORT[:TARGET]]",
    about="Create a Service that is reached inside the cluster.",
    flags=(
        TCP,
        Flag("clusterip", "Address of the Service; None for a headless one.", metavar="ADDRESS"),
        *CREATE_FLAGS,
    ),
    examples=("create service clusterip web --tcp=80:8080",),
    run=run,
)
