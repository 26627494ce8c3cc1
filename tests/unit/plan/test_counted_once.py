"""Every pod that comes or goes is told of once in a plan, and none that does not."""

import random
from collections import Counter
from pathlib import Path

import pytest

import planning
from kplan import pipeline
from kplan.api.owners import controller_of, owner_key
from kplan.pipeline.loading import Loaded
from kplan.pipeline.states import State
from kplan.plan.effect import PodOutcome
from kplan.plan.model import Plan
from kplan.plan.risks import all_risks
from kplan.report import Report
from kplan.simulation.outcome import Outcome
from kplan.state.store import Store
from tests.test_resting import lived_in, world

EXAMPLES = {
    f"{risk.name} {name}": example
    for risk in all_risks()
    for name, example in (("at risk", risk.at_risk), ("safe", risk.safe))
    if not example.deleted
}
GOES = {PodOutcome.DELETED, PodOutcome.EVICTED, PodOutcome.MOVED}


def require_each_once(report: Report) -> None:
    plan, outcome = report.plan, report.outcome
    assert plan is not None
    assert outcome is not None
    before, after = pods(outcome.prior), pods(outcome.final)
    told = [
        pod
        for one in (*(planned.effects for planned in plan.changes), plan.not_caused_by_changes)
        for pod in one.pods
    ]
    created = Counter(after[uid][0] for uid in after.keys() - before.keys())
    gone = Counter(
        name for uid, (name, leaves) in before.items() if uid not in after or after[uid][1] > leaves
    )
    ended = ended_with_their_jobs(plan, outcome)
    assert Counter(pod.name for pod in told if pod.outcome is PodOutcome.CREATED) == created + ended
    assert Counter(pod.name for pod in told if pod.outcome in GOES) == gone + ended
    assert plan.summary.pods_created == created.total() + ended.total()
    assert plan.summary.pods_pending == sum(pod.pending for pod in told)


def ended_with_their_jobs(plan: Plan, outcome: Outcome) -> Counter[str]:
    """The pods that came and went of Jobs that are changed and gone in the end."""
    written = (planned.change.object.key for planned in plan.changes if planned.change.action.symbol in "+~±")
    jobs = {key for key in written if key.kind == "Job" and outcome.final.get(key) is None}
    values = [entry.value for entry in outcome.timeline if entry.object.kind == "Pod" and entry.value]
    there = pods(outcome.prior).keys() | pods(outcome.final).keys()
    short = {one["metadata"]["uid"]: one for one in values if one["metadata"]["uid"] not in there}
    return Counter(
        pod["metadata"]["name"]
        for pod in short.values()
        if (owner := controller_of(pod)) and owner_key(owner, pod["metadata"]["namespace"]) in jobs
    )


def pods(store: Store) -> dict[str, tuple[str, bool]]:
    """By uid, the name of each pod and whether it terminates."""
    return {
        pod["metadata"]["uid"]: (pod["metadata"]["name"], "deletionTimestamp" in pod["metadata"])
        for pod in store.list("", "Pod")
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_in_small_plans(name: str, tmp_path: Path) -> None:
    loaded, state, options = planning.opened(EXAMPLES[name], tmp_path)
    require_each_once(pipeline.plan(loaded, state, None, options))


@pytest.mark.parametrize("seed", range(12))
def test_in_random_states(seed: int) -> None:
    draw = random.Random(seed)
    state, loaded = State(lived_in(draw), "by chance"), Loaded(world(draw, 6))
    require_each_once(pipeline.plan(loaded, state, None))
