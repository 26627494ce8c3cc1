"""``kplan nodes``: what nodes have left, and who would be stranded without one."""

from collections.abc import Sequence

import click

from kplan.cli import inputs, options, output, placement, settings
from kplan.cli.lean import Command
from kplan.report import Part

_EXAMPLES = "\b\nExample:\n  kplan nodes --survival"


@click.command("nodes", cls=Command, epilog=_EXAMPLES)
@options.state
@options.kubernetes_version
@placement.supposed
@settings.option(
    "--survival",
    is_flag=True,
    help="Also show which workloads would have pending pods after losing each node.",
)
@settings.configured
@output.output(Part.ANSWERS)
def command(
    *, state: str | None, kubernetes_versions: Sequence[str], supposed: placement.Supposed, survival: bool,
    outputs: Sequence[output.Output], color: str,
) -> int:  # fmt: skip
    """Show what is requested, allocatable and free on every node, and the largest pod that still fits.

    With --survival, exits with 1 when losing a single node would leave pods pending.
    """
    from kplan import pipeline

    opened = inputs.view(state, kubernetes=kubernetes_versions[0], reported=True)
    question = supposed.question(inputs.minors_of(opened, kubernetes_versions)[0])
    return output.emit(pipeline.nodes(opened, question, survival=survival), outputs, color)
