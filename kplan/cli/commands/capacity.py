"""``kplan capacity``: how many more pods fit, and what limits them."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from kplan.cli import inputs, options, placement
from kplan.errors import UsageError

_EXAMPLES = "\b\nExample:\n  kplan capacity -f web.yaml --state nodes:3x4cpu,8Gi --at-least 10"


@click.command("capacity", epilog=_EXAMPLES)
@options.filenames()
@options.state
@options.kubernetes_version
@placement.cluster_changes
@placement.scheduler_config
@click.option(
    "--max", "most", type=click.IntRange(1), default=10_000, show_default=True, help="Stop counting here."
)
@click.option(
    "--at-least", type=click.IntRange(0), default=0, metavar="N", help="Exit with 1 where fewer fit."
)
@options.output("text", "json")
@options.color
def command(
    filenames: Sequence[str], *, recursive: bool, state: str | None, kubernetes_version: str,
    add_nodes: Sequence[str], without_node: Sequence[str], scheduler_config: str | None, most: int, at_least: int,
    output: str, color: str,
) -> int:  # fmt: skip
    """Count how many more pods of each manifest fit, per node, and say what limits them.

    A manifest is a Pod, or any workload with a pod template. Nobody is evicted for the pods that are counted.
    """
    from kplan import pipeline
    from kplan.render import scheduling
    from kplan.render.style import Style
    from kplan.scheduler.capacity import capacity
    from kplan.scheduler.picture import pod_of

    opened = inputs.view(state, kubernetes=kubernetes_version)
    picture = placement.picture(opened.store, add_nodes, without_node)
    profiles = placement.read_profiles(scheduler_config)
    loaded = inputs.load(filenames, recursive=recursive)
    asked = [(item, value) for item in loaded.objects if (value := pod_of(item.value)) is not None]
    broken = inputs.complain(loaded.diagnostics, color)
    if not asked and not broken:
        raise UsageError("no pod and no workload with a pod template in what was given")
    style = Style(colour=options.wants_colour(color))
    counts = []
    for item, value in asked:
        pod = pipeline.admit_pod(value, opened.store, kubernetes=kubernetes_version)
        profile = placement.profile_for(profiles, pod)
        counts.append((str(item.key), capacity(picture, pod, most=most, profile=profile)))
    if output == "json":
        click.echo(json.dumps({title: asdict(found) for title, found in counts}, indent=2))
    else:
        click.echo(
            "\n".join(scheduling.capacity(title, found, style) for title, found in counts),
            nl=False,
            color=True,
        )
    return 2 if broken else 1 if any(found.pods < at_least for _, found in counts) else 0
