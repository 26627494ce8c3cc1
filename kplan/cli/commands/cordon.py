"""``kplan cordon`` and ``kplan uncordon``: close a node to new pods, or open it again."""

from collections.abc import Sequence

import click

from kplan.cli import options, placement, playing


@click.command("cordon")
@click.argument("nodes", nargs=-1, required=True, metavar="NODE...")
@options.state
@options.kubernetes_version
@placement.scheduler_config
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.color
def command(
    nodes: Sequence[str],
    *,
    state: str | None,
    kubernetes_version: str,
    scheduler_config: str | None,
    commit: bool,
    color: str,
) -> int:
    """Mark nodes as unschedulable, as kubectl cordon does."""
    from kplan.simulation.scenario import Scenario

    note = f"cordon {' '.join(nodes)}"
    return playing.act(
        state,
        kubernetes_version,
        Scenario(),
        note,
        lambda cluster: cluster.kubectl.cordon(nodes),
        commit=commit,
        color=color,
        profiles=placement.read_profiles(scheduler_config),
    )


@click.command("uncordon")
@click.argument("nodes", nargs=-1, required=True, metavar="NODE...")
@options.state
@options.kubernetes_version
@placement.scheduler_config
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.color
def uncordon(
    nodes: Sequence[str],
    *,
    state: str | None,
    kubernetes_version: str,
    scheduler_config: str | None,
    commit: bool,
    color: str,
) -> int:
    """Mark nodes as schedulable again, as kubectl uncordon does."""
    from kplan.simulation.scenario import Scenario

    note = f"uncordon {' '.join(nodes)}"
    return playing.act(
        state,
        kubernetes_version,
        Scenario(),
        note,
        lambda cluster: cluster.kubectl.uncordon(nodes),
        commit=commit,
        color=color,
        profiles=placement.read_profiles(scheduler_config),
    )
