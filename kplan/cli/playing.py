"""A command that plays on a cluster: the state opened and at rest, something done to it, what followed shown or kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from kplan.cli import options, placement
from kplan.cli.progress import ProgressBar

if TYPE_CHECKING:
    from kplan.cluster import Cluster
    from kplan.kubectl.printed import Printed
    from kplan.pipeline import State
    from kplan.scheduler.profile import Profile
    from kplan.simulation.engine import Progress
    from kplan.simulation.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Stage:
    """A cluster at rest, and the state it was opened from."""

    cluster: "Cluster"
    state: "State"


def open_cluster(
    state: str | None,
    scenario: "Scenario",
    kubernetes: str,
    *,
    profiles: "Mapping[str, Profile] | None" = None,
    progress: "Progress | None" = None,
) -> Stage:
    """Open ``--state`` as a cluster and let it come to rest; incidents and load come only then."""
    from kplan.cli import inputs
    from kplan.cluster import Cluster

    opened = inputs.open_state(state, kubernetes=kubernetes)
    inputs.complain(opened.diagnostics)
    calm = scenario.model_copy(update={"incidents": (), "load": ()})
    play = partial(Cluster, version=kubernetes, profiles=profiles, progress=progress)
    settled = play(opened.store.fork(), scenario=calm)
    settled.run()
    return Stage(play(settled.store.fork(), scenario=scenario, start=settled.clock.now), opened)


class Terms(NamedTuple):
    """What every command that plays is told: on which cluster, on what assumptions, and what becomes of the result."""

    state: str | None
    kubernetes_version: str
    scenario: str | None
    assume: Sequence[str]
    lb_pool: str
    load: Sequence[str]
    scheduler_config: str | None
    commit: bool
    color: str


def on_terms(command: Callable[..., int]) -> Callable[..., int]:
    """The options of a command that plays; it is given them as ``terms``."""

    @wraps(command)
    def run(**given: Any) -> int:
        terms = Terms(*(given.pop(name) for name in Terms._fields))
        return command(terms=terms, **given)

    commit = click.option("--commit", is_flag=True, help="Store the result as a new revision of the state.")
    shared = (
        options.state, options.kubernetes_version, options.assumptions, placement.scheduler_config, commit, options.color
    )  # fmt: skip
    for option in reversed(shared):
        option(run)
    return run


def act(terms: Terms, note: str, do: "Callable[[Cluster], Printed]", *, gate: bool = False) -> int:
    """Do something as kubectl would, let the cluster come to rest, print both and keep the result where asked.

    The exit code is 2 where it was refused; a ``gate`` that did not open, as a drain that found no end, makes it 1.
    """
    from kplan.render import timeline
    from kplan.render.style import Style

    scenario = options.read_scenario(terms.scenario, terms.assume, terms.lb_pool, terms.load)
    profiles = placement.read_profiles(terms.scheduler_config)
    with ProgressBar() as bar:
        stage = open_cluster(terms.state, scenario, terms.kubernetes_version, profiles=profiles, progress=bar)
        cluster = stage.cluster
        printed = do(cluster)
        cluster.run()
    click.echo(printed.stdout, nl=False)
    click.echo(printed.stderr, nl=False, err=True)
    style = Style(colour=options.wants_colour(terms.color))
    story = timeline.text(cluster.stage.timeline, cluster.started, style)
    if story:
        click.echo(f"\n{story}", nl=False, color=True)
    if terms.commit:
        keep(stage, note)
    if not printed.exit:
        return 0
    return 1 if gate and not printed.stderr.startswith("Error from server") else 2


def keep(stage: Stage, note: str) -> None:
    """Store the cluster's state as a new revision."""
    from kplan.state.secrets import hashed
    from kplan.state.sources import sqlite
    from kplan.state.store import Store

    here = Path.cwd()
    database = sqlite.find(here) or sqlite.Database(here / sqlite.HOME)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    kept = Store.of(map(hashed, stage.cluster.store))
    revision = database.commit(kept, base=stage.state.revision, at=at, note=note)
    click.echo(f"stored as revision {revision}", err=True)
