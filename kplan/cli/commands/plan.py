"""``kplan plan``: what applying would do, and what would follow."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kplan.cli import aging, branch, inputs, options, output, placement, plans, pruning, reading
from kplan.cli.lean import Command
from kplan.cli.progress import ProgressBar
from kplan.cli.settings import option
from kplan.diagnostics import has_error
from kplan.report import Part

if TYPE_CHECKING:
    from kplan.policies import Policy
    from kplan.report import Report

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan plan -f configs/ --state git:main:configs"
    "\n  kplan plan -f configs/ --base origin/main..."
    "\n  kplan plan -f web.yaml --assume 'registry.local/*=never-ready' -o markdown=plan.md -o text"
)


@click.command("plan", cls=Command, epilog=_EXAMPLES)
@reading.files
@branch.against
@options.applied
@options.kubernetes_versions
@options.assumptions
@placement.scheduler_config
@option(
    "--replace/--no-replace", "replace", default=False, setting="plan.replace",
    help="Delete and create again objects whose immutable fields change, as 'kubectl replace --force' does, "
    "instead of refusing them.",
)  # fmt: skip
@pruning.options
@option(
    "--previous", metavar="FILE", default=None,
    help="An earlier plan, written with --out: objects that it names and the manifests no longer name are shown as left behind.",
)  # fmt: skip
@aging.max_state_age
@option("-v", "--verbose", is_flag=True, help="Show every step, pod and field.")
@option(
    "--out", metavar="FILE", default=None,
    help="Also save the plan in a file, for 'kplan show', 'kplan apply' and --previous.",
)  # fmt: skip
@plans.gated
@options.policy
@output.output(Part.PLAN, Part.FINDINGS)
def command(
    *, files: reading.Files, against: branch.Against, applied: options.Applied, kubernetes_versions: Sequence[str],
    assumed: options.Assumed, scheduler_config: str | None, replace: bool, pruned: pruning.Pruned, previous: str | None,
    max_state_age: str | None, verbose: bool, out: str | None, gated: plans.Gated,
    policy: Sequence[str], outputs: Sequence[output.Output], color: str,
) -> int:  # fmt: skip
    """Show what applying manifests would do, object by object, with the effects of each.

    Controllers, scheduler and kubelets are simulated until the cluster settles. Exits with 0 when there is a
    plan (1 with --fail-on or --detailed-exitcode), and with 2 when something cannot be read or is refused.
    """
    from kplan import gate, pipeline
    from kplan.inputs.request import Depth
    from kplan.pipeline.simulating import SimulationOptions

    plans.require_file(out)
    applying, minor = applied.options(), kubernetes_versions[0]
    by_branch = pruned.prune and against.revision is not None and not pruned.apply_set
    deleted = None if by_branch else pruned.chosen(applied)
    conditions = gated.conditions()
    policies = options.read_policies(policy)
    scenario = assumed.read()
    named = pruning.named_by(previous)
    profiles = placement.read_profiles(scheduler_config)
    loaded = inputs.load(files)
    if has_error(loaded.diagnostics):
        return output.emit(pipeline.unread("plan", loaded), outputs, color)
    opened, base = against.opened(files.request(Depth.ALL), applying, minor, loaded.objects)
    minors = inputs.minors_of(opened, kubernetes_versions)
    if base is not None:
        named |= base.identities
        deleted = base.pruning(applying.reading.selector) if by_branch else deleted
    scope = pruning.scope(opened, applied, files, named)
    age = aging.freshness(opened, against.state, max_state_age)
    with ProgressBar() as bar:
        report = pipeline.plan(
            loaded, opened, applying, SimulationOptions(minors[0], scenario, profiles, bar, age), scope=scope,
            pruning=deleted, replace=replace,
        )  # fmt: skip
    report = pipeline.also_for(minors, report, loaded, opened, namespace=applied.namespace)
    report = _checked(report, policies)
    if out:
        plans.write(out, pipeline.save(report, loaded, opened, applying))
    for line in pipeline.unmatched(assumed.assume, assumed.load, report.outcome) if report.outcome else ():
        click.echo(f"warning: {line}", err=True)
    return output.emit(gate.judged(report, conditions), outputs, color, verbose=verbose)


def _checked(report: "Report", policies: "Sequence[Policy]") -> "Report":
    """The report with what policies say of its plan."""
    if not policies:
        return report
    from kplan.policies import checked

    return checked(report, policies)
