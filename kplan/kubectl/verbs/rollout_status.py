"""kubectl rollout status.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_status.go
"""

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.rollouts import ROLLOUT_FLAGS, chosen, each, none_found
from kplan.kubectl.rolloutstatus import progress_of
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.waiting import wait_until


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Wait for rollouts. Raises UsageError."""
    printed = Printed()
    if arguments.number("revision") < 0:
        raise UsageError(f"revision must be a positive integer: {arguments.number('revision')}")
    found = chosen(arguments, context, printed)
    if not found.items and not found.failures:
        return none_found(arguments, printed)
    return each(found, printed, lambda item: _follow(arguments, context, item, printed))


def _follow(arguments: Arguments, context: LiveContext, item: Item, printed: Printed) -> None:
    said = ""

    def over() -> bool:
        nonlocal said
        value = context.server.find(item.key)
        if value is None:
            raise UsageError("object has been deleted")
        text, done = progress_of(value, item.resource.kind, item.resource.group, arguments.number("revision"))
        if text != said:
            printed.say(text)
        said = text
        return done or not arguments.switch("watch")

    if not wait_until(context, over, arguments.seconds("timeout") or context.patience):
        raise UsageError("timed out waiting for the condition")


VERB = Change(
    usage="KIND NAME|KIND/NAME",
    about="Wait until a rollout is complete, and print its progress.",
    flags=(
        switch("watch", "Wait for the end.", "w", default=True),
        Flag("revision", "Only this revision.", Kind.INT, metavar="NUMBER", default="0"),
        Flag("timeout", "How long to wait.", Kind.DURATION, metavar="DURATION", default="0s"),
        *ROLLOUT_FLAGS,
    ),
    examples=("rollout status deployment/web --timeout=60s",),
    run=run,
)
