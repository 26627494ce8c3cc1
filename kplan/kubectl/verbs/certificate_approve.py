"""kubectl certificate approve.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/certificates/certificates.go
"""

from kplan.kubectl.approving import APPROVAL_FLAGS, APPROVED, decide
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Approve certificate requests. Raises UsageError."""
    return decide(arguments, context, APPROVED)


VERB = Change(
    usage="NAME...",
    about="Approve certificate requests, as kubectl certificate approve does. Nobody signs in a simulated cluster, so that they stay without a certificate.",
    flags=APPROVAL_FLAGS,
    examples=("certificate approve web-tls",),
    run=run,
)
