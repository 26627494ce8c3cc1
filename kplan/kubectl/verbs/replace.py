"""kubectl replace: objects as files have them.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/replace/replace.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.subresources.served import not_served
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import choose, timed_out, without_not_found
from kplan.kubectl.creating import flags_of, with_sources
from kplan.kubectl.delete import Deletion, delete_items
from kplan.kubectl.deleteflags import CASCADE, GRACE_PERIOD, TIMEOUT, propagation_of
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import Flag, switch
from kplan.kubectl.given import require_files
from kplan.kubectl.last_applied import annotated
from kplan.kubectl.paths import check_name
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import PrintFlags, print_flags
from kplan.kubectl.raw import RAW, check_raw
from kplan.kubectl.reading import Failure, Info, Options, gathered, read, source_of
from kplan.kubectl.validating import VALIDATE, decoder_of, field_validation, unvalidated
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.waiting import wait_until
from kplan.kubectl.wanted import Asked, wanted
from kplan.kubectl.wording import ClientError, behind

_PATIENCE: Final = 300.0
"""Seconds that a forced replacement waits for the objects to be gone."""


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Replace the objects. Raises UsageError."""
    telling, printed = print_flags(arguments), Printed()
    propagation = propagation_of(arguments, context.told)
    require_files(arguments)
    force = arguments.switch("force")
    _check(arguments, telling)
    if arguments.text("raw"):
        from kplan.kubectl.rest import objects, requests  # noqa: PLC0415 - few lines have --raw

        check_raw(arguments, files=1)
        return requests.send(arguments, context, objects.replace)
    given = wanted(arguments, context)
    if force and not given.wanted.files:
        raise UsageError("no objects passed to replace")
    if force and (failures := _delete(arguments, context, given, propagation, printed)):
        printed.refuse(failures)
        return printed
    problems: list[tuple[StatusError | ClientError, str]] = []
    unread = list[Failure]()
    options = Options(given.wanted.namespace, given.wanted.enforce_namespace, decoder=decoder_of(arguments))
    infos = list(read(given.wanted.files or (), context.server, options))
    failed = [one for one in infos if isinstance(one, Failure)]
    printed.err += unvalidated(given.wanted.files or (), failed, field_validation(arguments), context.now)
    for info in infos:
        if isinstance(info, Failure):
            if isinstance(info.error, StatusError):  # which the server says of it
                problems.append((info.error, source_of(info.origin)))
            else:
                unread.append(info)
            continue
        try:
            _replace(arguments, context, info, telling, printed)
        except (StatusError, ClientError) as refusal:
            problems.append((refusal, info.source))
    refused = [error for error, _ in problems] if force else with_sources(problems, "replacing")
    printed.refuse(behind(refused, gathered(unread)))
    return printed


def _check(arguments: Arguments, telling: PrintFlags) -> None:
    """Refuse what goes only with ``--force``, and what does not go with it. Raises UsageError."""
    force = arguments.switch("force")
    if arguments.number("grace-period") >= 0 and not force:
        raise UsageError("--grace-period must have --force specified")
    if arguments.seconds("timeout") and not force:
        raise UsageError("--timeout must have --force specified")
    if force and telling.strategy is not DryRunStrategy.NONE:
        raise UsageError("--dry-run can not be used when --force is set")


def _replace(
    arguments: Arguments, context: LiveContext, info: Info, telling: PrintFlags, printed: Printed
) -> None:
    value = annotated(info.value) if arguments.switch("save-config") else info.value
    if telling.strategy is DryRunStrategy.CLIENT:
        telling.tell(printed, info.title, "replaced", value)
        return
    if arguments.text("subresource") and not context.server.serves(
        info.resource, arguments.text("subresource")
    ):
        raise not_served()
    check_name(info.name)
    dry_run, checked = telling.strategy is DryRunStrategy.SERVER, field_validation(arguments)
    manager = "kubectl-replace"
    if arguments.switch("force") and not dry_run:
        answer = context.server.create(
            value, namespace=info.namespace, dry_run=dry_run, field_validation=checked, manager=manager
        )
    else:
        answer = context.server.update(
            _versioned(context, info, value), subresource=arguments.text("subresource"), dry_run=dry_run,
            field_validation=checked, manager=manager,
        )  # fmt: skip
    printed.pass_on(answer.warnings)
    telling.tell(printed, info.title, "replaced", answer.value)


def _versioned(context: LiveContext, info: Info, value: Json) -> Json:
    """The object with the live resourceVersion if it has none, so that it overwrites."""
    if value["metadata"].get("resourceVersion"):
        return value
    try:
        live = context.server.find(info.key)
    except StatusError:  # it is sent as it is where nobody says what is there
        return value
    version = live["metadata"].get("resourceVersion") if live else ""
    return {**value, "metadata": {**value["metadata"], **({"resourceVersion": version} if version else {})}}


def _delete(
    arguments: Arguments, context: LiveContext, given: Asked, propagation: str, printed: Printed
) -> list[StatusError | ClientError]:
    """Delete the objects and let time go by until they are gone; the answer is what keeps them."""
    found = choose(context.server, given.wanted)
    grace = arguments.number("grace-period")
    deletion = Deletion(propagation, None if grace < 0 else max(grace, 1))
    failures = without_not_found(
        [*found.failures, *delete_items(context.server, found.items, deletion, printed)]
    )
    if failures:
        return failures
    patience = arguments.seconds("timeout") or _PATIENCE
    for item in found.items:
        if not wait_until(context, lambda item=item: context.server.find(item.key) is None, patience):  # type: ignore[misc]
            waits = arguments.switch("wait") or grace == 0
            return [timed_out(item) if waits else ClientError("context deadline exceeded")]
    return []


VERB = Change(
    usage="-f PATH...",
    about="Replace objects with those in files and show what follows.",
    flags=(
        switch("force", "Delete the objects and create them anew."),
        GRACE_PERIOD,
        CASCADE,
        TIMEOUT,
        switch("wait", "With --force: report objects that are not deleted in time."),
        Flag("subresource", "Replace this subresource.", metavar="NAME"),
        RAW,
        *flags.FILES,
        *flags_of("kubectl-replace"),
        VALIDATE,
    ),
    examples=("replace -f web.yaml",),
    run=run,
)
