"""``kplan cordon`` and ``kplan uncordon``: close nodes to new pods, or open them again."""

from collections.abc import Sequence

import click

from kplan.cli import options, placement, playing


@click.command("cordon")
@click.argument("nodes", nargs=-1, metavar="NODE...")
@options.selector
@options.state
@options.kubernetes_version
@options.assumptions
@placement.scheduler_config
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.color
def command(
    nodes: Sequence[str], *, selector: str, state: str | None, kubernetes_version: str, scenario: str | None,
    assume: Sequence[str], lb_pool: str, load: Sequence[str], scheduler_config: str | None, commit: bool, color: str,
) -> int:  # fmt: skip
    """Mark nodes as unschedulable, as kubectl cordon does."""
    return playing.act(
        state, kubernetes_version, options.read_scenario(scenario, assume, lb_pool, load),
        f"cordon {selector or ' '.join(nodes)}",
        lambda cluster: cluster.kubectl.cordon(playing.pick_nodes(cluster, nodes, selector)),
        commit=commit, color=color, profiles=placement.read_profiles(scheduler_config),
    )  # fmt: skip


@click.command("uncordon")
@click.argument("nodes", nargs=-1, metavar="NODE...")
@options.selector
@options.state
@options.kubernetes_version
@options.assumptions
@placement.scheduler_config
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.color
def uncordon(
    nodes: Sequence[str], *, selector: str, state: str | None, kubernetes_version: str, scenario: str | None,
    assume: Sequence[str], lb_pool: str, load: Sequence[str], scheduler_config: str | None, commit: bool, color: str,
) -> int:  # fmt: skip
    """Mark nodes as schedulable again, as kubectl uncordon does."""
    return playing.act(
        state, kubernetes_version, options.read_scenario(scenario, assume, lb_pool, load),
        f"uncordon {selector or ' '.join(nodes)}",
        lambda cluster: cluster.kubectl.uncordon(playing.pick_nodes(cluster, nodes, selector)),
        commit=commit, color=color, profiles=placement.read_profiles(scheduler_config),
    )  # fmt: skip
