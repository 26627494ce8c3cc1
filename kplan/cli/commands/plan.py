"""``kplan plan``: what applying would do, and what would follow."""

from collections.abc import Sequence
from pathlib import Path

import click

from kplan.cli import inputs, options, placement
from kplan.cli.progress import ProgressBar

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan plan -R -f configs/"
    "\n  kplan plan -f web.yaml --assume 'registry.local/*=never-ready' -o json"
)


@click.command("plan", epilog=_EXAMPLES)
@options.filenames()
@options.state
@options.namespace
@options.selector
@options.kubernetes_version
@options.assumptions
@placement.scheduler_config
@click.option("--out", metavar="FILE", default=None, help="Also write the plan to a file, as JSON.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 1 where the plan changes anything.")
@options.output("text", "json")
@options.color
def command(
    filenames: Sequence[str], *, recursive: bool, state: str | None, namespace: str | None, selector: str,
    kubernetes_version: str, scenario: str | None, assume: Sequence[str], lb_pool: str, load: Sequence[str],
    scheduler_config: str | None, out: str | None, detailed_exitcode: bool, output: str, color: str,
) -> int:  # fmt: skip
    """Show what applying manifests would do, object by object, and what would follow from each.

    Controllers, scheduler and kubelets are simulated until the cluster comes to rest. Exits with 0 when there is a
    plan (1 with --detailed-exitcode where it changes anything), and with 2 when something cannot be read or is refused.
    """
    from kplan import pipeline
    from kplan.kubectl.apply import ApplyOptions
    from kplan.plan.planfile import to_json
    from kplan.render import plan_text
    from kplan.render.style import Style

    assumed = options.read_scenario(scenario, assume, lb_pool, load)
    loaded = inputs.load(filenames, recursive=recursive)
    opened = inputs.open_state(
        state, kubernetes=kubernetes_version, known=loaded.objects, namespace=namespace
    )
    broken = inputs.complain([*loaded.diagnostics, *opened.diagnostics], color)
    reading = options.reading(namespace, selector)
    profiles = placement.read_profiles(scheduler_config)
    with ProgressBar() as bar:
        plan = pipeline.plan(
            loaded, opened.store, ApplyOptions(reading), assumed,
            kubernetes=kubernetes_version, profiles=profiles, progress=bar,
        )  # fmt: skip
    if out:
        Path(out).write_text(to_json(plan), encoding="utf-8", errors="replace")
    text = (
        to_json(plan)
        if output == "json"
        else plan_text.render(plan, Style(colour=options.wants_colour(color)))
    )
    click.echo(text, nl=False, color=True)
    if plan.errored or broken:
        return 2
    return 1 if detailed_exitcode and not plan.empty else 0
