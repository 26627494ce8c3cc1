"""kubectl cordon: close nodes to new pods.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go
"""

from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.dryrunstrategy import strategy_of
from kplan.kubectl.nodes import cordon_all, node_names
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Cordon nodes. Raises UsageError."""
    strategy = strategy_of(arguments)
    names = node_names(arguments, context.server, "cordon")
    return cordon_all(context.server, names, desired=True, strategy=strategy)


VERB = Change(
    usage="NODE...",
    about="Mark nodes as unschedulable, as kubectl cordon does.",
    flags=(flags.SELECTOR, flags.DRY_RUN),
    examples=("cordon node-1", "cordon -l zone=a"),
    run=run,
)
