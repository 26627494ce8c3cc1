"""``kplan fail`` and ``kplan recover``: nodes fall silent, and what becomes of their pods; nodes answer again."""

from collections.abc import Sequence

import click

from kplan.cli import playing

_EXAMPLES = "\b\nExamples:\n  kplan fail node-2\n  kplan fail node-2 node-3 --for 10m --commit"


@click.command("fail", epilog=_EXAMPLES)
@click.argument("nodes", nargs=-1, required=True, metavar="NODE...")
@click.option(
    "--for", "back_after", default=None, metavar="DURATION", help="The nodes answer again after this time."
)
@playing.on_terms
def command(nodes: Sequence[str], *, back_after: str | None, terms: playing.Terms) -> int:
    """Let nodes fall silent, as after a power cut, and play what follows.

    A node counts as unreachable after 50 seconds; its pods are evicted when their tolerations end, 5 minutes later by
    default, and stay in deletion until the node answers or is deleted.
    """
    from kplan.kubectl.commands import duration

    silent = duration(back_after) if back_after is not None else None
    return playing.act(
        terms,
        f"fail {' '.join(nodes)}",
        lambda cluster: cluster.incidents.fail(nodes, silent),
    )


@click.command("recover")
@click.argument("nodes", nargs=-1, required=True, metavar="NODE...")
@playing.on_terms
def recover(nodes: Sequence[str], *, terms: playing.Terms) -> int:
    """Let nodes that fell silent, or are not ready, answer again, and play what follows."""
    return playing.act(
        terms,
        f"recover {' '.join(nodes)}",
        lambda cluster: cluster.incidents.recover(nodes),
    )
