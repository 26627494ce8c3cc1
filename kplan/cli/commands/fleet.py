"""``kplan fleet``: many targets, or all that Argo CD and Flux deploy, in one report."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kplan.cli import fleet, options
from kplan.cli.lean import Group
from kplan.cli.settings import configuration, option

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan fleet diff -f clusters/ --base origin/main..."
    "\n  kplan fleet plan --targets 'overlays/*' --base main"
    "\n  kplan fleet lint -l env=prod -o text -o html=fleet.html"
)
F = TypeVar("F", bound=Callable[..., Any])
_SEVERITIES = ("error", "warning", "info", "never")


@click.group("fleet", cls=Group, no_args_is_help=True, epilog=_EXAMPLES)
def command() -> None:
    """Check, compare and plan many targets at once, and report what they have in common once.

    Targets are set in .kplan.yaml or named with --targets. With -f or -k they are the Argo CD
    Applications and ApplicationSets, and the Flux Kustomizations and HelmReleases, that the files define.
    Exits as the worst target does.
    """


_base = option(
    "--base", "base", metavar="REV", default=None, setting="base",
    help="Show what this branch changes: every target as it is at this git revision, applied, is the state. "
    "'REV...' is the commit at which the branch left REV.",
)  # fmt: skip


def _severity(default: str) -> Callable[[F], F]:
    return option(
        "--fail-on", type=click.Choice(_SEVERITIES), default=default, show_default=True,
        help="Exit with 1 on findings of this severity or higher.",
    )  # fmt: skip


@command.command("lint")
@_severity("warning")
@fleet.fleet
def lint(*, fail_on: str, chosen: fleet.Chosen) -> int:
    """Find mistakes in the manifests of every target."""
    from kplan.config.linting import lint_options
    from kplan.fleet.model import Verb, Work

    found = lint_options(configuration(), namespace=chosen.namespace)
    return fleet.run(chosen, Work(Verb.LINT, (fail_on,), lint=found))


@command.command("diff")
@_base
@options.whether_server_side
@options.fail_on("diff.fail-on", "never, changes (the default), creates, updates or deletes")
@fleet.fleet
def diff(*, server_side: bool, fail_on: tuple[str, ...], chosen: fleet.Chosen) -> int:
    """Show what applying the manifests of every target would change."""
    from kplan import gate
    from kplan.fleet.model import Verb, Work

    conditions = gate.checked(fail_on or ["changes"], gate.DIFF)
    return fleet.run(chosen, Work(Verb.DIFF, conditions, server_side=server_side))


@command.command("plan")
@_base
@options.whether_server_side
@options.assumptions
@options.fail_on("plan.fail-on", options.PLAN_CONDITIONS)
@fleet.fleet
def plan(
    *, server_side: bool, assumed: options.Assumed, fail_on: tuple[str, ...], chosen: fleet.Chosen
) -> int:
    """Show what applying the manifests of every target would do, and what would follow."""
    from kplan import gate
    from kplan.fleet.model import Verb, Work

    conditions = gate.checked(fail_on, gate.PLAN)
    work = Work(Verb.PLAN, conditions, scenario=assumed.read(), server_side=server_side)
    return fleet.run(chosen, work, assumed)


@command.command("upgrade")
@option("--to", required=True, metavar="MINOR", help="The release to upgrade to.")
@_severity("error")
@fleet.fleet
def upgrade(*, to: str, fail_on: str, chosen: fleet.Chosen) -> int:
    """Show what breaks in every target when Kubernetes is upgraded."""
    from kplan.fleet.model import Verb, Work

    return fleet.run(chosen, Work(Verb.UPGRADE, (fail_on,), to=to))
