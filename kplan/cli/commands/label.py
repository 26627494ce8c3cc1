"""``kplan label``: set or remove labels of objects, and see whom that concerns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kplan.cli import options, playing
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
@playing.on_terms
def command(
    words: Sequence[str],
    *,
    overwrite: bool,
    every: bool,
    selector: str,
    namespace: str | None,
    terms: playing.Terms,
) -> int:
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

    return playing.act(terms, f"label {' '.join(words)}", act)


def _is_label(word: str) -> bool:
    return "=" in word or word.endswith("-")
