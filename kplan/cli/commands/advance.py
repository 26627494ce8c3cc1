"""``kplan advance``: time passes, and whatever is to happen in it does."""

import click

from kplan.cli import output, simulating
from kplan.cli.lean import Command
from kplan.report import Part


@click.command("advance", cls=Command, epilog="\b\nExample:\n  kplan advance 10m")
@click.argument("duration")
@output.output(Part.SIMULATION)
@simulating.on_terms
def command(duration: str, *, terms: simulating.Terms) -> int:
    """Let time pass: containers restart after a crash, CronJobs run, Jobs with a time to live are deleted.

    Prints the Events of that time. A sandbox keeps its new time; of a snapshot this is a
    what-if, and nothing is stored.
    """
    from kplan import pipeline
    from kplan.cli import inputs
    from kplan.cli.progress import ProgressBar
    from kplan.kubectl.durations import duration as seconds_of
    from kplan.kubectl.printed import Printed

    opened = inputs.open_state(terms.state, kubernetes=terms.kubernetes)
    terms = terms.over(opened)
    with ProgressBar() as bar:
        played = pipeline.what_if(
            opened,
            lambda _: Printed(),
            terms.options(bar),
            command="advance",
            seconds=seconds_of(duration),
            planned=False,
        )
    if terms.stores(opened):
        simulating.keep(played, opened, f"advance {duration}", quiet=not terms.commit)
    code = output.emit(played.report, terms.outputs, terms.color)
    if not terms.stores(opened):
        click.echo(simulating.NOT_STORED, err=True)
    return code
