"""``kplan capacity``: how many more pods fit, and what limits them."""

from collections.abc import Sequence

import click

from kplan.cli import inputs, options, output, placement, reading
from kplan.cli.lean import Command
from kplan.cli.settings import option
from kplan.report import Part

_EXAMPLES = "\b\nExample:\n  kplan capacity -f web.yaml --state nodes:3x4cpu,8Gi --at-least 10"


@click.command("capacity", cls=Command, epilog=_EXAMPLES)
@reading.files
@options.state
@options.kubernetes_version
@placement.supposed
@option(
    "--max",
    "most",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    help="Stop counting at this number of pods.",
)
@option("--at-least", type=click.IntRange(0), default=0, metavar="N", help="Exit with 1 when fewer pods fit.")
@output.output(Part.ANSWERS)
def command(
    *, files: reading.Files, state: str | None, kubernetes_versions: Sequence[str], supposed: placement.Supposed,
    most: int, at_least: int, outputs: Sequence[output.Output], color: str,
) -> int:  # fmt: skip
    """Count how many more pods of each manifest fit, per node, and say what limits them.

    A manifest is a Pod, or any workload with a pod template. No running pod is evicted to make room.
    """
    from kplan import pipeline
    from kplan.report_parts import Fits

    opened = inputs.view(state, kubernetes=kubernetes_versions[0], reported=True)
    question = supposed.question(inputs.minors_of(opened, kubernetes_versions)[0])
    loaded = inputs.load(files)
    report = pipeline.capacity(loaded, opened, question, most=most, at_least=at_least)
    for answer in report.answers:
        if isinstance(answer, Fits) and answer.capacity.pods < at_least:
            few = f"{answer.title}: {answer.capacity.pods} more pods fit, fewer than --at-least {at_least}"
            click.echo(few, err=True)
    return output.emit(report, outputs, color)
