"""What commands say on standard error about their input: warnings, refusals, broken documents."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from kplan.cli import options
from kplan.diagnostics import Diagnostic, Severity, in_order

if TYPE_CHECKING:
    from kplan.kubectl.reading import Failure
    from kplan.kubectl.visit import Note

_WARNING = "Warning: "


def report(
    found: Sequence[Diagnostic],
    failures: Iterable["Failure"],
    notes: Iterable["Note"],
    color: str,
    *,
    late: int = 0,
) -> bool:
    """Print diagnostics, those of failures and warnings as well; say whether any of them is an error."""
    from kplan.kubectl.diagnose import diagnose, warn
    from kplan.render.findings import blocks
    from kplan.render.style import Style

    refused = [one for failure in failures for one in diagnose(failure)]
    warned = [one for note in notes for one in warn(note.origin, (note.line.removeprefix(_WARNING),))]
    diagnostics = in_order([*found, *refused, *warned])
    style = Style(colour=options.wants_colour(color, sys.stderr))
    for block in blocks(diagnostics, style):
        click.echo(block, err=True, color=True)
    if late:
        what = "1 object comes" if late == 1 else f"{late} objects come"
        click.echo(
            f"{_WARNING}{what} before what is needed first (a namespace, a definition, ...); "
            "kubectl apply has to be run again for that",
            err=True,
        )
    return any(one.severity is Severity.ERROR for one in diagnostics)
