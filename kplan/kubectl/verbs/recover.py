"""``recover``: nodes that were offline, or not ready, are back.

Upstream: none; kubectl cannot switch on the power.
"""

from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Bring nodes back. Raises HelpError."""
    if not arguments.words:
        raise HelpError("name at least one node", hint="write recover NODE...")
    return context.outages.recover(arguments.words)


VERB = Change(
    usage="NODE...",
    about="Bring nodes back that are offline or not ready, and show what follows.",
    examples=("recover node-2",),
    run=run,
)
