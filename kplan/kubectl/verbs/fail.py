"""``fail``: nodes go offline, as after a power cut.

Upstream: none; kubectl cannot cut the power.
"""

from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.durations import duration
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Take nodes offline. Raises UsageError."""
    if not arguments.words:
        raise HelpError("name at least one node", hint="write fail NODE...")
    back_after = duration(arguments.text("for")) if arguments.given("for") else None
    return context.outages.fail(arguments.words, back_after)


VERB = Change(
    usage="NODE...",
    about="""Take nodes offline, as after a power cut, and show what follows.

    A node counts as unreachable after 50 seconds; its pods are evicted when their tolerations end, 5 minutes later by
    default, and stay Terminating until the node is back or deleted.
    """,
    flags=(Flag("for", "Bring the nodes back after this time.", metavar="DURATION"),),
    examples=("fail node-2", "fail node-2 node-3 --for 10m --commit"),
    run=run,
)
