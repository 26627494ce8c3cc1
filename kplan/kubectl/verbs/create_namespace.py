"""kubectl create namespace.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_namespace.go
"""

from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS, create, required_name
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a namespace. Raises UsageError or StatusError."""
    value = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": required_name(arguments)},
        "spec": {},
        "status": {},
    }
    return create(value, arguments, context)


VERB = Change(
    usage="NAME",
    about="Create a namespace.",
    flags=CREATE_FLAGS,
    examples=("create namespace shop",),
    run=run,
)
