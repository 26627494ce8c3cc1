"""``kplan lint``: parse, call the pipeline, judge and print."""

from collections.abc import Sequence
from functools import partial

import click

from kplan.cli import caching, fixing, inputs, linting, lintoptions, options, output, reading
from kplan.cli.jobs import jobs_option
from kplan.cli.lean import Command
from kplan.cli.progress import ProgressBar
from kplan.cli.settings import option
from kplan.diagnostics import Severity
from kplan.report import Part

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan lint configs/"
    "\n  kplan lint -o text -o sarif=lint.sarif --select API,REF web.yaml"
    "\n  kustomize build overlays/prod | kplan lint -"
)
_SEVERITIES = (*map(str, Severity), "never")


@click.command("lint", cls=Command, epilog=_EXAMPLES)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@option(
    "-R/-D",
    "--recursive/--direct",
    default=True,
    help="Read folders recursively (default), or only the files directly in them.",
)
@lintoptions.rules
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
@lintoptions.before
@fixing.fixing
@lintoptions.beside
@option(
    "--force-exclude",
    is_flag=True,
    help="Apply excludes also to files named on the command line, as pre-commit names them.",
)
@reading.filtered
@reading.built
@lintoptions.shown
@options.state
@options.namespace
@options.kubernetes_versions
@caching.option
@jobs_option
@output.output(Part.FINDINGS)
def command(
    paths: Sequence[str], *, recursive: bool, rules: lintoptions.Rules, fail_on: str, add_ignores: bool,
    before: lintoptions.Before, beside: lintoptions.Beside, force_exclude: bool, shown: lintoptions.Shown, state: str | None,
    namespace: str | None, kubernetes_versions: Sequence[str], no_cache: bool, jobs: int, outputs: Sequence[output.Output], color: str,
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
    if add_ignores and not fixing.changes_nothing():
        from kplan.cli.ignoring import written

        report = written(report)
    return shown.emit(fixing.judged(report, fail_on), outputs, color)
