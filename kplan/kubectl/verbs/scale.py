"""kubectl scale: another number of replicas.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/scale/scale.go, staging/src/k8s.io/kubectl/pkg/scale/scale.go
"""

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item, choose, without_subresource
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.paths import check_name
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.documents import shown
from kplan.kubectl.printflags import OUTPUT, print_flags
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import ClientError
from kplan.namedtuples import NamedTuple

_NEEDED = "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"


class _Precondition(NamedTuple):
    replicas: int
    """-1 for any number."""
    resource_version: str


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Scale objects. Raises UsageError."""
    telling = print_flags(arguments)
    replicas = arguments.number("replicas")
    if replicas < 0:
        raise UsageError(_NEEDED)
    if arguments.number("current-replicas") < -1:
        raise UsageError("The --current-replicas must specify an integer of -1 or greater")
    given = wanted(arguments, context)
    # what is named is asked for, what stands in files is scaled at once
    found = choose(
        context.server, given.wanted._replace(kind_is_enough=arguments.switch("all"), latest=False)
    )
    condition = _Precondition(arguments.number("current-replicas"), arguments.text("resource-version"))
    if condition.resource_version and len(found.items) > 1:
        raise UsageError("cannot use --resource-version with multiple resources")
    printed = Printed(exit=int(given.broken))
    for item in found.items:
        before = _before(context.server, item)
        try:
            _scale(context.server, item, replicas, condition, telling.strategy, printed)
        except (StatusError, ClientError) as error:
            printed.refuse([error])
            return printed
        telling.tell(printed, item.title, "scaled", before and _with_replicas(item, before, replicas))
    printed.refuse(found.failures)
    if not found.items and not found.failures:
        printed.fail("error: no objects passed to scale")
    return printed


def _before(server: Server, item: Item) -> Json | None:
    """The object as it was found: in the cluster, or in a file."""
    return item.value if item.source else next(iter(shown(server, [item], managed_fields=True)), None)


def _with_replicas(item: Item, before: Json, replicas: int) -> Json:
    """The object as kubectl prints it: as it was, with the number of replicas; of other groups, as it was."""
    if item.resource.group not in ("", "apps"):
        return before
    return {**before, "spec": {**(before.get("spec") or {}), "replicas": replicas}}


def _scale(
    server: Server, item: Item, replicas: int, condition: _Precondition, strategy: DryRunStrategy, printed: Printed
) -> None:  # fmt: skip
    """Scale one object. Raises StatusError, or ClientError if it is not as expected."""
    if strategy is DryRunStrategy.CLIENT:
        return
    check_name(item.name)
    if not server.serves(item.resource, "scale"):
        raise without_subresource(item.resource, item.name)
    if condition != _Precondition(-1, ""):
        _check(server.scale(item.key), condition)
    answer = server.set_scale(
        item.key, replicas, dry_run=strategy is DryRunStrategy.SERVER, manager="kubectl"
    )
    printed.pass_on(answer.warnings)


def _check(current: Json, condition: _Precondition) -> None:
    """See that a Scale is as expected. Raises ClientError."""
    actual, version = current["spec"].get("replicas", 0), current["metadata"]["resourceVersion"]
    if condition.replicas not in (-1, actual):
        raise ClientError(f"Expected replicas to be {condition.replicas}, was {actual}")
    if condition.resource_version not in ("", version):
        raise ClientError(f"Expected resource version to be {condition.resource_version}, was {version}")


VERB = Change(
    usage="KIND NAME...|KIND/NAME...",
    about="Set the number of replicas, as kubectl scale does, and show what follows.",
    flags=(
        Flag("replicas", "New number of replicas.", Kind.INT, metavar="N", default="-1", required=True),
        Flag(
            "current-replicas",
            "Only scale when this is the current number of replicas.",
            Kind.INT,
            metavar="N",
            default="-1",
        ),
        Flag("resource-version", "Only scale when the object has this resourceVersion.", metavar="VERSION"),
        Flag(
            "timeout",
            "Accepted as in kubectl: the simulated server answers at once.",
            Kind.DURATION,
            metavar="DURATION",
        ),
        flags.ALL,
        flags.SELECTOR,
        flags.DRY_RUN,
        *OUTPUT,
        *flags.FILES,
        flags.NAMESPACE,
    ),
    examples=("scale deployment/web --replicas 5 -n shop",),
    run=run,
)
