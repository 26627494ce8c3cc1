"""kubectl certificate deny.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/certificates/certificates.go
"""

from kplan.kubectl.approving import APPROVAL_FLAGS, DENIED, decide
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Deny certificate requests. Raises UsageError."""
    return decide(arguments, context, DENIED)


VERB = Change(
    usage="NAME...",
    about="Deny certificate requests, as kubectl certificate deny does.",
    flags=APPROVAL_FLAGS,
    examples=("certificate deny web-tls",),
    run=run,
)
