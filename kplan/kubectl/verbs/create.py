"""kubectl create: the objects of files.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create.go
"""

from collections.abc import Sequence

from kplan.apiserver.errors import StatusError
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.creating import CREATE_FLAGS, with_sources
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import switch
from kplan.kubectl.given import require_files
from kplan.kubectl.labelselector import chosen_of_files
from kplan.kubectl.last_applied import annotated
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import PrintFlags, print_flags
from kplan.kubectl.raw import RAW, check_raw
from kplan.kubectl.reading import Failure, Info, Options, gathered, read, source_of
from kplan.kubectl.validating import decoder_of, field_validation, unvalidated
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import behind


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create the objects. Raises UsageError."""
    if arguments.words:
        raise HelpError(f"Unexpected args: [{' '.join(arguments.words)}]")
    telling = print_flags(arguments)
    require_files(arguments)
    if arguments.text("raw"):
        return _raw(arguments, context)
    given = wanted(arguments, context).wanted
    printed, failures, unread = Printed(), [], list[Failure]()
    options = Options(
        given.namespace, given.enforce_namespace, chosen_of_files(given.labels), decoder=decoder_of(arguments)
    )
    infos = list(read(given.files or (), context.server, options))
    if not infos:
        raise UsageError("no objects passed to create")
    failed = [one for one in infos if isinstance(one, Failure)]
    printed.err += unvalidated(given.files or (), failed, field_validation(arguments), context.now)
    if arguments.switch("edit"):
        return _edited(arguments, context, infos, telling)
    for info in infos:
        if isinstance(info, Failure):
            if isinstance(info.error, StatusError):  # which the server says of it
                failures.append((info.error, source_of(info.origin)))
            else:
                unread.append(info)
            continue
        try:
            _create(arguments, context, info, telling, printed)
        except StatusError as refusal:
            failures.append((refusal, info.source))
    printed.refuse(behind(with_sources(failures, "creating"), gathered(unread)))
    return printed


def _edited(
    arguments: Arguments, context: LiveContext, infos: Sequence[Info | Failure], telling: PrintFlags
) -> Printed:
    """Create objects as they are when an editor was open for each; the first that goes wrong ends it.

    Raises UsageError.
    """
    from kplan.kubectl.editsession import EditSession, document_of, name_of  # noqa: PLC0415 - few lines have --edit

    printed, output = Printed(), document_of(arguments)

    def save(edited: Sequence[Info], session: EditSession) -> None:
        for one in edited:
            _create(arguments, context, one, telling, session.printed)

    for info in infos:
        if isinstance(info, Failure):
            printed.refuse([info.error])
        else:
            EditSession(context, output, name_of(info), save, printed).run(output.render(info.value))
        if printed.exit:
            break
    return printed


def _raw(arguments: Arguments, context: LiveContext) -> Printed:
    """Send the object of a file to a path of the API. Raises UsageError or StatusError."""
    from kplan.kubectl.rest import objects, requests  # noqa: PLC0415 - few lines have --raw

    if arguments.switch("edit"):
        raise UsageError("--raw and --edit are mutually exclusive")
    if arguments.text("selector"):
        raise UsageError("--raw and --selector (-l) are mutually exclusive")
    check_raw(arguments, files=1)
    return requests.send(arguments, context, objects.create)


def _create(
    arguments: Arguments, context: LiveContext, info: Info, telling: PrintFlags, printed: Printed
) -> None:
    value = annotated(info.value) if arguments.switch("save-config") else info.value
    if telling.strategy is DryRunStrategy.CLIENT:
        telling.tell(printed, info.title, "created", value)
        return
    answer = context.server.create(
        value, namespace=info.namespace, dry_run=telling.strategy is DryRunStrategy.SERVER,
        field_validation=field_validation(arguments), manager=arguments.text("field-manager"),
    )  # fmt: skip
    printed.pass_on(answer.warnings)
    title = info.title.partition("/")[0] + "/" + answer.value["metadata"]["name"]
    telling.tell(printed, title, "created", answer.value)


VERB = Change(
    usage="-f PATH...",
    about="Create the objects in files and show what follows.",
    flags=(
        *flags.FILES,
        flags.SELECTOR,
        RAW,
        switch("edit", "Open each object in an editor first, as edit does."),
        switch("windows-line-endings", f"{flags.INERT}: the editor gets the line ends of the platform."),
        *CREATE_FLAGS,
    ),
    examples=("create -f web.yaml",),
    run=run,
)
