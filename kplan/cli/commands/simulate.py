"""``kplan simulate``: what happens after apply, on a virtual clock."""

from functools import partial

import click

from kplan.cli import inputs, options, output, reading, simulating
from kplan.cli.lean import Command
from kplan.cli.progress import ProgressBar
from kplan.report import Part

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan simulate -f web.yaml --state nodes:3x4cpu,8Gi"
    "\n  kplan simulate -f job.yaml --assume 'busybox*=fails' --until 10m"
)


@click.command("simulate", cls=Command, epilog=_EXAMPLES)
@reading.files
@options.namespace
@options.selector
@output.output(Part.SIMULATION)
@partial(simulating.on_terms, version=options.kubernetes_versions)
def command(*, files: reading.Files, namespace: str | None, selector: str, terms: simulating.Terms) -> int:
    """Apply manifests to the state and show what follows, until the cluster settles.

    Controllers, scheduler, kubelets and endpoints are simulated on a virtual clock; the Events are printed with
    the time since the apply. Exits with 2 when something cannot be read or is refused.
    """
    from kplan import pipeline
    from kplan.kubectl.apply import ApplyOptions
    from kplan.render.timeline import elapsed

    loaded = inputs.load(files)
    applying = ApplyOptions(options.reading(namespace, selector), emulate_controllers=True)
    opened = inputs.open_state(
        terms.state, kubernetes=terms.kubernetes, known=loaded.objects, namespace=namespace
    )
    terms = terms.over(opened)
    with ProgressBar() as bar:
        played = pipeline.simulate(loaded, opened, applying, terms.options(bar), seconds=terms.seconds)
    report = pipeline.also_for(terms.kubernetes_versions, played.report, loaded, opened, namespace=namespace)
    if terms.stores(opened):
        simulating.keep(
            played._replace(report=report), opened, f"simulate {' '.join(files.filenames)}".rstrip()
        )
    code = output.emit(report, terms.outputs, terms.color)
    simulated = report.simulation
    assert simulated is not None
    took = elapsed(simulated.ended - simulated.started)
    click.echo(f"{'settled' if simulated.rested else 'not settled'} after {took}", err=True)
    return code
