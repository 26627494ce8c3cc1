"""A plan by what is known of a state at rest finds the risks that one finds which looks at everything."""

import random
from pathlib import Path
from typing import Any

import pytest

import test_resting as worlds
from kplan import pipeline
from kplan.api.object import Object
from kplan.cluster import Cluster
from kplan.pipeline import resting, simulating
from kplan.pipeline.states import State
from kplan.plan.risks import find_risks, standing_risks
from kplan.plan.standing import Standing
from kplan.plan.touched import Touched
from kplan.schema.releases import DEFAULT
from kplan.simulation.outcome import Outcome
from kplan.simulation.scenario import Scenario
from kplan.state.sources.nodes import make_nodes, parse_shapes

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the state is, only what a change touches is looked at."""
    monkeypatch.setattr(Touched, "few", True)


def large(draw: random.Random) -> State:
    """A cluster with more than the changes touch, in two namespaces."""
    cluster = Cluster.of(make_nodes(parse_shapes("3x4cpu,8Gi,60pods")))
    cluster.run()
    for number in range(3):
        cluster.kubectl.apply([renamed(one, f"n{number}") for one in worlds.world(draw, 12)])
    cluster.advance(draw.choice((2, 60, 400)))
    return State(cluster.store, "by chance")


def renamed(value: Object, suffix: str) -> Object:
    """An object of another name, which selects what it selected."""
    return Object(value.value | {"metadata": value.value["metadata"] | {"name": f"{value.name}-{suffix}"}})


def opened(state: State, folder: Path) -> tuple[State, Standing]:
    kept = worlds.stored(state, folder)
    standing = resting.standing_of(kept, DEFAULT, Scenario())
    assert standing is not None
    return kept, standing


def played(state: State, draw: random.Random) -> Outcome:
    """Some objects applied, changed and deleted."""
    cluster = simulating.settle(state)
    cluster.kubectl.apply(worlds.world(draw, 5))
    there = [
        value for value in cluster.store if value["kind"] in ("ConfigMap", "Service", "Deployment", "Pod")
    ]
    for value in draw.sample(there, min(3, len(there))):
        cluster.client().delete(cluster.store.key_of(value))
    cluster.run()
    return cluster.outcome()


@pytest.mark.parametrize("seed", range(16))
def test_known_risks_are_those_of_a_full_look(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    state, standing = opened(large(draw), tmp_path)
    outcome = played(state, draw)
    assert find_risks((), outcome, standing) == find_risks((), outcome)
    known, full = standing_risks(outcome, standing), standing_risks(outcome)
    assert known.found == full.found
    assert {code: +one for code, one in known.sums.items()} == {code: +one for code, one in full.sums.items()}


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    state, standing = opened(large(random.Random(3)), tmp_path)
    found = [one for some in standing.found.values() for one in some]
    assert found
    assert standing.found == standing_risks(simulating.settle(state).outcome()).found
    assert Standing.from_json({"found": {"PLN002": [1]}, "sums": {}}, state.store) is None


def test_an_apply_keeps_what_a_full_look_would(tmp_path: Path) -> None:
    draw = random.Random(7)
    state, _ = opened(large(draw), tmp_path)
    pipeline.apply(worlds.Loaded(worlds.world(draw, 5)), state)
    cluster = simulating.go_on(state)
    known, full = resting.kept(cluster, state=state), resting.kept(cluster)
    assert known is not None
    assert full is not None
    assert known.risks["found"] == full.risks["found"]
