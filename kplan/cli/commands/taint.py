"""``kplan taint``: put taints on a node or take them off, and see who has to leave."""

from collections.abc import Sequence
from typing import Any

import click

from kplan.cli import options, placement, playing
from kplan.errors import UsageError

_EXAMPLES = "\b\nExamples:\n  kplan taint node-1 dedicated=db:NoSchedule\n  kplan taint node-1 dedicated-"


@click.command("taint", epilog=_EXAMPLES)
@click.argument("node", metavar="NODE")
@click.argument("taints", nargs=-1, required=True, metavar="KEY[=VALUE]:EFFECT|KEY[:EFFECT]-...")
@click.option("--overwrite", is_flag=True, help="Replace a taint with the same key and effect.")
@options.state
@options.kubernetes_version
@placement.scheduler_config
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.color
def command(
    node: str,
    taints: Sequence[str],
    *,
    overwrite: bool,
    state: str | None,
    kubernetes_version: str,
    scheduler_config: str | None,
    commit: bool,
    color: str,
) -> int:
    """Change the taints of a node, as kubectl taint does, and play what follows."""
    from kplan.simulation.scenario import Scenario

    if node in ("node", "nodes", "no"):
        node, *taints = taints
    node = node.removeprefix("node/")
    if not taints:
        raise UsageError("no taint was given", hint="write KEY=VALUE:EFFECT, or KEY- to remove")
    add = [_taint(word) for word in taints if not word.endswith("-")]
    remove = [_removal(word[:-1]) for word in taints if word.endswith("-")]
    note = f"taint {node} {' '.join(taints)}"
    return playing.act(
        state, kubernetes_version, Scenario(), note,
        lambda cluster: cluster.kubectl.taint(node, add, remove, overwrite=overwrite), commit=commit, color=color, profiles=placement.read_profiles(scheduler_config),
    )  # fmt: skip


def _taint(word: str) -> dict[str, Any]:
    pair, colon, effect = word.rpartition(":")
    if not colon or effect not in ("NoSchedule", "PreferNoSchedule", "NoExecute"):
        raise UsageError(
            f"invalid taint effect: {effect or word}, unsupported taint effect",
            hint="write KEY=VALUE:EFFECT with NoSchedule, PreferNoSchedule or NoExecute, or KEY- to remove",
        )
    key, _, value = pair.partition("=")
    return {"key": key, "effect": effect, **({"value": value} if value else {})}


def _removal(word: str) -> dict[str, Any]:
    key, _, effect = word.partition(":")
    return {"key": key.partition("=")[0], "effect": effect}
