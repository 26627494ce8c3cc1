"""kubectl apply set-last-applied: the configuration of files becomes that of the last apply; nothing else changes.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_set_last_applied.go
"""

from kplan.apiserver.errors import StatusError
from kplan.apiserver.patch.managed_fields import LAST_APPLIED, compact
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import switch
from kplan.kubectl.last_applied import original_text
from kplan.kubectl.metadatapatch import MetadataPatch
from kplan.kubectl.patcher import retrieving
from kplan.kubectl.paths import check_name
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, PrintFlags, print_flags
from kplan.kubectl.reading import Failure, Info, Options, read
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wording import ClientError

_NONE = "no last-applied-configuration annotation found on resource"
_HELP = "to create the annotation, run the command with --create-annotation"


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Set configurations. Raises UsageError."""
    telling = print_flags(arguments)
    if not arguments.given("filename"):
        raise UsageError("must specify one of -f and -k")
    given = context.files(arguments.texts("filename"), recursive=False)
    options = Options(arguments.text("namespace") or "default", arguments.given("namespace"))
    printed, failures = Printed(exit=int(given.broken)), list[StatusError | ClientError]()
    for info in read(given.objects, context.server, options):
        if isinstance(info, Failure):
            failures.append(info.error)
            continue
        try:
            _set(context, info, telling, printed, create=arguments.switch("create-annotation"))
        except (StatusError, ClientError) as error:
            failures.append(error)
            break
    printed.refuse(failures)
    return printed


def _set(context: LiveContext, info: Info, telling: PrintFlags, printed: Printed, *, create: bool) -> None:
    """Set the annotation of one object. Raises StatusError or ClientError."""
    try:
        check_name(info.name)
    except ClientError as error:
        raise retrieving(error, info) from error
    live = context.server.get(info.key, info.resource.api_version)
    before, text = original_text(live), compact(info.value)
    if not before and not create:
        raise ClientError(f"{_NONE}: {info.name}, {_HELP}")
    if before == text:
        printed.say(f"set-last-applied {info.name}: no changes required.")
        return
    patch = MetadataPatch("annotations", {LAST_APPLIED: text}, telling.strategy)
    value = live
    if telling.strategy is not DryRunStrategy.CLIENT:
        value = patch.apply(context.server, Item(info.resource, live))
    telling.tell(printed, info.title, "configured", value)


VERB = Change(
    usage="-f PATH...",
    about="Set the last-applied configuration of objects to what is in files, without changing the objects otherwise.",
    flags=(
        flags.FILENAME,
        flags.NAMESPACE,
        switch("create-annotation", "Create the annotation on objects that do not have it."),
        flags.DRY_RUN,
        *OUTPUT,
    ),
    examples=("apply set-last-applied -f web.yaml",),
    run=run,
)
