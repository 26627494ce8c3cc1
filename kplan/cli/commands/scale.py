"""``kplan scale``: another number of replicas, and what it takes to get there."""

import click

from kplan.cli import options, playing
from kplan.errors import UsageError

_EXAMPLES = "\b\nExample:\n  kplan scale deployment/web --replicas 5 -n shop"


@click.command("scale", epilog=_EXAMPLES)
@click.argument("target", nargs=-1, required=True, metavar="KIND NAME|KIND/NAME")
@click.option(
    "--replicas", type=click.IntRange(min=0), required=True, metavar="N", help="How many there should be."
)
@options.namespace
@playing.on_terms
def command(target: tuple[str, ...], *, replicas: int, namespace: str | None, terms: playing.Terms) -> int:
    """Set the number of replicas, as kubectl scale does, and play what follows."""
    kind, name, more = playing.split_target(target)
    if more:
        raise UsageError(f"one object at a time: what is {' '.join(more)}?")
    note = f"scale {kind} {name} --replicas={replicas}"
    return playing.act(
        terms, note,
        lambda cluster: cluster.kubectl.scale(cluster.kubectl.key(kind, name, namespace or "default"), replicas),
    )  # fmt: skip
