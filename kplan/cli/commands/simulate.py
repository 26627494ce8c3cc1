"""``kplan simulate``: what happens after apply, on a virtual clock."""

import json
from collections.abc import Sequence

import click

from kplan.cli import inputs, options, placement, playing
from kplan.cli.progress import ProgressBar

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan simulate -f web.yaml --state nodes:3x4cpu,8Gi"
    "\n  kplan simulate -f job.yaml --assume 'busybox*=fails' --until 10m"
)


@click.command("simulate", epilog=_EXAMPLES)
@options.filenames()
@options.state
@options.namespace
@options.selector
@options.kubernetes_version
@options.assumptions
@placement.scheduler_config
@click.option(
    "--until",
    "until",
    default=None,
    metavar="T",
    help="Run to this time after the apply (90s, 10m, 2h) instead of to rest.",
)
@click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
@options.output("text", "json", "jsonl")
@options.color
def command(
    filenames: Sequence[str], *, recursive: bool, state: str | None, namespace: str | None, selector: str,
    kubernetes_version: str, scenario: str | None, assume: Sequence[str], lb_pool: str, load: Sequence[str],
    scheduler_config: str | None, until: str | None, commit: bool, output: str, color: str,
) -> int:  # fmt: skip
    """Apply manifests to the state and play what follows, until the cluster comes to rest.

    Controllers, scheduler, kubelets and the network's bookkeeping act on a virtual clock; the Events are printed with
    the time since the apply. Exits with 2 when something cannot be read or is refused.
    """
    from kplan.kubectl.apply import ApplyOptions
    from kplan.kubectl.commands import duration
    from kplan.render import timeline
    from kplan.render.style import Style
    from kplan.simulation.clock import SECOND

    assumed = options.read_scenario(scenario, assume, lb_pool, load)
    loaded = inputs.load(filenames, recursive=recursive)
    broken = inputs.complain(loaded.diagnostics, color)
    profiles = placement.read_profiles(scheduler_config)
    applying = ApplyOptions(options.reading(namespace, selector), furnish=True)
    with ProgressBar() as bar:
        stage = playing.open_cluster(state, assumed, kubernetes_version, profiles=profiles, progress=bar)
        cluster = stage.cluster
        end = cluster.started + duration(until) * SECOND if until else None
        bar.expect(cluster.started, end)
        printed = cluster.kubectl.apply(loaded.objects, applying)
        rested = cluster.run(end)
    story = cluster.stage.timeline
    if output == "jsonl":
        for line in timeline.json_lines(story, cluster.started):
            click.echo(line)
    elif output == "json":
        entries = [timeline.as_json(entry, cluster.started) for entry in story]
        click.echo(json.dumps({"converged": rested, "timeline": entries}, indent=2, ensure_ascii=False))
    else:
        click.echo(printed.stdout, nl=False)
        click.echo(
            timeline.text(story, cluster.started, Style(colour=options.wants_colour(color))),
            nl=False,
            color=True,
        )
        took = timeline.elapsed(cluster.clock.now - cluster.started)
        click.echo(f"{'at rest' if rested else 'still going on'} after {took}", err=True)
    click.echo(printed.stderr, nl=False, err=True)
    if commit:
        playing.keep(stage, f"simulate {' '.join(filenames)}")
    return 2 if printed.exit or broken else 0
