"""``kplan taint``: put taints on nodes or take them off, and see who has to leave."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kplan.cli import options, playing
from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.cluster import Cluster
    from kplan.kubectl.printed import Printed

_EXAMPLES = "\b\nExamples:\n  kplan taint node-1 dedicated=db:NoSchedule\n  kplan taint node-1 dedicated-"


@click.command("taint", epilog=_EXAMPLES)
@click.argument("words", nargs=-1, required=True, metavar="NODE... KEY[=VALUE]:EFFECT|KEY[:EFFECT]-...")
@click.option("--overwrite", is_flag=True, help="Replace a taint with the same key and effect.")
@click.option("--all", "every", is_flag=True, help="All nodes.")
@options.selector
@playing.on_terms
def command(
    words: Sequence[str], *, overwrite: bool, every: bool, selector: str, terms: playing.Terms
) -> int:
    """Change the taints of nodes, as kubectl taint does, and play what follows."""
    from kplan.kubectl import taint

    nodes, taints = playing.split_words(words, _is_taint, "taint")
    if nodes and nodes[0].lower() in ("node", "nodes", "no"):
        nodes = nodes[1:]
    if not taints:
        raise UsageError(
            "at least one taint update is required", hint="write KEY=VALUE:EFFECT, or KEY- to remove"
        )
    if every and selector:
        raise UsageError("setting 'all' parameter with a non empty selector is prohibited")
    changes = taint.parse(taints)

    def act(cluster: "Cluster") -> "Printed":
        names = playing.pick_nodes(cluster, nodes, selector, every=every)
        return cluster.kubectl.taint_all(names, changes, overwrite=overwrite)

    return playing.act(terms, f"taint {' '.join(words)}", act)


def _is_taint(word: str) -> bool:
    return "=" in word or ":" in word or word.endswith("-")
