"""``--fix``, ``--unsafe-fixes`` and ``--diff``: findings corrected in the files, shown as a diff, or counted."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from kplan.cli import output, reading
from kplan.cli.settings import option
from kplan.manifest.files import STDIN_NAME

if TYPE_CHECKING:
    from functools import partial

    from kplan.pipeline.fixing import Fixed
    from kplan.pipeline.loading import Loaded
    from kplan.report import Report

F = TypeVar("F", bound=Callable[..., Any])
_KEPT: Final = "kplan.fixing"


def _keep(context: click.Context, parameter: click.Parameter, given: bool) -> None:
    context.meta[f"{_KEPT}.{parameter.name}"] = given


def _asked(name: str) -> bool:
    return bool(click.get_current_context().meta.get(f"{_KEPT}.{name}"))


def fixing(command: F) -> F:
    """The three options."""
    command = option(
        "--diff", "diff", is_flag=True, expose_value=False, callback=_keep,
        help="Print what --fix would change as a diff, and change nothing.",
    )(command)  # fmt: skip
    command = option(
        "--unsafe-fixes/--no-unsafe-fixes", "unsafe", is_flag=True, expose_value=False, callback=_keep, setting="lint.unsafe-fixes",
        help="Include fixes that may change what a manifest means.",
    )(command)  # fmt: skip
    return option(
        "--fix/--no-fix", "fix", is_flag=True, expose_value=False, callback=_keep, setting="lint.fix",
        help="Correct in the files what can be corrected, and report the rest.",
    )(command)  # fmt: skip


def lint(
    loaded: "Loaded",
    check: "partial[Report]",
    *,
    context: "Loaded | None",
    hidden: "Sequence[Callable[[Report], Report]]",
    named: Sequence[str],
) -> "Report":
    """Lint and, if it was asked for, fix; what is fixed is written, or said in a diff. Raises OSError.

    ``hidden`` leave out of a report what is not shown: that is not fixed either. What is built is fixed in files of
    this folder and of what was ``named``.
    """
    if not is_asked():
        return check(loaded, context=context)._replace(unsafe_fixes=_asked("unsafe"))
    from kplan import pipeline
    from kplan.cli.files import Originals, write_bytes

    originals = Originals(reading.standard_input(), named)
    fixed = pipeline.fix(
        loaded, read=originals.read, unsafe=_asked("unsafe"), context=context, hidden=hidden, **check.keywords
    )
    click.get_current_context().meta[_KEPT] = fixed
    for name, (_, after) in fixed.files.items() if not _asked("diff") else ():
        if name != STDIN_NAME:
            write_bytes(name, after.data)
    return fixed.report._replace(unsafe_fixes=_asked("unsafe"))


def is_asked() -> bool:
    """Whether anything is to be fixed."""
    return _asked("fix") or _asked("diff")


def with_unsafe() -> bool:
    """Whether unsafe fixes count."""
    return _asked("unsafe")


def changes_nothing() -> bool:
    """Whether only a diff is wanted."""
    return _asked("diff")


def judged(report: "Report", fail_on: str) -> "Report":
    """The report, marked as failed if findings are left that fail it, or if there is a diff."""
    from kplan import gate

    return report._replace(failed=bool(report.fixed)) if _asked("diff") else gate.at_least(report, fail_on)


def emit(report: "Report", outputs: "Sequence[output.Output]", color: str, most: int | None = None) -> int:
    """Print what was found; of a diff and of fixed standard input, these on standard output and a summary beside it."""
    fixed: Fixed | None = click.get_current_context().meta.get(_KEPT)
    if fixed is None or not (_asked("diff") or reading.standard_input()):
        return output.emit(report, outputs, color, most=most)
    from kplan.render.findings import last
    from kplan.render.fixes import would_fix

    if _asked("diff"):
        _print_diff(fixed, color)
        click.echo(would_fix(report), err=True)
        return report.exit_code
    files = fixed.files.get(STDIN_NAME)
    sys.stdout.buffer.write(files[1].data if files else reading.standard_input())
    output.say(report.findings, color)
    for line in last(report):
        click.echo(line, err=True)
    return report.exit_code


def _print_diff(fixed: "Fixed", color: str) -> None:
    from kplan.masking.texts import concealed_text
    from kplan.render.fixes import file_diff
    from kplan.render.painted import painted
    from kplan.render.style import Style
    from kplan.render.terminal import escaped

    style = Style(colour=output.wants_colour(color))
    for name, (before, after) in sorted(fixed.files.items()):
        # The line ends of Windows stay what they are, or `patch` would not find the lines.
        text = "\r\n".join(map(escaped, file_diff(name, before, after).split("\r\n")))
        click.echo(painted(concealed_text(text), style), nl=False, color=True)
