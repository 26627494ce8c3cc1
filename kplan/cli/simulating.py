"""A command that simulates: the state is opened and settled, something is done to it,
and what followed is shown or stored.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kplan.cli import options, output, placement, settings, stored
from kplan.cli.progress import ProgressBar
from kplan.namedtuples import NamedTuple
from kplan.report import Part

if TYPE_CHECKING:
    from kplan.cluster import Cluster
    from kplan.kubectl.printed import Printed
    from kplan.pipeline.simulating import Simulated, SimulationOptions
    from kplan.pipeline.states import State


SHOWN = (Part.PLAN, Part.FINDINGS, Part.SIMULATION)
"""What a what-if can show."""
NOT_STORED = "what-if: nothing stored (--commit stores it)"
until = settings.option(
    "--until", "--for", "until", default=None, metavar="T",
    help="Stop this long after the command (90s, 10m, 2h) instead of when the cluster settles.",
)  # fmt: skip


class Terms(NamedTuple):
    """The options of every command that simulates: which cluster, what is assumed, and whether the result is stored."""

    state: str | None
    kubernetes_versions: Sequence[str]
    assumed: options.Assumed
    scheduler_config: str | None
    commit: bool
    color: str = "auto"
    until: str | None = None
    show_secrets: bool = False
    outputs: Sequence[output.Output] = (output.Output("text"),)
    """None if kubectl's own output is all that is wanted."""
    verbose: bool = False
    fail_on: Sequence[str] = ()

    @staticmethod
    def of(own: Mapping[str, Any]) -> "Terms":
        """Those among the options that kplan adds to a verb of kubectl."""
        return settings.part(Terms, {**own, "assumed": settings.part(options.Assumed, own)})

    @property
    def kubernetes(self) -> str:
        """The minor version that is simulated."""
        return self.kubernetes_versions[0]

    @property
    def seconds(self) -> int | None:
        """How long the cluster is simulated; None to run until it is at rest. Raises UsageError."""
        from kplan.kubectl.durations import duration

        return duration(self.until) if self.until else None

    def stores(self, state: "State") -> bool:
        """Whether the result is stored: if asked for, and always in a sandbox."""
        return self.commit or (state.facts.sandbox and self.state is None)

    def over(self, state: "State") -> "Terms":
        """The terms with the cluster's version, unless a version is given."""
        from kplan.cli import inputs

        return self._replace(kubernetes_versions=inputs.minors_of(state, self.kubernetes_versions))

    def options(self, progress: ProgressBar) -> "SimulationOptions":
        """How the cluster is simulated. Raises UsageError."""
        from kplan.pipeline.simulating import SimulationOptions

        profiles = placement.read_profiles(self.scheduler_config)
        return SimulationOptions(self.kubernetes, self.assumed.read(), profiles, progress)


def on_terms(
    command: Callable[..., int], version: Callable[..., Any] = options.kubernetes_version
) -> Callable[..., int]:
    """The options of a command that simulates; it gets them as ``terms``."""
    commit = settings.option(
        "--commit", is_flag=True, help="Store the result as a new revision of the state."
    )
    return settings.gathered(
        "terms", Terms, options.state, version, options.assumptions, placement.scheduler_config, until, commit,
        output.color, settings.configured,
    )(command)  # fmt: skip


def judged(command: Callable[..., int]) -> Callable[..., int]:
    """``-v`` and ``--fail-on``, as ``kplan plan`` has them, but for the configuration: that is about manifests."""
    verbose = settings.option(
        "-v", "--verbose", is_flag=True, help="Show every step, pod and field of the plan."
    )
    return verbose(options.fail_on("", options.PLAN_CONDITIONS)(command))


def act(
    terms: Terms, note: str, action: "Callable[[Cluster], Printed]", *, gate: bool = False, command: str = ""
) -> int:
    """Do something as kubectl would, let the cluster settle, print the plan of it and keep the result if asked.

    The exit code is 2 if it was refused; a ``gate`` that did not open, as a drain that found no end, makes it 1.
    """
    from kplan import gate as gates
    from kplan import pipeline
    from kplan.cli import inputs

    conditions = gates.checked(terms.fail_on, gates.PLAN)
    opened = inputs.open_state(terms.state, kubernetes=terms.kubernetes)
    terms = terms.over(opened)
    lives = opened.facts.sandbox and terms.state is None
    with ProgressBar() as bar:
        played = pipeline.what_if(
            opened,
            action,
            terms.options(bar),
            command=command or note.split(maxsplit=1)[0],
            gate=gate,
            seconds=terms.seconds,
            planned=bool(conditions) or (bool(terms.outputs) and not lives),
        )
    report = gates.also(played.report, conditions)
    if terms.commit or (lives and played.changed):
        keep(played, opened, note, quiet=lives)
    if not terms.outputs or lives:
        report = report._replace(plan=None, simulation=None)
    code = output.emit(
        report,
        terms.outputs or [output.Output("text")],
        terms.color,
        verbose=terms.verbose,
        masks=not terms.show_secrets,
    )
    if played.changed and not terms.stores(opened):
        click.echo(NOT_STORED, err=True)
    return code


def keep(played: "Simulated", state: "State", note: str, *, quiet: bool = False) -> None:
    """Store what a cluster holds as a new revision,
    unless all that was sent was refused or some of it cannot be read.
    """
    from kplan import pipeline
    from kplan.diagnostics import has_error

    broken = played.report.broken
    if broken and not quiet and has_error(played.report.findings):
        click.echo("nothing stored: not everything could be read", err=True)
        return
    if broken and not played.changed:
        if not quiet:
            click.echo("nothing stored: nothing was accepted", err=True)
        return
    revision = pipeline.keep(played.cluster, state, Path.cwd(), at=stored.now(), note=note)
    if not quiet:
        left_out = ", without what was refused" if broken else ""
        click.echo(f"stored as revision {revision}{left_out}", err=True)
