"""``kplan label``: set or remove labels of objects, and see whom that concerns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kplan.cli import options, placement, playing
from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.cluster import Cluster
    from kplan.kubectl.printed import Printed

_EXAMPLES = "\b\nExamples:\n  kplan label pod/web-0 app=other --overwrite\n  kplan label node node-1 disk-"


@click.command("label", epilog=_EXAMPLES)
@click.argument("words", nargs=-1, required=True, metavar="KIND NAME...|KIND/NAME... KEY=VALUE|KEY-...")
@click.option("--overwrite", is_flag=True, help="Change labels that have another value.")
@click.option("--all", "every", is_flag=True, help="All objects of the kind in the namespace.")
@options.selector
@options.namespace
@options.state
@options.kubernetes_version
@options.assumptions
@placement.scheduler_config
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.color
def command(
    words: Sequence[str], *, overwrite: bool, every: bool, selector: str, namespace: str | None, state: str | None,
    kubernetes_version: str, scenario: str | None, assume: Sequence[str], lb_pool: str, load: Sequence[str],
    scheduler_config: str | None, commit: bool, color: str,
) -> int:  # fmt: skip
    """Change the labels of objects, as kubectl label does, and play what follows."""
    from kplan.kubectl.labelling import parse_labels

    named, labels = playing.split_words(words, _is_label, "label")
    if not labels:
        raise UsageError(
            "at least one label update is required", hint="write KEY=VALUE to set it, KEY- to remove it"
        )
    changes = parse_labels(labels)

    def act(cluster: "Cluster") -> "Printed":
        keys = playing.pick_objects(cluster, named, namespace or "default", selector, every=every)
        return cluster.kubectl.label_all(keys, changes, overwrite=overwrite)

    return playing.act(
        state, kubernetes_version, options.read_scenario(scenario, assume, lb_pool, load),
        f"label {' '.join(words)}", act,
        commit=commit, color=color, profiles=placement.read_profiles(scheduler_config),
    )  # fmt: skip


def _is_label(word: str) -> bool:
    return "=" in word or word.endswith("-")
