"""A state is settled once: a plan begins where the cluster came to rest, and no earlier than the state was taken."""

import json
from pathlib import Path
from typing import Any

import pytest

from kplan import pipeline
from kplan.api.object import Object
from kplan.cluster import Cluster
from kplan.pipeline.loading import Loaded
from kplan.pipeline.simulating import settle
from kplan.pipeline.states import State, open_state
from kplan.plan.planfile import to_json
from kplan.simulation.clock import rfc3339
from kplan.state.sources.nodes import make_nodes, parse_shapes
from kplan.state.store import Store

Json = dict[str, Any]
PLANS = Path(__file__).parents[3] / "fixtures" / "plans"


def deployment(name: str, image: str = "web:1") -> Json:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": image}]}}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    metadata = {"name": name, "namespace": "default", "labels": labels}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def rested(count: int) -> Store:
    """So many Deployments at rest."""
    cluster = Cluster.of(make_nodes(parse_shapes("4x64cpu,256Gi")))
    for number in range(count):
        cluster.client().create(deployment(f"app-{number}"))
    assert cluster.run()
    return cluster.store


def plan_of(store: Store, *objects: Json) -> Json:
    report = pipeline.plan(Loaded(objects=[Object(value) for value in objects]), State(store, "rested"))
    assert report.plan is not None
    found: Json = json.loads(to_json(report.plan))
    return found


def without_times(value: Any) -> Any:
    """What a plan says, but for when it happens."""
    if isinstance(value, dict):
        return {name: without_times(item) for name, item in value.items() if not name.endswith("seconds")}
    return [without_times(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("case", sorted(path.name for path in PLANS.iterdir()))
def test_a_settled_cluster_at_rest_has_nothing_left_to_do(case: str) -> None:
    state = open_state(str(PLANS / case / "prior"), Path.cwd())
    cluster = settle(state)
    again = Cluster(cluster.store.fork(), start=cluster.clock.now)
    again.run()
    changed = [entry for entry in again.stage.timeline if entry.value is not None]
    assert (len(cluster.stage.timeline), changed) == (0, [])


def test_a_plan_does_not_wait_for_objects_that_are_at_rest() -> None:
    few, many = (plan_of(rested(count), deployment("app-0", "web:2")) for count in (1, 60))
    assert few["duration_seconds"] == many["duration_seconds"]
    assert [step["at_seconds"] for step in steps(few)] == [step["at_seconds"] for step in steps(many)]


def steps(plan: Json) -> list[Json]:
    found: list[Json] = plan["changes"][0]["effects"]["rollouts"][0]["steps"]
    return found


def test_what_follows_is_put_down_to_its_cause_among_many_objects_at_rest() -> None:
    plan = plan_of(rested(60), deployment("app-0", "web:2"))
    assert not plan["not_caused_by_changes"]["objects"]
    assert len(plan["changes"][0]["effects"]["pods"]) == 4


def test_a_state_that_was_taken_later_is_at_rest_as_well() -> None:
    store = Store(json.loads(json.dumps(list(rested(2))).replace('"2026-01-01T', '"2026-06-01T')))
    plan = plan_of(store, deployment("app-0", "web:2"))
    assert plan["complete"]
    cluster = settle(State(store, "later"))
    assert rfc3339(cluster.started) == "2026-06-01T00:00:03Z"


def test_idle_objects_are_not_written_and_their_status_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    from kplan.apiserver.client import LocalClient

    sent = []
    update = LocalClient.update_status
    monkeypatch.setattr(
        LocalClient, "update_status", lambda self, value: (sent.append(value["kind"]), update(self, value))[1]
    )
    store = rested(3)
    sent.clear()
    settle(State(store, "rested"))
    assert sent == []


def test_a_plan_takes_as_many_steps_among_many_objects_as_among_few() -> None:
    def steps_of(count: int) -> int:
        cluster = settle(State(rested(count), "rested"))
        before = cluster.engine.steps
        cluster.client().update({**deployment("app-0", "web:2")})
        cluster.run()
        return cluster.engine.steps - before

    assert steps_of(2) == steps_of(40)


def test_settling_one_namespace_tests_selectors_in_proportion_to_its_objects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from kplan.selectors.labels import Selector

    tested = []
    matches = Selector.matches
    monkeypatch.setattr(
        Selector, "matches", lambda self, labels: (tested.append(1), matches(self, labels))[1]
    )

    def tests_of(count: int) -> int:
        cluster = Cluster(rested(count))
        for number in range(count):
            cluster.client().create(service(f"app-{number}"))
        cluster.run()
        tested.clear()
        settle(State(cluster.store, "rested"))
        return len(tested)

    few, many = tests_of(10), tests_of(40)
    assert few > 0
    assert many <= 4.2 * few


def service(name: str) -> Json:
    metadata = {"name": name, "namespace": "default"}
    spec = {"selector": {"app": name}, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
