"""apply --prune: objects that an earlier apply made, and this one no longer names, are deleted.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/prune.go, staging/src/k8s.io/kubectl/pkg/util/prune/prune.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.apiserver.warnings.deprecation import deprecation_of
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import PrintFlags
from kplan.kubectl.pruning import find_pruned, parse_allowlist
from kplan.kubectl.reading import Info
from kplan.kubectl.verb import Context
from kplan.kubectl.wording import ClientError, logged
from kplan.namedtuples import NamedTuple
from kplan.selectors.labels import Selector

FLAGS: Final = (
    switch("prune", "Delete objects that an earlier apply made and these files no longer name."),
    switch("all", "With --prune: prune all objects of earlier applies, whatever their labels."),
    Flag(
        "prune-allowlist",
        "Kinds to prune instead of kubectl's default list; repeatable.",
        Kind.STRING_ARRAY,
        metavar="GROUP/VERSION/KIND",
    ),
)
EVERYTHING: Final = (
    "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. "
    "If you did not mean to prune all resources, specify a label selector"
)
_USUAL: Final = (
    "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace "
    "flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in "
    "the --prune-allowlist flag."
)


def kinds_to_prune(arguments: Arguments, server: Server) -> Sequence[GroupVersionKind]:
    """The kinds of ``--prune``; none without it. Raises UsageError, and ClientError for a kind that is not served."""
    if not arguments.switch("prune"):
        return ()
    kinds = parse_allowlist(arguments.texts("prune-allowlist"))
    for gvk in kinds:
        try:
            server.resource_for(gvk)
        except StatusError as error:
            raise ClientError(error.message) from error
    return kinds


class Pruning(NamedTuple):
    """Which objects are pruned."""

    kinds: Sequence[GroupVersionKind]
    selector: Selector
    usual: bool
    """Whether no allowlist was given."""
    how: DeleteOptions

    @classmethod
    def of(
        cls, arguments: Arguments, propagation: str, kinds: Sequence[GroupVersionKind]
    ) -> "Pruning | None":
        """Read the flags; None without ``--prune``."""
        if not arguments.switch("prune"):
            return None
        grace = arguments.number("grace-period")
        how = DeleteOptions(propagation, None if grace < 0 else grace)
        usual = not arguments.texts("prune-allowlist")
        return cls(kinds, Selector.parse(arguments.text("selector")), usual=usual, how=how)

    def run(self, applied: Sequence[Info], context: Context, telling: PrintFlags, printed: Printed) -> None:
        """Delete what is no longer named, and say so."""
        printed.err += prune_warnings(self.kinds, context, usual=self.usual)
        for resource, value in list(find_pruned(applied, context.server, self.kinds, self.selector)):
            item = Item(resource, value)
            if telling.strategy is not DryRunStrategy.CLIENT:
                dry_run = telling.strategy is DryRunStrategy.SERVER
                context.server.delete(item.key, self.how, dry_run=dry_run)
            telling.tell(printed, item.title, "pruned", value)


def prune_warnings(kinds: Sequence[GroupVersionKind], context: Context, *, usual: bool) -> list[str]:
    """What kubectl says about the kinds, and where no allowlist was given."""
    head = [logged("prune.go:71", _USUAL, context.now)] if usual else []
    warnings = dict.fromkeys(deprecation_of(gvk, context.server.catalog.version) for gvk in kinds)
    return [*head, *(f"Warning: {text}" for text in warnings if text)]
