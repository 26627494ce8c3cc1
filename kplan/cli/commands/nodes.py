"""``kplan nodes``: what nodes have left, and who would be stranded without one."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from kplan.cli import inputs, options, placement

_EXAMPLES = "\b\nExample:\n  kplan nodes --survival"


@click.command("nodes", epilog=_EXAMPLES)
@options.state
@options.kubernetes_version
@placement.cluster_changes
@placement.scheduler_config
@click.option(
    "--survival", is_flag=True, help="Also try to lose each node: which workloads would have no place?"
)
@options.output("text", "json")
@options.color
def command(
    *, state: str | None, kubernetes_version: str, add_nodes: Sequence[str], without_node: Sequence[str],
    scheduler_config: str | None, survival: bool, output: str, color: str,
) -> int:  # fmt: skip
    """Show what is requested, allocatable and free on every node, and the largest pod that still fits.

    With --survival, exits with 1 where losing a single node would leave pods without a place.
    """
    from kplan.render import scheduling
    from kplan.render.style import Style
    from kplan.scheduler.capacity import node_losses, node_use, surviving

    opened = inputs.view(state, kubernetes=kubernetes_version)
    picture = placement.picture(opened.store, add_nodes, without_node)
    uses = node_use(picture)
    losses = (
        list(node_losses(picture, next(iter(placement.read_profiles(scheduler_config).values()))))
        if survival
        else []
    )
    if output == "json":
        shown = {
            "nodes": [asdict(use) for use in uses],
            **({"losses": [asdict(loss) for loss in losses]} if survival else {}),
        }
        click.echo(json.dumps(shown, indent=2))
    else:
        style = Style(colour=options.wants_colour(color))
        click.echo(scheduling.nodes(uses, style), nl=False, color=True)
        if survival:
            click.echo("\n" + scheduling.losses(losses, style), nl=False, color=True)
    return 0 if surviving(losses) else 1
