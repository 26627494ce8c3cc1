"""kubectl rollout resume.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_resume.go
"""

from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.pausing import turn
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT
from kplan.kubectl.rollouts import ROLLOUT_FLAGS
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Resume deployments. Raises UsageError or StatusError."""
    return turn(arguments, context, paused=False)


VERB = Change(
    usage="deployment NAME...|deployment/NAME...",
    about="Resume deployments that were paused and show what follows.",
    flags=(*ROLLOUT_FLAGS, flags.FIELD_MANAGER, *OUTPUT),
    examples=("rollout resume deployment/web",),
    run=run,
)
