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
from kplan.kubectl.printflags import OUTPUT, PrintFlags, late_print_flags
from kplan.kubectl.pruningapply import EVERYTHING, Pruning, kinds_to_prune
from kplan.kubectl.pruningapply import FLAGS as PRUNING
from kplan.kubectl.reading import Options
from kplan.kubectl.validating import decoder_for, field_validation, unvalidated
from kplan.kubectl.verb import Change, Context, LiveContext, StoredContext
from kplan.kubectl.waiting import wait_for_events
from kplan.kubectl.wording import ClientError


def run(arguments: Arguments, context: Context) -> Printed:
    """Apply the objects of files. Raises UsageError."""
    if arguments.words:
        raise HelpError(f"Unexpected args: [{' '.join(arguments.words)}]")
    telling, propagation = late_print_flags(arguments), propagation_of(arguments, context.told)
    require_files(arguments)
    checked = field_validation(arguments)
    kinds = kinds_to_prune(arguments, context.server)
    _check(arguments, telling.strategy)
    options = _options(
        arguments, telling.strategy, checked, _remover(arguments, propagation, context), context
    )
    pruning = Pruning.of(arguments, propagation, kinds)
    given = given_objects(arguments, context)
    result = apply(given.objects, context.server, options)
    printed = Printed(exit=int(given.broken), visit=result)
    said_elsewhere = isinstance(context, StoredContext)
    if not said_elsewhere:
        printed.err += unvalidated(given.objects, result.failures, options.field_validation, context.now)
        printed.err += result.messages
    # Documents are printed when all is applied; only then is their printer made.
    at_end = telling.output.whole or telling.problem
    if telling.problem and result.applied and not result.failures:
        printed.fail(f"error: {telling.problem}")
    elif not (at_end and result.failures):
        _tell(result.applied, context.server, telling, printed)
    if pruning is not None and not result.failures and result.applied and not telling.problem:
        pruning.run([one.info for one in result.applied], context, telling, printed)
    if not said_elsewhere:
        printed.refuse(result.errors)
    if not result.applied and not result.failures and not given.broken:
        printed.fail("error: no objects passed to apply")
    return printed


_NO_MANAGER: Final = "is required for apply patch"


def _check(arguments: Arguments, strategy: DryRunStrategy) -> None:
    """Refuse flags that do not go together, in kubectl's order. Raises UsageError."""
    server_side, force, prune = (arguments.switch(name) for name in ("server-side", "force", "prune"))
    every, labels = arguments.switch("all"), arguments.text("selector")
    refused = {
        "--force-conflicts only works with --server-side": arguments.switch("force-conflicts") and not server_side,
        "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)": server_side
        and strategy is DryRunStrategy.CLIENT,
        "--force cannot be used with --server-side": server_side and force,
        "--dry-run=server cannot be used with --force": force and strategy is DryRunStrategy.SERVER,
        "cannot set --all and --selector at the same time": every and labels,
        "--force cannot be used with --prune": prune and force,
        EVERYTHING: prune and not every and not labels,
        "--prune is in alpha and doesn't currently work on objects created by server-side apply": prune and server_side,
        "--subresource can only be specified for --server-side": arguments.text("subresource") and not server_side,
    }  # fmt: skip
    for message, applies in refused.items():
        if applies:
            raise UsageError(message)


def _options(
    arguments: Arguments,
    strategy: DryRunStrategy,
    checked: str,
    remove: Callable[[ObjectKey], None] | None,
    context: Context,
) -> ApplyOptions:
    server_side = arguments.switch("server-side")
    if server_side and arguments.given("field-manager") and not arguments.text("field-manager"):
        raise invalid("PatchOptions.meta.k8s.io", "", [required(FieldPath("fieldManager"), _NO_MANAGER)])
    stored = isinstance(context, StoredContext)
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
        remove=remove,
        subresource=_subresource(arguments),
        field_validation=checked,
        emulate_controllers=stored,
    )


def _subresource(arguments: Arguments) -> str:
    """What of the objects is applied; all if it is empty. Raises UsageError or StatusError."""
    name = arguments.text("subresource")
    if name == "scale":
        raise UsageError(
            "kplan applies no Scale", hint="kubectl scale and kubectl patch --subresource=scale change it"
        )
    if name not in ("", "status"):
        raise StatusError(404, "NotFound", "the server could not find the requested resource")
    return name


def _remover(arguments: Arguments, propagation: str, context: Context) -> Callable[[ObjectKey], None] | None:
    """What ``--force`` does to objects that cannot be changed. Raises UsageError."""
    if not arguments.switch("force"):
        return None
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
