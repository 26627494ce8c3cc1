"""Deleting objects one by one, with the words kubectl prints for each.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go
"""

from collections.abc import Iterable

from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote
from kplan.apiserver.server import Server
from kplan.kubectl.choosing import Item
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.paths import check_name
from kplan.kubectl.printed import Printed
from kplan.kubectl.resources import kind_title
from kplan.kubectl.wording import ClientError, with_source
from kplan.namedtuples import NamedTuple


class Deletion(NamedTuple):
    """How objects are deleted, and what is printed of each."""

    propagation: str = "Background"
    grace_seconds: int | None = None
    strategy: DryRunStrategy = DryRunStrategy.NONE
    name_only: bool = False

    def words(self, item: Item) -> str:
        """``pod "web-0" force deleted from shop namespace (dry run)``."""
        if self.name_only:
            return item.title
        key = item.key
        forced = " force" if self.grace_seconds == 0 else ""
        place = f" from {key.namespace} namespace" if key.namespace else ""
        name = go_quote(key.name)
        return f"{kind_title(item.resource)} {name}{forced} deleted{place}{self.strategy.suffix}"


def delete_items(
    server: Server, items: Iterable[Item], deletion: Deletion, printed: Printed
) -> list[StatusError | ClientError]:
    """Delete each object; the answer is what was refused."""
    refusals: list[StatusError | ClientError] = []
    options = DeleteOptions(deletion.propagation, deletion.grace_seconds)
    for item in items:
        try:
            check_name(item.name)
            if deletion.strategy is not DryRunStrategy.CLIENT:
                dry_run = deletion.strategy is DryRunStrategy.SERVER
                printed.pass_on(server.delete(item.key, options, dry_run=dry_run).warnings)
        except (StatusError, ClientError) as refusal:
            refusals.append(with_source(refusal, "deleting", item.source) if item.source else refusal)
        else:
            printed.say(deletion.words(item))
    return refusals
