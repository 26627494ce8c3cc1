"""``kplan rules``: the list of all rules and risks, or everything about one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kplan.cli import completion, output
from kplan.cli.lean import Command
from kplan.cli.settings import configuration
from kplan.report import Part, Report

if TYPE_CHECKING:
    from kplan.lint.rule import Rule


@click.command("rules", cls=Command)
@click.argument("code", required=False, shell_complete=completion.documented)
@click.option(
    "--changes",
    metavar="FROM..TO",
    help="List what changed between two minors of Kubernetes instead, such as 1.33..1.36.",
)
@output.output(Part.TABLE)
def command(
    code: str | None, *, changes: str | None, outputs: Sequence[output.Output], color: str
) -> int:  # fmt: skip
    """List the lint rules, plan risks and upgrade checks, or explain the one with this code or name."""
    from kplan.pipeline import rulebook

    if changes:
        return output.emit(rulebook.changes(changes), outputs, color)
    report = _about(code, as_text=outputs[0].format == "text") if code else rulebook.listed(_own_rules())
    return output.emit(report, outputs, color)


def _about(code: str, *, as_text: bool) -> Report:
    """What is known of one code or name. Raises UsageError."""
    from kplan.pipeline import rulebook
    from kplan.render.explained import explained

    found = rulebook.found(code, _own_rules)
    return Report("rules", printed=explained(found)) if as_text else rulebook.fields(found)


def _own_rules() -> "Sequence[Rule]":
    """The rules of the configuration, and of packages that it names. Raises UsageError."""
    from kplan.config.linting import lint_options
    from kplan.pipeline.ownrules import more_rules

    return more_rules(lint_options(configuration()))
