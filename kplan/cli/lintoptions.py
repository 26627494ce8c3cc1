"""The options of ``kplan lint`` that belong together, each group as one value:
rules, what was there before, what stands beside, what is shown.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import click

from kplan.cli import completion, fixing, inputs, output
from kplan.cli.settings import configuration, gathered, option
from kplan.diagnostics import Severity
from kplan.lint.otherlinter import Tool
from kplan.lint.presets import Preset
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.cli.linting import Hiding, Run
    from kplan.inputs.request import Request
    from kplan.lint.selection import LintOptions
    from kplan.report import Report

BASELINE: Final = ".kplan-baseline.json"


class Rules(NamedTuple):
    """Which rules run, and which of their findings count."""

    preset: str | None
    select: Sequence[str]
    ignore: Sequence[str]
    show_unknown: bool
    no_suppress: bool
    honor: Sequence[str]

    def options(self, namespace: str | None) -> "LintOptions":
        """What lint looks for, with what the configuration says. Raises UsageError."""
        from kplan.config.linting import lint_options

        return lint_options(
            configuration(), preset=Preset(self.preset) if self.preset else None, select=self.select, ignore=self.ignore,
            namespace=namespace, suppress=not self.no_suppress, show_unknown=self.show_unknown, honor=self.honor,
        )  # fmt: skip


def rules(command: Callable[..., int]) -> Callable[..., int]:
    """``--preset``, ``--select``, ``--ignore`` and what else says which findings count;
    a command gets them as ``rules``.
    """
    return gathered(
        "rules",
        Rules,
        option(
            "--preset",
            type=click.Choice(list(map(str, Preset))),
            setting="lint.preset",
            help="Set of rules to start from. Default without --select: recommended.",
        ),
        option(
            "--select",
            multiple=True,
            metavar="CODE",
            setting="lint.select",
            shell_complete=completion.codes,
            help="Use rules with these codes or prefixes: with --preset in addition to its rules, else only these; repeatable.",
        ),
        option(
            "--ignore",
            multiple=True,
            metavar="CODE",
            setting="lint.ignore",
            shell_complete=completion.codes,
            help="Skip rules with these codes or prefixes; repeatable.",
        ),
        option(
            "--show-unknown",
            is_flag=True,
            default=False,
            setting="lint.show-unknown",
            help="Also report possible mistakes that the input alone cannot confirm.",
        ),
        option(
            "--no-suppress",
            is_flag=True,
            help="Also report findings that '# kplan: ignore[...]' comments and annotations suppress.",
        ),
        option(
            "--honor",
            multiple=True,
            type=click.Choice(list(map(str, Tool))),
            setting="lint.honor",
            help="Also skip what comments and annotations for this linter skip; repeatable.",
        ),
    )(command)


class Before(NamedTuple):
    """Which findings were there before, and are not shown."""

    baseline: str | None
    write_baseline: bool
    new_only: str | None

    @property
    def _file(self) -> str:
        return self.baseline or (BASELINE if self.write_baseline else "")

    def new(self, run: "Run", *, anew: bool) -> "Report":
        """What is found; with a revision, only what was not found there. Raises UsageError."""
        excused = self._excused()
        if not self.new_only:
            return run.found(excused, anew=anew)
        new = run.new_since(self.new_only)
        return new(run.found([new, *excused], anew=anew))

    def _excused(self) -> "Sequence[Hiding]":
        """What leaves out what a baseline excuses, if there is one and something is to be fixed."""
        if not self._file or not fixing.is_asked():
            return ()
        from kplan.cli.baselines import excused

        return [excused(self._file, write=self.write_baseline)]

    def compared(self, report: "Report", chosen: "LintOptions") -> "Report":
        """The report without what a baseline excuses, if there is one; it is written first if it is asked for."""
        if not self._file:
            return report
        from kplan.cli.baselines import compared

        write = self.write_baseline and not fixing.changes_nothing()
        return compared(report, self._file, chosen, write=write)


def before(command: Callable[..., int]) -> Callable[..., int]:
    """``--baseline``, ``--write-baseline`` and ``--new-only``; a command gets them as ``before``."""
    return gathered(
        "before",
        Before,
        option(
            "--baseline",
            metavar="FILE",
            setting="lint.baseline",
            path=True,
            help="Do not show findings that are in this file, and say which of its entries no longer occur.",
        ),
        option(
            "--write-baseline",
            is_flag=True,
            help=f"Write all findings to the file of --baseline, else {BASELINE}, so that later runs do not show them.",
        ),
        option(
            "--new-only",
            metavar="REV",
            help="Show only what was not found in this git revision; 'REV...' is the commit at which this branch left it.",
        ),
    )(command)


class Beside(NamedTuple):
    """What is read for references, and to know custom resources, and not checked."""

    context: Sequence[str]
    crds: Sequence[str]

    def around(self) -> "Request | None":
        """What references are looked up in."""
        return inputs.around(self.context) if self.context else None

    @property
    def needs_objects(self) -> bool:
        """Whether what is known of custom resources depends on which there are."""
        return inputs.needs_objects(self.crds)


def beside(command: Callable[..., int]) -> Callable[..., int]:
    """``--context`` and ``--crds``; a command gets them as ``beside``."""
    return gathered(
        "beside",
        Beside,
        option(
            "--context",
            multiple=True,
            metavar="PATH",
            setting="context",
            path=True,
            help="Also look up references in these files, without checking them; repeatable.",
        ),
        option(
            "--crds",
            multiple=True,
            metavar="PATH",
            setting="crds",
            path=True,
            help="CustomResourceDefinitions, or catalogues of JSON schemas, to check custom resources against; repeatable.",
        ),
    )(command)


class Shown(NamedTuple):
    """What of the findings is shown."""

    statistics: bool
    max_findings: int | None
    quiet: bool

    def emit(self, report: "Report", outputs: Sequence[output.Output], color: str) -> int:
        """Print the findings, or how many there are of each rule; the answer is the exit code. Raises UsageError."""
        found = [one for one in report.findings if not (self.quiet and one.severity is Severity.INFO)]
        report = report._replace(findings=found)
        return fixing.emit(
            _counted(report, outputs) if self.statistics else report, outputs, color, self.max_findings
        )


def _counted(report: "Report", outputs: Sequence[output.Output]) -> "Report":
    """The report with a table of its rules. Raises UsageError."""
    from kplan import pipeline

    output.require_table(outputs)
    return pipeline.statistics(report)


def shown(command: Callable[..., int]) -> Callable[..., int]:
    """``--statistics``, ``--max-findings`` and ``--quiet``; a command gets them as ``shown``."""
    return gathered(
        "shown",
        Shown,
        option(
            "--statistics",
            is_flag=True,
            help="Count the findings of each rule instead of listing them; in JSON, in addition.",
        ),
        option(
            "--max-findings",
            type=click.IntRange(min=0),
            default=None,
            metavar="N",
            help="Show no more findings than N, and count the rest; 0 shows all. Default: 10000; in formats for programs, all.",
        ),
        option("-q", "--quiet", is_flag=True, help="Hide findings of severity info."),
    )(command)
