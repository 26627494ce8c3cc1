"""``--baseline`` and ``--write-baseline``: findings that were there before are not shown."""

import os
from collections import Counter
from typing import TYPE_CHECKING

import click

from kplan import baseline
from kplan.sentences import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from kplan.lint.selection import LintOptions
    from kplan.report import Report


def compared(report: "Report", path: str, options: "LintOptions", *, write: bool) -> "Report":
    """The report without what the baseline in a file excuses, which is written first if it is asked for.

    Raises UsageError.
    """
    root = os.path.dirname(path) or "."  # noqa: PTH120 - as users see it
    found = baseline.of(report.findings, root)
    known = baseline.read(path) if not write or os.path.exists(path) else Counter()  # noqa: PTH110 - likewise
    gone = baseline.gone(known, found, _would_find(report, root, options, known))
    if write:
        from kplan.cli.files import write_text

        known = (known - gone) | found
        write_text(path, baseline.text(known))
        click.echo(f"wrote {counted(known.total(), 'finding')} to {path}", err=True)
    elif gone:
        what = "no longer occurs" if gone.total() == 1 else "no longer occur"
        click.echo(
            f"{counted(gone.total(), 'finding')} in {path} {what}; --write-baseline takes them out", err=True
        )
    return baseline.without(report, known, root, "in the baseline")


def excused(path: str, *, write: bool) -> "Callable[[Report], Report]":
    """What leaves out of a report what a baseline excuses that is there already. Raises UsageError."""
    known = baseline.read(path) if not write or os.path.exists(path) else Counter()  # noqa: PTH110 - likewise
    root = os.path.dirname(path) or "."  # noqa: PTH120 - likewise
    return lambda report: baseline.without(report, known, root, "in the baseline")


def _would_find(
    report: "Report", root: str, options: "LintOptions", known: baseline.Baseline
) -> "Callable[[baseline.Entry], bool]":
    """Whether a run would have found an entry again: it looked at the file, or the file is gone, and the rule ran.

    Where only some of the files were read, a rule that looks at other objects may have missed what it needs to be sure.
    """
    from kplan.lint.linter import codes_that_look_around

    read = {baseline.relative(file, root) for file in report.inputs.manifests}

    def is_there(file: str) -> bool:
        return os.path.exists(os.path.join(root, file))  # noqa: PTH110, PTH118 - likewise

    elsewhere = {one.file for one in known} - read
    unsure = codes_that_look_around() if any(map(is_there, elsewhere)) else frozenset()

    def judged(one: baseline.Entry) -> bool:
        seen = one.file in read and one.rule not in unsure
        return (seen or not is_there(one.file)) and options.wants(one.rule)

    return judged
