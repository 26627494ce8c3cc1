"""``kplan scale``: another number of replicas, and what it takes to get there."""

import click

from kplan.cli import options, placement, playing
from kplan.errors import UsageError

_EXAMPLES = "\b\nExample:\n  kplan scale deployment/web --replicas 5 -n shop"


@click.command("scale", epilog=_EXAMPLES)
@click.argument("target", nargs=-1, required=True, metavar="KIND NAME|KIND/NAME")
@click.option(
    "--replicas", type=click.IntRange(min=0), required=True, metavar="N", help="How many there should be."
)
@options.namespace
@options.state
@options.kubernetes_version
@options.assumptions
@placement.scheduler_config
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.color
def command(
    target: tuple[str, ...], *, replicas: int, namespace: str | None, state: str | None, kubernetes_version: str, scheduler_config: str | None,
    scenario: str | None, assume: tuple[str, ...], lb_pool: str, load: tuple[str, ...], commit: bool, color: str,
) -> int:  # fmt: skip
    """Set the number of replicas, as kubectl scale does, and play what follows."""
    kind, name, more = playing.split_target(target)
    if more:
        raise UsageError(f"one object at a time: what is {' '.join(more)}?")
    assumed = options.read_scenario(scenario, assume, lb_pool, load)
    note = f"scale {kind} {name} --replicas={replicas}"
    return playing.act(
        state, kubernetes_version, assumed, note,
        lambda cluster: cluster.kubectl.scale(cluster.kubectl.key(kind, name, namespace or "default"), replicas),
        commit=commit, color=color, profiles=placement.read_profiles(scheduler_config),
    )  # fmt: skip
