"""``kplan cordon`` and ``kplan uncordon``: close nodes to new pods, or open them again."""

from collections.abc import Sequence

import click

from kplan.cli import options, playing


@click.command("cordon")
@click.argument("nodes", nargs=-1, metavar="NODE...")
@options.selector
@playing.on_terms
def command(nodes: Sequence[str], *, selector: str, terms: playing.Terms) -> int:
    """Mark nodes as unschedulable, as kubectl cordon does."""
    return playing.act(
        terms,
        f"cordon {selector or ' '.join(nodes)}",
        lambda cluster: cluster.kubectl.cordon(playing.pick_nodes(cluster, nodes, selector)),
    )


@click.command("uncordon")
@click.argument("nodes", nargs=-1, metavar="NODE...")
@options.selector
@playing.on_terms
def uncordon(nodes: Sequence[str], *, selector: str, terms: playing.Terms) -> int:
    """Mark nodes as schedulable again, as kubectl uncordon does."""
    return playing.act(
        terms,
        f"uncordon {selector or ' '.join(nodes)}",
        lambda cluster: cluster.kubectl.uncordon(playing.pick_nodes(cluster, nodes, selector)),
    )
