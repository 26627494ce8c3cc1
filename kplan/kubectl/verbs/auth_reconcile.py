"""kubectl auth reconcile: give roles and bindings what files say, without taking anything away.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/auth/reconcile.go
"""

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import switch
from kplan.kubectl.given import require_files
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, PrintFlags, print_flags
from kplan.kubectl.reading import Decoder, Failure, Info, Options, read
from kplan.kubectl.reconciliation import Reconciled, reconciled
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import ClientError

_GROUP = "rbac.authorization.k8s.io"
_KINDS = frozenset({"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"})


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Reconcile the objects of files. Raises UsageError."""
    require_files(arguments)
    if arguments.words:
        raise UsageError("no arguments are allowed")
    telling, printed = print_flags(arguments), Printed()
    if telling.strategy is DryRunStrategy.SERVER:
        raise UsageError("--dry-run=server for command reconcile is not supported yet")
    given = wanted(arguments, context).wanted
    options = Options(given.namespace, given.enforce_namespace, decoder=Decoder.TYPED)
    failures: list[StatusError | ClientError] = []
    for info in read(given.files or (), context.server, options):
        if isinstance(info, Failure):
            failures.append(info.error)
            continue
        if info.resource.group != _GROUP or info.resource.kind not in _KINDS:
            continue
        try:
            _reconcile(info, arguments, context, telling, printed)
        except (StatusError, ClientError) as refusal:
            failures.append(refusal)
    printed.refuse(failures)
    return printed


def _reconcile(
    info: Info, arguments: Arguments, context: LiveContext, telling: PrintFlags, printed: Printed
) -> None:
    """Reconcile one object. Raises StatusError or ClientError."""
    what = "subjects" if info.resource.kind.endswith("Binding") else "rules"
    extra = "remove-extra-subjects" if what == "subjects" else "remove-extra-permissions"
    remove = arguments.switch(extra)
    found = reconciled(_existing(info, context.server, telling.strategy), info.value, remove_extra=remove)
    value = found.value
    if not found.protected and telling.strategy is DryRunStrategy.NONE:
        value = _done(found, info.key, context.server)
    telling.tell(printed, info.title, "reconciled", value, typed=True)
    if found.operation:
        caveat = f", but object opted out ({_GROUP.replace('k8s', 'kubernetes')}/autoupdate: false)"
        printed.warn(f"\treconciliation required {found.operation}{caveat if found.protected else ''}")
        _list(printed, f"missing {what} added:", found.missing)
        _list(printed, f"extra {what} removed:", found.extra if remove else [])


def _existing(info: Info, server: Server, strategy: DryRunStrategy) -> Json | None:
    """The object that is there; kubectl looks for it where the file says, and in no namespace if that says none.

    Raises ClientError if it would not know whether to create it.
    """
    placed = bool(info.origin.namespace) or not info.resource.namespaced
    if not info.name or not (placed or strategy is DryRunStrategy.CLIENT):
        raise ClientError("resource name may not be empty")
    return server.find(info.key) if placed else None


def _list(printed: Printed, title: str, texts: list[str]) -> None:
    if texts:
        printed.err += [f"\t{title}", *(f"\t\t{text}" for text in texts)]


def _done(found: Reconciled, key: ObjectKey, server: Server) -> Json:
    if found.operation == "update":
        return server.update(found.value, namespace=key.namespace, manager="kubectl").value
    if found.operation == "recreate":
        server.delete(key)
    if found.operation:
        _ensure_namespace(key.namespace, server)
        return server.create(found.value, namespace=key.namespace, manager="kubectl").value
    return found.value


def _ensure_namespace(name: str, server: Server) -> None:
    if name and server.find(ObjectKey("", "Namespace", "", name)) is None:
        server.create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, manager="kubectl"
        )


VERB = Change(
    usage="-f PATH...",
    about="""
    Give roles and bindings the rules and subjects that files list.

    Further rules and subjects stay, unless --remove-extra-permissions or --remove-extra-subjects is given. The role of a
    binding cannot be changed: such a binding is deleted and created again.
    """,
    flags=(
        *flags.FILES,
        flags.NAMESPACE,
        flags.DRY_RUN,
        *OUTPUT,
        switch("remove-extra-permissions", "Remove rules that the files do not list."),
        switch("remove-extra-subjects", "Remove subjects that the files do not list."),
    ),
    examples=("auth reconcile -f rbac.yaml",),
    run=run,
)
