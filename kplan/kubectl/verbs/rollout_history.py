"""kubectl rollout history.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_history.go
"""

from collections.abc import Sequence

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.describe.page import aligned
from kplan.kubectl.printflags import OUTPUT, print_flags
from kplan.kubectl.rollouts import ROLLOUT_FLAGS, Revision, chosen, each, revisions_of, without_revisions
from kplan.kubectl.veil import veiled
from kplan.kubectl.verb import Context, Query

_NO_HISTORY = "No rollout history found."


def run(arguments: Arguments, context: Context) -> Printed:
    """Print revisions. Raises UsageError."""
    printed, number = Printed(), arguments.number("revision")
    if number < 0:
        raise UsageError(f"revision must be a positive integer: {number}")
    telling = print_flags(arguments)
    output = telling.output
    found = chosen(arguments, context, printed)

    def tell(item: Item) -> None:
        if item.resource.kind not in ("Deployment", "DaemonSet", "StatefulSet"):
            raise without_revisions(item, "history", "history viewer")
        revisions = revisions_of(context.server, item)
        if number and (revisions or output.name):
            revisions = [one for one in revisions if one.number == number]
            if not revisions:
                raise UsageError("unable to find the specified revision")
        if output.name:
            for one in revisions:
                value = one.value if item.resource.kind == "Deployment" else _as_of(context, item, one)
                title = f"{value['kind'].lower()}.apps/{value['metadata']['name']}"
                telling.tell(printed, title, "", value, typed=True)
            return
        printed.say(f"{item.title} " + (f"with revision #{number}" if number else ""))
        shown = [
            one._replace(**veiled(arguments, {"value": one.value, "template": one.template}))
            for one in revisions
        ]
        printed.out += (shown[0].text if number and shown else _table(shown)).splitlines()
        if revisions:
            printed.say("")

    return each(found, printed, tell)


def _as_of(context: Context, item: Item, revision: Revision) -> Json:
    """The workload with the pod template of an earlier revision."""
    value = context.server.show(item.key, item.resource.api_version) or item.value
    return {**value, "spec": {**value["spec"], "template": revision.template}}


def _table(revisions: Sequence[Revision]) -> str:
    if not revisions:
        return _NO_HISTORY
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
