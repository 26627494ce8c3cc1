"""``kplan delete``: remove objects, and see what goes with them and what comes back."""

from collections.abc import Sequence

import click

from kplan.cli import options, placement, playing

_EXAMPLES = (
    "\b\nExamples:\n  kplan delete deployment web -n shop\n  kplan delete pod/web-0 pod/web-1 --commit"
)


@click.command("delete", epilog=_EXAMPLES)
@click.argument("targets", nargs=-1, required=True, metavar="KIND NAME...|KIND/NAME...")
@click.option(
    "--cascade", type=click.Choice(("background", "foreground", "orphan")), default="background", show_default=True,
    help="What becomes of the objects' dependents.",
)  # fmt: skip
@options.namespace
@options.state
@options.kubernetes_version
@options.assumptions
@placement.scheduler_config
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.color
def command(
    targets: Sequence[str], *, cascade: str, namespace: str | None, state: str | None, kubernetes_version: str, scheduler_config: str | None,
    scenario: str | None, assume: Sequence[str], lb_pool: str, load: Sequence[str], commit: bool, color: str,
) -> int:  # fmt: skip
    """Delete objects, as kubectl delete does, and play what follows."""
    named = playing.split_targets(targets)
    note = f"delete {' '.join(targets)}"
    return playing.act(
        state, kubernetes_version, options.read_scenario(scenario, assume, lb_pool, load), note,
        lambda cluster: cluster.kubectl.delete(
            [cluster.kubectl.key(kind, name, namespace or "default") for kind, name in named], cascade=cascade
        ),
        commit=commit, color=color, profiles=placement.read_profiles(scheduler_config),
    )  # fmt: skip
