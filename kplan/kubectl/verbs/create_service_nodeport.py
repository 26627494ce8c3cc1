"""kubectl create service nodeport.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_service.go
"""

from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS
from kplan.kubectl.creatingservice import TCP, create_service
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a Service with a port of every node. Raises UsageError."""
    node_port = arguments.number("node-port")
    return create_service(arguments, context, "NodePort", ports_needed=True, node_port=node_port)


VERB = Change(
    usage="NAME [--tcp=PORT[:TARGET]] [--node-port=PORT]",
    about="Create a Service that is reached at a port of every node.",
    flags=(
        TCP,
        Flag("node-port", "Port of the nodes.", Kind.INT, metavar="PORT", default="0"),
        *CREATE_FLAGS,
    ),
    examples=("create service nodeport web --tcp=80 --node-port=30080",),
    run=run,
)
