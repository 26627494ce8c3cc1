"""kubectl apply: create what is missing, patch what is there.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go
"""

from collections.abc import Callable, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.errors import StatusError, invalid
from kplan.apiserver.field import required
from kplan.apiserver.patch.go_values import sorted_keys
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.fieldpath import FieldPath
from kplan.kubectl import flags
from kplan.kubectl.apply import Applied, ApplyOptions, Outcome, apply
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.deleteflags import CASCADE, GRACE_PERIOD, TIMEOUT, propagation_of
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import Flag, switch
from kplan.kubectl.given import given_objects, require_files
from kplan.kubectl.labelselector import chosen_of_files
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, PrintFlags, print_flags
from kplan.kubectl.pruningapply import FLAGS as PRUNING
from kplan.kubectl.pruningapply import Pruning
from kplan.kubectl.reading import Options
from kplan.kubectl.validating import decoder_for, field_validation, unvalidated
from kplan.kubectl.verb import Change, Context, LiveContext, StoredContext
from kplan.kubectl.waiting import wait_for_events
from kplan.kubectl.wording import ClientError


def run(arguments: Arguments, context: Context) -> Printed:
    """Apply the objects of files. Raises UsageError."""
    if arguments.words:
        raise HelpError(f"Unexpected args: [{' '.join(arguments.words)}]")
    telling, propagation = print_flags(arguments), propagation_of(arguments, context.told)
    require_files(arguments)
    options = _options(arguments, telling.strategy, propagation, context)
    pruning = Pruning.of(arguments, propagation, context.server)
    given = given_objects(arguments, context)
    result = apply(given.objects, context.server, options)
    printed = Printed(exit=int(given.broken), visit=result)
    said_elsewhere = isinstance(context, StoredContext)
    if not said_elsewhere:
        refused = [one.error for one in result.failures]
        printed.err += unvalidated(refused, options.field_validation, context.now)
        printed.err += result.messages
    if not (telling.output.whole and result.failures):  # kubectl prints documents at its end
        _tell(result.applied, context.server, telling, printed)
    if pruning is not None and not result.failures and result.applied:
        pruning.run([one.info for one in result.applied], context, telling, printed)
    if not said_elsewhere:
        printed.refuse(result.errors)
    if not result.applied and not result.failures and not given.broken:
        printed.fail("error: no objects passed to apply")
    return printed


_NO_MANAGER: Final = "is required for apply patch"


def _options(
    arguments: Arguments, strategy: DryRunStrategy, propagation: str, context: Context
) -> ApplyOptions:
    server_side = arguments.switch("server-side")
    if arguments.switch("force-conflicts") and not server_side:
        raise UsageError("--force-conflicts only works with --server-side")
    if server_side and strategy is DryRunStrategy.CLIENT:
        raise UsageError(
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)"
        )
    if server_side and arguments.given("field-manager") and not arguments.text("field-manager"):
        raise invalid("PatchOptions.meta.k8s.io", "", [required(FieldPath("fieldManager"), _NO_MANAGER)])
    stored, checked = isinstance(context, StoredContext), field_validation(arguments)
    return ApplyOptions(
        Options(
            arguments.text("namespace") or "default",
            arguments.given("namespace"),
            chosen_of_files(arguments.text("selector")),
            patient=stored,
            decoder=decoder_for(checked),
            progress=context.progress if isinstance(context, StoredContext) else None,
        ),
        server_side,
        arguments.switch("force-conflicts"),
        arguments.text("field-manager"),
        dry_run=strategy is not DryRunStrategy.NONE and not stored,
        told_as_dry_run=strategy is DryRunStrategy.SERVER and stored,
        client_only=strategy is DryRunStrategy.CLIENT and not stored,
        remove=_remover(arguments, strategy, propagation, context),
        subresource=_subresource(arguments),
        field_validation=checked,
        emulate_controllers=stored,
    )


def _subresource(arguments: Arguments) -> str:
    """What of the objects is applied; all where it is empty. Raises UsageError or StatusError."""
    name = arguments.text("subresource")
    if name and not arguments.switch("server-side"):
        raise UsageError("--subresource can only be specified for --server-side")
    if name == "scale":
        raise UsageError(
            "kplan applies no Scale", hint="kubectl scale and kubectl patch --subresource=scale change it"
        )
    if name not in ("", "status"):
        raise StatusError(404, "NotFound", "the server could not find the requested resource")
    return name


def _remover(
    arguments: Arguments, strategy: DryRunStrategy, propagation: str, context: Context
) -> Callable[[ObjectKey], None] | None:
    """What ``--force`` does to objects that cannot be changed. Raises UsageError."""
    if not arguments.switch("force"):
        return None
    if arguments.switch("server-side"):
        raise UsageError("--force cannot be used with --server-side")
    if strategy is DryRunStrategy.SERVER:
        raise UsageError("--dry-run=server cannot be used with --force")
    if arguments.switch("prune"):
        raise UsageError("--force cannot be used with --prune")
    if not isinstance(context, LiveContext):
        raise UsageError("--force needs a cluster whose time goes by", hint="'kplan plan --replace' plays it")
    grace, limit = arguments.number("grace-period"), arguments.seconds("timeout") or float(context.patience)

    def remove(key: ObjectKey) -> None:
        context.server.delete(key, DeleteOptions(propagation, None if grace < 0 else grace))
        if not wait_for_events(context, lambda: context.server.find(key) is None, limit):
            raise ClientError("context deadline exceeded")

    return remove


def _as_printed(one: Applied, server: Server) -> Json:
    """The object as an answer prints it; one that did not change is asked for."""
    if one.outcome is not Outcome.UNCHANGED:
        return one.value
    return server.show(one.info.key, one.info.resource.api_version) or one.value


def _tell(applied: Sequence[Applied], server: Server, telling: PrintFlags, printed: Printed) -> None:
    """One line an object, or all of them in one document."""
    if not telling.output.whole:
        for one in applied:
            telling.tell(printed, one.info.title, str(one.outcome))
        return
    values = [telling.shown(_as_printed(one, server)) for one in applied]
    if len(values) == 1:
        printed.text = telling.output.render(values[0])
    elif values:
        items = [sorted_keys(value) for value in values]
        whole = {"kind": "List", "apiVersion": "v1", "metadata": {}, "items": items}
        printed.text = telling.output.render(whole, sort=False)


VERB = Change(
    usage="-f PATH...",
    about="Apply manifests, as kubectl apply does, and show what follows.",
    flags=(
        *flags.FILES,
        flags.NAMESPACE,
        flags.SELECTOR,
        switch("server-side", "Use server-side apply."),
        switch("force-conflicts", "With --server-side: take over fields that other managers own."),
        Flag("field-manager", "Manager that owns the applied fields.", metavar="NAME"),
        Flag(
            "validate",
            "How unknown fields are handled.",
            metavar="strict|warn|ignore",
            default="strict",
            bare="strict",
        ),
        switch("force", "Delete and create again what cannot be updated."),
        GRACE_PERIOD,
        CASCADE,
        TIMEOUT,
        switch("wait", "Accepted as in kubectl: what --force deletes is always waited for, nothing else is."),
        Flag("subresource", "With --server-side: apply this subresource.", metavar="status"),
        switch("openapi-patch", "Accepted as in kubectl.", default=True),
        switch("overwrite", "Accepted as in kubectl: what the files say wins.", default=True),
        *PRUNING,
        flags.DRY_RUN,
        *OUTPUT,
    ),
    examples=("apply -R -f configs/", "apply -f web.yaml --dry-run=server"),
    run=run,
)
