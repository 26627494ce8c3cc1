"""kubectl rollout history.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_history.go
"""

from collections.abc import Sequence

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.describe.page import aligned
from kplan.kubectl.printers.output import WHOLE, output_of
from kplan.kubectl.printflags import OUTPUT
from kplan.kubectl.rollouts import ROLLOUT_FLAGS, Revision, chosen, each, revisions_of
from kplan.kubectl.server_fields import without_managed_fields
from kplan.kubectl.veil import veiled_text
from kplan.kubectl.verb import Context, Query


def run(arguments: Arguments, context: Context) -> Printed:
    """Print revisions. Raises UsageError."""
    printed, number = Printed(), arguments.number("revision")
    if number < 0:
        raise UsageError(f"revision must be a positive integer: {number}")
    output = output_of(arguments, formats=("name", *WHOLE))
    found = chosen(arguments, context, printed)

    def tell(item: Item) -> None:
        if item.resource.kind not in ("Deployment", "DaemonSet", "StatefulSet"):
            raise UsageError(f'no history viewer has been implemented for "{item.group_kind}"')
        revisions = revisions_of(context.server, item)
        if number:
            revisions = [one for one in revisions if one.number == number]
            if not revisions:
                raise UsageError("unable to find the specified revision")
        if output.whole:
            for one in revisions:
                version = "apps/v1"
                shown = {"apiVersion": version, **without_managed_fields(one.value)}
                between = "---\n" if printed.text and output.name == "yaml" else ""
                printed.text += between + output.render(shown)
            return
        printed.say(f"{item.title} " + (f"with revision #{number}" if number else ""))
        printed.out += (
            veiled_text(arguments, revisions[0].text) if number else _table(revisions)
        ).splitlines()
        printed.say("")

    return each(found, printed, tell)


def _table(revisions: Sequence[Revision]) -> str:
    rows = [("REVISION", "CHANGE-CAUSE"), *((str(one.number), one.cause) for one in revisions)]
    return aligned("".join(f"{number}\t{cause}\n" for number, cause in rows))


VERB = Query(
    usage="KIND NAME|KIND/NAME",
    about="Print the revisions of a workload.",
    flags=(
        Flag("revision", "Print this revision's pod template.", Kind.INT, metavar="NUMBER", default="0"),
        *ROLLOUT_FLAGS,
        *OUTPUT,
    ),
    examples=("rollout history deployment/web --revision=2",),
    run=run,
)
