"""kubectl create serviceaccount.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_serviceaccount.go
"""

from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS, create, metadata_of, required_name
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a service account. Raises UsageError."""
    metadata = metadata_of(required_name(arguments), arguments)
    value = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
    return create(value, arguments, context, "failed to create serviceaccount:")


VERB = Change(
    usage="NAME",
    about="Create a service account.",
    flags=CREATE_FLAGS,
    examples=("create serviceaccount builder",),
    run=run,
)
