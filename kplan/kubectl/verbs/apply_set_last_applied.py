"""kubectl apply set-last-applied: the configuration of files becomes that of the last apply; nothing else changes.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_set_last_applied.go
"""

from collections.abc import Iterable

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError, not_found
from kplan.apiserver.patch.go_values import compact
from kplan.apiserver.patch.last_applied import LAST_APPLIED
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item, is_away
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import switch
from kplan.kubectl.last_applied import original_text
from kplan.kubectl.metadatapatch import MetadataPatch
from kplan.kubectl.patcher import retrieving
from kplan.kubectl.paths import check_name
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, print_flags
from kplan.kubectl.reading import Failure, Info, Options, in_lists, read
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wording import ClientError, ListedError, NestedError, lone
from kplan.namedtuples import NamedTuple

_NONE = "no last-applied-configuration annotation found on resource"
_HELP = "to create the annotation, run the command with --create-annotation"


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Set configurations. Raises UsageError."""
    telling = print_flags(arguments)
    if not arguments.given("filename"):
        raise UsageError("must specify one of -f and -k")
    given = context.files(arguments.texts("filename"), recursive=False)
    options = Options(arguments.text("namespace") or "default", arguments.given("namespace"))
    printed, changes = Printed(exit=int(given.broken)), list[_Change]()
    create = arguments.switch("create-annotation")
    try:
        # kubectl looks at all before it changes the first
        for infos in in_lists(read(given.objects, context.server, options)):
            changes += _changes(context, infos, printed, create=create)
        for change in changes:
            resource = change.info.resource
            value = context.server.show(change.info.key, resource.api_version) or change.live
            if telling.strategy is not DryRunStrategy.CLIENT:
                patch = MetadataPatch("annotations", {LAST_APPLIED: change.text}, telling.strategy)
                value = patch.apply(context.server, Item(resource, change.live))
            telling.tell(printed, change.info.title, "configured", value)
    except (StatusError, ClientError) as error:
        printed.refuse([error])
    return printed


class _Change(NamedTuple):
    """A configuration that an object does not have yet."""

    info: Info
    live: Json
    text: str


def _changes(
    context: LiveContext, infos: Iterable[Info | Failure], printed: Printed, *, create: bool
) -> list[_Change]:
    """What is to be changed of the objects of a list, or of one object. Raises StatusError or ClientError."""
    changes, errors = list[_Change](), list[StatusError | ClientError]()
    for info in infos:
        if isinstance(info, Failure):
            plain = isinstance(info.error, NestedError)
            errors.append(ClientError(str(info.error)) if plain else info.error)
            continue
        try:
            changes += _change(context, info, printed, create=create)
        except (StatusError, ClientError) as error:
            errors.append(error)
    if errors:
        raise lone(ListedError(errors))
    return changes


def _change(context: LiveContext, info: Info, printed: Printed, *, create: bool) -> list[_Change]:
    """What is to be changed of an object, if anything is. Raises StatusError or ClientError."""
    try:
        check_name(info.name)
    except ClientError as error:
        raise retrieving(error, info) from error
    if deprecated := context.server.deprecation(info.resource):
        warning = f"Warning: {deprecated}"
        context.told.extend([] if warning in context.told else [warning])
    live = _get(context, info)
    before, text = original_text(live), compact(info.value)
    if not before and not create:
        raise ClientError(f"{_NONE}: {info.name}, {_HELP}")
    if before == text:
        printed.say(f"set-last-applied {info.name}: no changes required.")
        return []
    return [_Change(info, live, text)]


def _get(context: LiveContext, info: Info) -> Json:
    """The object that a file names. Raises StatusError."""
    try:
        return context.server.get(info.key, info.resource.api_version)
    except StatusError as refusal:
        away = refusal.code == 404 and is_away(context.server, info.key.namespace)
        raise (not_found("namespaces", info.key.namespace) if away else refusal) from refusal


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
