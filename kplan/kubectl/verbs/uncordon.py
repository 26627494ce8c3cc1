"""kubectl uncordon: open nodes to new pods again.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go
"""

from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.dryrunstrategy import strategy_of
from kplan.kubectl.nodes import cordon_all, node_names
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Uncordon nodes. Raises UsageError."""
    strategy = strategy_of(arguments)
    names = node_names(arguments, context.server, "uncordon")
    return cordon_all(context.server, names, desired=False, strategy=strategy)


VERB = Change(
    usage="NODE...",
    about="Mark nodes as schedulable again, as kubectl uncordon does.",
    flags=(flags.SELECTOR, flags.DRY_RUN),
    examples=("uncordon node-1", "uncordon -l zone=a"),
    run=run,
)
