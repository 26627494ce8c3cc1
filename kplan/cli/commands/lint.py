"""``kplan lint``: parse, call the pipeline, judge and print."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from kplan.cli import caching, completion, fixing, inputs, options, output, reading
from kplan.cli.jobs import jobs_option
from kplan.cli.lean import Command
from kplan.cli.linting import Run
from kplan.cli.progress import ProgressBar
from kplan.cli.settings import configuration, option
from kplan.diagnostics import Severity
from kplan.lint.otherlinter import Tool
from kplan.lint.presets import Preset
from kplan.report import Part

if TYPE_CHECKING:
    from kplan.cli.linting import Hiding
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


@click.command("lint", cls=Command, epilog=_EXAMPLES)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@option(
    "-R/-D",
    "--recursive/--direct",
    default=True,
    help="Read folders recursively (default), or only the files directly in them.",
)
@option(
    "--preset",
    type=click.Choice(list(map(str, Preset))),
    setting="lint.preset",
    help="Set of rules to start from. Default without --select: recommended.",
)
@option(
    "--select",
    multiple=True,
    metavar="CODE",
    setting="lint.select",
    shell_complete=completion.codes,
    help="Use rules with these codes or prefixes: with --preset in addition to its rules, else only these; repeatable.",
)
@option(
    "--ignore",
    multiple=True,
    metavar="CODE",
    setting="lint.ignore",
    shell_complete=completion.codes,
    help="Skip rules with these codes or prefixes; repeatable.",
)
@option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    default="warning",
    show_default=True,
    setting="lint.fail-on",
    help="Exit with 1 on findings of this severity or higher.",
)
@option(
    "--show-unknown",
    is_flag=True,
    default=False,
    setting="lint.show-unknown",
    help="Also report possible mistakes that the input alone cannot confirm.",
)
@option(
    "--no-suppress",
    is_flag=True,
    help="Also report findings that '# kplan: ignore[...]' comments and annotations suppress.",
)
@option(
    "--honor",
    multiple=True,
    type=click.Choice(list(map(str, Tool))),
    setting="lint.honor",
    help="Also skip what comments and annotations for this linter skip; repeatable.",
)
@option(
    "--add-ignores",
    is_flag=True,
    help="Write a comment '# kplan: ignore[CODE]' beside every finding, and report those that can have none.",
)
@option(
    "--baseline",
    metavar="FILE",
    setting="lint.baseline",
    path=True,
    help="Do not show findings that are in this file, and say which of its entries no longer occur.",
)
@option(
    "--write-baseline",
    is_flag=True,
    help=f"Write all findings to the file of --baseline, else {BASELINE}, so that later runs do not show them.",
)
@fixing.fixing
@option(
    "--new-only",
    metavar="REV",
    help="Show only what was not found in this git revision; 'REV...' is the commit at which this branch left it.",
)
@option(
    "--context",
    multiple=True,
    metavar="PATH",
    setting="context",
    path=True,
    help="Also look up references in these files, without checking them; repeatable.",
)
@option(
    "--crds",
    multiple=True,
    metavar="PATH",
    setting="crds",
    path=True,
    help="CustomResourceDefinitions, or catalogues of JSON schemas, to check custom resources against; repeatable.",
)
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
    paths: Sequence[str], *, recursive: bool, preset: str | None, select: Sequence[str], ignore: Sequence[str], fail_on: str,
    show_unknown: bool, no_suppress: bool, honor: Sequence[str], add_ignores: bool, baseline: str | None, write_baseline: bool,
    new_only: str | None, statistics: bool, context: Sequence[str], crds: Sequence[str], force_exclude: bool,
    max_findings: int | None, quiet: bool, state: str | None, namespace: str | None, kubernetes_versions: Sequence[str],
    no_cache: bool, jobs: int, outputs: Sequence[output.Output], color: str,
) -> int:  # fmt: skip
    """Find mistakes in manifests: files, folders, globs or '-'.

    All paths are checked together, so a Service finds its pods in any of them. Files that are not manifests are
    skipped and counted. 'kplan rules CODE' explains a rule.
    """
    from kplan.config.linting import lint_options
    from kplan.inputs.request import Depth

    chosen = lint_options(
        configuration(), preset=Preset(preset) if preset else None, select=select, ignore=ignore, namespace=namespace,
        suppress=not no_suppress, show_unknown=show_unknown, honor=honor,
    )  # fmt: skip
    request = inputs.to_check(paths, Depth.ALL if recursive else Depth.OWN, force_exclude=force_exclude)
    around = inputs.around(context) if context else None
    cluster = inputs.held(state, kubernetes_versions[0])
    definitions = partial(inputs.definitions, crds, stored=state is None)
    anew = no_cache or bool(chosen.plugins) or add_ignores or fixing.is_asked() or inputs.needs_objects(crds)
    known = baseline or (BASELINE if write_baseline else "")
    with ProgressBar() as bar:
        run = Run(request, around, chosen, kubernetes_versions, cluster, definitions, jobs, bar)
        report = _new(run, new_only, _excused(known, write=write_baseline), anew=anew)
    report = _compared(report, known, chosen, write=write_baseline)
    report = fixing.judged(_ignored(report) if add_ignores else report, fail_on)
    shown = [one for one in report.findings if not (quiet and one.severity is Severity.INFO)]
    report = report._replace(findings=shown)
    return fixing.emit(_counted(report, outputs) if statistics else report, outputs, color, max_findings)


def _new(run: Run, revision: str | None, excused: "Sequence[Hiding]", *, anew: bool) -> "Report":
    """What is found; with a revision, only what was not found there."""
    if not revision:
        return run.found(excused, anew=anew)
    new = run.new_since(revision)
    return new(run.found([new, *excused], anew=anew))


def _excused(baseline: str, *, write: bool) -> "Sequence[Hiding]":
    """What leaves out what a baseline excuses, where there is one and something is to be fixed. Raises UsageError."""
    if not baseline or not fixing.is_asked():
        return ()
    from kplan.cli.baselines import excused

    return [excused(baseline, write=write)]


def _compared(report: "Report", baseline: str, chosen: "LintOptions", *, write: bool) -> "Report":
    """The report without what a baseline excuses, where there is one; it is written first where it is asked for."""
    if not baseline:
        return report
    from kplan.cli.baselines import compared

    return compared(report, baseline, chosen, write=write and not fixing.changes_nothing())


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
