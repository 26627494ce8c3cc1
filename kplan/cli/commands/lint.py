"""``kplan lint``: parse, call the pipeline, judge and print."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import click

from kplan.cli import caching, fixing, inputs, linting, options, output, reading
from kplan.cli.jobs import jobs_option
from kplan.cli.lean import Command
from kplan.cli.progress import ProgressBar
from kplan.cli.settings import gathered, option
from kplan.diagnostics import Severity
from kplan.namedtuples import NamedTuple
from kplan.report import Part

if TYPE_CHECKING:
    from kplan.inputs.request import Request
    from kplan.lint.selection import LintOptions
    from kplan.report import Report

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan lint configs/"
    "\n  kplan lint -o text -o sarif=lint.sarif --select API,REF web.yaml"
    "\n  kustomize build overlays/prod | kplan lint -"
)
BASELINE = ".kplan-baseline.json"
_SEVERITIES = (*map(str, Severity), "never")


class Before(NamedTuple):
    """Which findings were there before, and are not shown."""

    baseline: str | None
    write_baseline: bool
    new_only: str | None

    @property
    def _file(self) -> str:
        return self.baseline or (BASELINE if self.write_baseline else "")

    def new(self, run: linting.Run, *, anew: bool) -> "Report":
        """What is found; with a revision, only what was not found there. Raises UsageError."""
        excused = self._excused()
        if not self.new_only:
            return run.found(excused, anew=anew)
        new = run.new_since(self.new_only)
        return new(run.found([new, *excused], anew=anew))

    def _excused(self) -> "Sequence[linting.Hiding]":
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


_BEFORE: Final = (
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
)


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


_BESIDE: Final = (
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
)


@click.command("lint", cls=Command, epilog=_EXAMPLES)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@option(
    "-R/-D",
    "--recursive/--direct",
    default=True,
    help="Read folders recursively (default), or only the files directly in them.",
)
@linting.rules
@option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    default="warning",
    show_default=True,
    setting="lint.fail-on",
    help="Exit with 1 on findings of this severity or higher.",
)
@option(
    "--add-ignores",
    is_flag=True,
    help="Write a comment '# kplan: ignore[CODE]' beside every finding, and report those that can have none.",
)
@gathered("before", Before, *_BEFORE)
@fixing.fixing
@gathered("beside", Beside, *_BESIDE)
@option(
    "--force-exclude",
    is_flag=True,
    help="Apply excludes also to files named on the command line, as pre-commit names them.",
)
@reading.filtered
@reading.built
@option(
    "--statistics",
    is_flag=True,
    help="Count the findings of each rule instead of listing them; in JSON, in addition.",
)
@option(
    "--max-findings",
    type=click.IntRange(min=0),
    default=None,
    metavar="N",
    help="Show no more findings than N, and count the rest; 0 shows all. Default: 10000; in formats for programs, all.",
)
@option("-q", "--quiet", is_flag=True, help="Hide findings of severity info.")
@options.state
@options.namespace
@options.kubernetes_versions
@caching.option
@jobs_option
@output.output(Part.FINDINGS)
def command(
    paths: Sequence[str], *, recursive: bool, rules: linting.Rules, fail_on: str, add_ignores: bool, before: Before, beside: Beside,
    force_exclude: bool, statistics: bool, max_findings: int | None, quiet: bool, state: str | None, namespace: str | None,
    kubernetes_versions: Sequence[str], no_cache: bool, jobs: int, outputs: Sequence[output.Output], color: str,
) -> int:  # fmt: skip
    """Find mistakes in manifests: files, folders, globs or '-'.

    All paths are checked together, so a Service finds its pods in any of them. Files that are not manifests are
    skipped and counted. 'kplan rules CODE' explains a rule.
    """
    from kplan.inputs.request import Depth

    chosen = rules.options(namespace)
    request = inputs.to_check(paths, Depth.ALL if recursive else Depth.OWN, force_exclude=force_exclude)
    cluster = inputs.held(state, kubernetes_versions[0])
    definitions = partial(inputs.definitions, beside.crds, stored=state is None)
    anew = no_cache or bool(chosen.plugins) or add_ignores or fixing.is_asked() or beside.needs_objects
    with ProgressBar() as bar:
        run = linting.Run(
            request, beside.around(), chosen, kubernetes_versions, cluster, definitions, jobs, bar
        )
        report = before.new(run, anew=anew)
    report = before.compared(report, chosen)
    report = fixing.judged(_ignored(report) if add_ignores else report, fail_on)
    shown = [one for one in report.findings if not (quiet and one.severity is Severity.INFO)]
    report = report._replace(findings=shown)
    return fixing.emit(_counted(report, outputs) if statistics else report, outputs, color, max_findings)


def _ignored(report: "Report") -> "Report":
    """The report without what comments silence that are written now."""
    if fixing.changes_nothing():
        return report
    from kplan.cli.ignoring import written

    return written(report)


def _counted(report: "Report", outputs: Sequence[output.Output]) -> "Report":
    """The report with a table of its rules. Raises UsageError."""
    from kplan import pipeline

    output.require_table(outputs)
    return pipeline.statistics(report)
