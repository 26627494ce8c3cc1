"""kubectl rollout pause.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_pause.go
"""

from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.pausing import turn
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT
from kplan.kubectl.rollouts import ROLLOUT_FLAGS
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Pause deployments. Raises UsageError or StatusError."""
    return turn(arguments, context, paused=True)


VERB = Change(
    usage="deployment NAME...|deployment/NAME...",
    about="Pause deployments: their pods are not replaced until they are resumed.",
    flags=(*ROLLOUT_FLAGS, flags.FIELD_MANAGER, *OUTPUT),
    examples=("rollout pause deployment/web",),
    run=run,
)
