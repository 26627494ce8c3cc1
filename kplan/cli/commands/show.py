"""``kplan show``: a saved plan again, in every format."""

from collections.abc import Sequence

import click

from kplan.cli import output, plans
from kplan.cli.lean import Command
from kplan.cli.settings import configured, option
from kplan.report import Part

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan show plan.json"
    "\n  kplan show plan.json -o markdown=comment.md -o text --fail-on deletes"
)


@click.command("show", cls=Command, epilog=_EXAMPLES)
@click.argument("plan", metavar="PLAN")
@configured
@option("-v", "--verbose", is_flag=True, help="Show every step, pod and field.")
@plans.gated
@output.output(Part.PLAN, Part.FINDINGS)
def command(
    plan: str, *, verbose: bool, gated: plans.Gated, outputs: Sequence[output.Output], color: str
) -> int:  # fmt: skip
    """Show a plan that was saved with kplan plan --out.

    Prints what kplan plan printed then, without simulating again; --fail-on asks about it anew. A page (-o html) is
    without the cluster and its timeline, which a plan does not hold. The exit code is that of kplan plan.
    """
    from kplan import gate, pipeline

    conditions = gated.conditions()
    report = pipeline.show(plans.read(plan))
    return output.emit(gate.judged(report, conditions), outputs, color, verbose=verbose)
