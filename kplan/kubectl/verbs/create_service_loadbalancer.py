"""kubectl create service loadbalancer.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_service.go
"""

from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS
from kplan.kubectl.creatingservice import TCP, create_service
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a Service with a load balancer. Raises UsageError."""
    return create_service(arguments, context, "LoadBalancer", ports_needed=True)


VERB = Change(
    usage="NAME [--tcp=PORT[:TARGET]]",
    about="Create a Service that is reached through a load balancer.",
    flags=(TCP, *CREATE_FLAGS),
    examples=("create service loadbalancer web --tcp=80",),
    run=run,
)
