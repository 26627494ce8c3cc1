"""``kplan label``: set or remove labels of an object, and see whom that concerns."""

from collections.abc import Sequence

import click

from kplan.cli import options, placement, playing
from kplan.errors import UsageError

_EXAMPLES = "\b\nExamples:\n  kplan label pod/web-0 app=other --overwrite\n  kplan label node node-1 disk-"


@click.command("label", epilog=_EXAMPLES)
@click.argument("words", nargs=-1, required=True, metavar="KIND NAME|KIND/NAME KEY=VALUE|KEY-...")
@click.option("--overwrite", is_flag=True, help="Change labels that have another value.")
@options.namespace
@options.state
@options.kubernetes_version
@placement.scheduler_config
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.color
def command(
    words: Sequence[str], *, overwrite: bool, namespace: str | None, state: str | None,
    kubernetes_version: str, scheduler_config: str | None, commit: bool, color: str,
) -> int:  # fmt: skip
    """Change the labels of an object, as kubectl label does, and play what follows."""
    from kplan.simulation.scenario import Scenario

    kind, name, labels = playing.split_target(words)
    changes = playing.split_changes(labels)
    if not changes:
        raise UsageError("at least one label is needed", hint="write KEY=VALUE to set it, KEY- to remove it")
    note = f"label {' '.join(words)}"
    return playing.act(
        state, kubernetes_version, Scenario(), note,
        lambda cluster: cluster.kubectl.label(
            cluster.kubectl.key(kind, name, namespace or "default"), changes, overwrite=overwrite
        ),
        commit=commit, color=color, profiles=placement.read_profiles(scheduler_config),
    )  # fmt: skip
