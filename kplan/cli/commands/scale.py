"""``kplan scale``: another number of replicas, and what it takes to get there."""

import click

from kplan.cli import options, playing


@click.command("scale")
@click.argument("kind", metavar="KIND")
@click.argument("name", metavar="NAME")
@click.option(
    "--replicas", type=click.IntRange(min=0), required=True, metavar="N", help="How many there should be."
)
@options.namespace
@options.state
@options.kubernetes_version
@options.assumptions
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.color
def command(
    kind: str, name: str, *, replicas: int, namespace: str | None, state: str | None, kubernetes_version: str,
    scenario: str | None, assume: tuple[str, ...], lb_pool: str, commit: bool, color: str,
) -> int:  # fmt: skip
    """Set the number of replicas, as kubectl scale does, and play what follows."""
    assumed = options.read_scenario(scenario, assume, lb_pool)
    note = f"scale {kind} {name} --replicas={replicas}"
    return playing.act(
        state, kubernetes_version, assumed, note,
        lambda cluster: cluster.kubectl.scale(cluster.kubectl.key(kind, name, namespace or "default"), replicas),
        commit=commit, color=color,
    )  # fmt: skip
