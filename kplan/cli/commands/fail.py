"""``kplan fail`` and ``kplan recover``: nodes fall silent, and what becomes of their pods; nodes answer again."""

from collections.abc import Sequence

import click

from kplan.cli import options, placement, playing

_EXAMPLES = "\b\nExamples:\n  kplan fail node-2\n  kplan fail node-2 node-3 --for 10m --commit"


@click.command("fail", epilog=_EXAMPLES)
@click.argument("nodes", nargs=-1, required=True, metavar="NODE...")
@click.option(
    "--for", "back_after", default=None, metavar="DURATION", help="The nodes answer again after this time."
)
@options.state
@options.kubernetes_version
@options.assumptions
@placement.scheduler_config
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.color
def command(
    nodes: Sequence[str], *, back_after: str | None, state: str | None, kubernetes_version: str, scenario: str | None,
    assume: Sequence[str], lb_pool: str, load: Sequence[str], scheduler_config: str | None, commit: bool, color: str,
) -> int:  # fmt: skip
    """Let nodes fall silent, as after a power cut, and play what follows.

    A node counts as unreachable after 50 seconds; its pods are evicted when their tolerations end, 5 minutes later by
    default, and stay in deletion until the node answers or is deleted.
    """
    from kplan.kubectl.commands import duration

    assumed = options.read_scenario(scenario, assume, lb_pool, load)
    silent = duration(back_after) if back_after is not None else None
    return playing.act(
        state, kubernetes_version, assumed, f"fail {' '.join(nodes)}",
        lambda cluster: cluster.incidents.fail(nodes, silent), commit=commit, color=color,
        profiles=placement.read_profiles(scheduler_config),
    )  # fmt: skip


@click.command("recover")
@click.argument("nodes", nargs=-1, required=True, metavar="NODE...")
@options.state
@options.kubernetes_version
@options.assumptions
@placement.scheduler_config
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.color
def recover(
    nodes: Sequence[str], *, state: str | None, kubernetes_version: str, scenario: str | None, assume: Sequence[str],
    lb_pool: str, load: Sequence[str], scheduler_config: str | None, commit: bool, color: str,
) -> int:  # fmt: skip
    """Let nodes that fell silent, or are not ready, answer again, and play what follows."""
    assumed = options.read_scenario(scenario, assume, lb_pool, load)
    return playing.act(
        state, kubernetes_version, assumed, f"recover {' '.join(nodes)}",
        lambda cluster: cluster.incidents.recover(nodes), commit=commit, color=color,
        profiles=placement.read_profiles(scheduler_config),
    )  # fmt: skip
