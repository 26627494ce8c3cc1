"""What happens next: a state at rest, something done to it, and the cluster played on a virtual clock until it rests.

There is one idea of "settled": ``settle`` plays what a state brings, without load and incidents, until the cluster is
at rest; everything else begins there, load and incidents too.
"""

from functools import partial
from typing import TYPE_CHECKING, Protocol

from kplan.diagnostics import has_error, in_order
from kplan.namedtuples import NamedTuple
from kplan.pipeline.loaded import Loaded
from kplan.report import Report, documented
from kplan.report_parts import PendingPod, Simulation
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kplan.cluster import Cluster
    from kplan.diagnostics import Diagnostic
    from kplan.kubectl.apply import ApplyOptions
    from kplan.kubectl.printed import Printed
    from kplan.pipeline.states import State
    from kplan.plan.left_behind import Scope
    from kplan.plan.pruned import Pruning
    from kplan.plan.standing import Standing
    from kplan.scheduler.profile import Profile
    from kplan.simulation.clock import Instant
    from kplan.simulation.freshness import Freshness
    from kplan.simulation.outcome import Outcome
    from kplan.simulation.scenario import Scenario

_BETWEEN_REQUESTS = 0.05
"""Seconds that kubectl apply lets pass from one object to the next."""


class Progress(Protocol):
    """Told how far a run is: from where to where it goes, and now and then where it has got to."""

    def expect(self, start: "Instant", end: "Instant | None") -> None:
        """What follows runs from here to there, or to rest if no end is known."""

    def __call__(self, now: "Instant", steps: int) -> None:
        """Show the time and the number of steps done."""


class SimulationOptions(NamedTuple):
    """How a cluster is simulated."""

    kubernetes: str = DEFAULT
    scenario: "Scenario | None" = None
    """What is assumed of images, durations, load and incidents."""
    profiles: "Mapping[str, Profile] | None" = None
    """The scheduler's profiles by name; the default one if none is given."""
    progress: Progress | None = None
    """Told how far the simulation is."""
    freshness: "Freshness | None" = None
    """How old the state is, and may be; None if nobody minds."""


USUAL = SimulationOptions()


class Simulated(NamedTuple):
    """A report, and the cluster after the simulation."""

    report: Report
    cluster: "Cluster"
    changed: bool = True
    """Whether the user wrote anything."""


def settle(state: "State", options: SimulationOptions = USUAL) -> "Cluster":
    """A cluster that holds a copy of the state and is at rest; load and incidents are still to come."""
    from kplan.cluster import Cluster
    from kplan.pipeline import resting
    from kplan.pipeline.remembering import assumed, moment

    scenario = assumed(state.facts, options.scenario)
    start = partial(
        Cluster, version=options.kubernetes, profiles=options.profiles, progress=options.progress
    )  # fmt: skip
    calm = resting.calm(scenario)
    found = None if options.profiles else resting.known(state, options.kubernetes, scenario)
    if found is None:
        settled = start(state.store.fork(), scenario=calm, start=moment(state))
        if not settled.run():
            settled.begin()
            now = settled.clock.now
            return settled if calm == scenario else start(settled.store.fork(), scenario=scenario, start=now)
        found = resting.Rested(settled.store.fork(), settled.stage.rest())
    cluster = start(found.store, scenario=scenario, start=found.rest.at, rest=found.rest, before=found.before)
    if calm == scenario:
        cluster.run()
        cluster.begin()
    return cluster


def go_on(state: "State", options: SimulationOptions = USUAL, seconds: int | None = None) -> "Cluster":
    """A copy of the state, played to rest or for so many seconds, with load and incidents from the start."""
    from kplan.cluster import Cluster
    from kplan.pipeline import resting
    from kplan.pipeline.remembering import assumed, moment
    from kplan.simulation.clock import SECOND

    scenario = assumed(state.facts, options.scenario)
    start = partial(
        Cluster, scenario=scenario, version=options.kubernetes, profiles=options.profiles, progress=options.progress
    )  # fmt: skip
    found = None if options.profiles else resting.known(state, options.kubernetes, scenario)
    if found is None:
        cluster = start(state.store.fork(), start=moment(state))
    else:
        cluster = start(found.store, start=found.rest.at, rest=found.rest, before=found.before)
    cluster.run(cluster.started + seconds * SECOND if seconds is not None else None)
    return cluster


def at_rest(state: "State", options: SimulationOptions = USUAL) -> "State":
    """A state made from manifests after the cluster has settled; any other state unchanged."""
    if not state.fresh:
        return state
    title = f"{state.title}, applied and simulated until the cluster settles"
    return state._replace(store=settle(state, options).store, title=title, fresh=False)


def plan(
    loaded: Loaded,
    state: "State",
    applying: "ApplyOptions | None" = None,
    options: SimulationOptions = USUAL,
    *,
    scope: "Scope | None" = None,
    pruning: "Pruning | None" = None,
    replace: bool = False,
) -> Report:
    """Apply objects to a copy of the state, let the cluster come to rest, and say what that came to.

    What is left behind of earlier applies within the ``scope`` is named, and what ``pruning`` chooses is deleted.
    ``replace`` deletes and creates anew what has a change of an immutable field, which is refused otherwise.
    """
    from kplan.kubectl.apply import ApplyOptions
    from kplan.pipeline.documentation import rule_text
    from kplan.plan.builder import build
    from kplan.plan.pruned import prune
    from kplan.plan.rehearse import Rehearsal

    standing = _standing(state, options)
    cluster = settle(state, options)
    pause = partial(cluster.advance, _BETWEEN_REQUESTS)
    rehearsal = Rehearsal(cluster.server, applying or ApplyOptions(), pause, cluster.run, replace)
    written = list(rehearsal.run(loaded.sent))
    if pruning is not None and not rehearsal.said.failures:
        written += prune(pruning, rehearsal.visited, cluster.server)
    cluster.run()
    outcome = cluster.outcome()._replace(freshness=options.freshness)
    made = build(written, outcome, options.kubernetes, scope=scope, standing=standing)
    unread = [one._replace(fix=None) for one in (*loaded.diagnostics, *state.diagnostics, *partial_in(state))]
    broken = made.errored or has_error(unread)
    report = Report(
        "plan", in_order(unread), inputs=loaded.inputs, kubernetes=(options.kubernetes,), plan=made,
        outcome=outcome, stderr=_unplayed(outcome), broken=broken,
    )  # fmt: skip
    return report._replace(rules=documented(report.all_findings, rule_text)[1])


def simulate(
    loaded: Loaded,
    state: "State",
    applying: "ApplyOptions | None" = None,
    options: SimulationOptions = USUAL,
    *,
    seconds: int | None = None,
) -> Simulated:
    """Apply objects to a copy of the state and show what follows: to rest, or for so many seconds."""

    def act(cluster: "Cluster") -> "Printed":
        return cluster.kubectl.apply(loaded.sent, applying)

    cluster, report = play(state, act, options, "simulate", seconds=seconds)
    return Simulated(_with_inputs(report, loaded), cluster, not report.broken or bool(report.printed))


def play(
    state: "State",
    act: "Callable[[Cluster], Printed]",
    options: SimulationOptions,
    command: str,
    *,
    seconds: int | None = None,
    gate: bool = False,
) -> "tuple[Cluster, Report]":
    """Do something to a copy of the state at rest, as kubectl would, and play what follows."""
    from kplan.pipeline.documentation import rule_text
    from kplan.simulation.clock import SECOND

    cluster = settle(state, options)
    end = cluster.started + seconds * SECOND if seconds is not None else None
    if options.progress is not None:
        options.progress.expect(cluster.started, end)
    printed = act(cluster)
    rested = cluster.run(end)
    outcome = cluster.outcome()
    pending = tuple(_pending(cluster))
    rested = rested and not outcome.unplayed
    simulated = Simulation(cluster.stage.timeline, cluster.started, cluster.clock.now, rested, pending)
    closed = gate and not printed.stderr.startswith("Error from server")
    findings, rules = documented((*state.diagnostics, *partial_in(state)), rule_text)
    broken = has_error(findings) or (bool(printed.exit) and not closed)
    report = Report(
        command, findings, rules, kubernetes=(options.kubernetes,), simulation=simulated,
        outcome=outcome, printed=printed.stdout,
        stderr=printed.stderr + _unplayed(outcome), broken=broken, failed=bool(printed.exit) and closed,
    )  # fmt: skip
    return cluster, report


def partial_in(state: "State") -> "Iterator[Diagnostic]":
    """Warnings of kinds that a cluster's state lacks; a state of manifests is what they say."""
    from kplan.state.coverage import lacking

    if not state.fresh:
        yield from lacking(state.opened or state.store)


def _standing(state: "State", options: SimulationOptions) -> "Standing | None":
    """What is known of the risks of the state at rest."""
    from kplan.pipeline import resting
    from kplan.pipeline.remembering import assumed

    return resting.standing_of(state, options.kubernetes, assumed(state.facts, options.scenario))


def _unplayed(outcome: "Outcome") -> str:
    return "".join(f"Warning: not everything is played: {text}\n" for text in outcome.unplayed)


def _with_inputs(report: Report, loaded: Loaded) -> Report:
    """A report with what its files had to say."""
    from kplan.pipeline.documentation import rule_text

    findings, rules = documented([*loaded.diagnostics, *report.findings], rule_text)
    broken = report.broken or has_error(loaded.diagnostics)
    return report._replace(findings=findings, rules=rules, inputs=loaded.inputs, broken=broken)


def _pending(cluster: "Cluster") -> "Iterator[PendingPod]":
    """The pods that no node has taken."""
    from kplan.api.pods import node_of

    for pod in cluster.store.list("", "Pod"):
        if node_of(pod) or pod["status"].get("phase") != "Pending":
            continue
        before = cluster.prior.get(cluster.store.key_of(pod))
        conditions = pod["status"].get("conditions") or ()
        why = next((one.get("message") for one in conditions if one["type"] == "PodScheduled"), "")
        yield PendingPod(pod["metadata"]["namespace"], pod["metadata"]["name"], why or "", before is not None)
