"""A plan that begins with a state at rest says what one says in which every actor has looked at every object."""

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import planning
from kplan import pipeline
from kplan.api.object import Object
from kplan.apiserver.server import Server
from kplan.cluster import Cluster
from kplan.cluster.roster import roster
from kplan.pipeline import resting, simulating
from kplan.pipeline.loading import Loaded
from kplan.pipeline.simulating import SimulationOptions
from kplan.pipeline.states import State
from kplan.plan.planfile import to_json
from kplan.plan.risks import all_risks
from kplan.schema.releases import DEFAULT
from kplan.simulation.clock import SECOND
from kplan.simulation.scenario import Scenario
from kplan.state.sources.nodes import make_nodes, parse_shapes
from kplan.state.store import Store

Json = dict[str, Any]
PLANS = Path(__file__).parents[1] / "fixtures" / "plans"
SETTLED = 40 * SECOND
"""Enough for what waits to be looked at once more."""
AT = "2026-01-01T00:00:00Z"
UNLIMITED = simulating.USUAL._replace(scenario=Scenario(max_steps=1_000_000))
"""Who looks at more takes more steps, and must not be stopped earlier."""
EXAMPLES = {
    f"{risk.name} {name}": example
    for risk in all_risks()
    for name, example in (("at risk", risk.at_risk), ("safe", risk.safe))
    if not example.deleted and "load" not in example.scenario and "incidents" not in example.scenario
}


class Full(Cluster):
    """A cluster in which every actor looks at every object, though the state is at rest."""

    def __init__(self, store: Store, *, rest: Any = None, before: Any = None, **given: Any) -> None:  # noqa: ARG002
        super().__init__(store, **given)


def said(
    monkeypatch: pytest.MonkeyPatch, loaded: Loaded, state: State, options: SimulationOptions = simulating.USUAL,
    made_of: type[Cluster] = Cluster,
) -> str:  # fmt: skip
    """The plan as JSON; what comes first is given the same time in every cluster."""
    settle = simulating.settle

    def settled(*given: Any) -> Cluster:
        cluster = settle(*given)
        cluster.run(resting_since[0] + SETTLED)
        cluster.begin()
        return cluster

    resting_since: list[int] = []

    def noted(store: Store, **given: Any) -> Cluster:
        resting_since[:] = [given["start"]]
        return made_of(store, **given) if "rest" in given else Cluster(store, **given)

    with monkeypatch.context() as patched:
        patched.setattr("kplan.cluster.Cluster", noted)
        patched.setattr(simulating, "settle", settled)
        report = pipeline.plan(loaded, state, None, options)
    assert report.plan is not None
    return to_json(report.plan)


def stored(state: State, folder: Path) -> State:
    """The state with how it comes to rest, written and read again."""
    kept = resting.worked_out(state.store)
    if kept is None:
        pytest.skip("does not come to rest")
    pipeline.commit(state.store, 0, folder, at=AT, note="", with_secrets=True, resting=kept)
    found = pipeline.open_state(None, folder)
    assert found.resting is not None
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded, state, options = planning.opened(EXAMPLES[name], tmp_path)
    assert said(monkeypatch, loaded, state, options) == said(monkeypatch, loaded, state, options, Full)


@pytest.mark.parametrize("case", sorted(path.name for path in PLANS.iterdir()))
def test_small_plans(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = pipeline.open_state(str(PLANS / case / "prior"), Path.cwd())
    loaded = pipeline.load([str(PLANS / case / "applied")])
    full = said(monkeypatch, loaded, state, made_of=Full)
    assert said(monkeypatch, loaded, state) == full
    assert said(monkeypatch, loaded, stored(state, tmp_path)) == full


NAMES = ("ant", "bee", "cat", "dog")


def template(draw: random.Random, name: str) -> Json:
    container: Json = {"name": "main", "image": draw.choice(("web:1", "web:2", "broken:1"))}
    if draw.random() < 0.3:
        container["envFrom"] = [{"configMapRef": {"name": draw.choice(NAMES)}}]
    if draw.random() < 0.4:
        container["resources"] = {"requests": {"cpu": draw.choice(("100m", "1", "3"))}}
    if draw.random() < 0.3:
        container["readinessProbe"] = {"httpGet": {"port": 80}, "initialDelaySeconds": 5}
    spec: Json = {"containers": [container]}
    if draw.random() < 0.2:
        spec["tolerations"] = [{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30}]
    return {"metadata": {"labels": {"app": name, "tier": draw.choice(("front", "back"))}}, "spec": spec}


def workload(draw: random.Random, name: str) -> Iterator[Json]:
    """One object by chance, of a name that others have as well."""
    metadata = {"name": name, "namespace": "default", "labels": {"app": name}}
    selector = {"matchLabels": {"app": name}}
    kind = draw.choice(("Deployment", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Service", "Service",
                        "ConfigMap", "PodDisruptionBudget", "HorizontalPodAutoscaler", "ResourceQuota"))  # fmt: skip
    body = template(draw, name)
    spec: Json = {"selector": selector, "template": body}
    match kind:
        case "Deployment" | "StatefulSet":
            spec["replicas"] = draw.randrange(4)
            more = {"serviceName": name} if kind == "StatefulSet" else {}
            yield {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec | more}
        case "DaemonSet":
            yield {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}
        case "Job" | "CronJob":
            body["spec"]["restartPolicy"] = "OnFailure"
            body["spec"]["containers"][0]["command"] = draw.choice((["true"], ["false"], ["sleep", "90"]))
            job: Json = {"template": body, "ttlSecondsAfterFinished": draw.choice((30, 4000))}
            wrapped = {"schedule": draw.choice(("* * * * *", "0 3 * * *")), "jobTemplate": {"spec": job}}
            yield {
                "apiVersion": "batch/v1",
                "kind": kind,
                "metadata": metadata,
                "spec": job if kind == "Job" else wrapped,
            }
        case "Service":
            ports = [{"port": 80, "targetPort": draw.choice((80, 8080))}]
            chosen = {"app": name} if draw.random() < 0.7 else {"tier": "front"}
            yield {
                "apiVersion": "v1",
                "kind": kind,
                "metadata": metadata,
                "spec": {"selector": chosen, "ports": ports},
            }
        case "ConfigMap":
            yield {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": {"a": str(draw.random())}}
        case "PodDisruptionBudget":  # with pods: every look at one without is an Event
            yield {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": metadata, "spec": spec}
            yield {"apiVersion": "policy/v1", "kind": kind, "metadata": metadata,
                   "spec": {"minAvailable": draw.randrange(3), "selector": selector}}  # fmt: skip
        case "HorizontalPodAutoscaler":
            target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
            yield {"apiVersion": "autoscaling/v2", "kind": kind, "metadata": metadata,
                   "spec": {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 4}}  # fmt: skip
        case _:
            hard = {"pods": str(draw.randrange(4, 12))}
            yield {"apiVersion": "v1", "kind": kind, "metadata": metadata, "spec": {"hard": hard}}


def world(draw: random.Random, most: int) -> list[Object]:
    made = [one for _ in range(draw.randrange(1, most)) for one in workload(draw, draw.choice(NAMES))]
    first = {(one["kind"], one["metadata"]["name"]): one for one in reversed(made)}
    return [Object(value) for value in reversed(first.values())]


def lived_in(draw: random.Random) -> Store:
    """A cluster in which things were applied, and time went by."""
    cluster = Cluster.of(make_nodes(parse_shapes("3x2cpu,4Gi,20pods")))
    cluster.run()
    cluster.kubectl.apply(world(draw, 12))
    cluster.advance(draw.choice((2, 30, 400)))
    if draw.random() < 0.3:
        cluster.incidents.fail([f"node-{draw.randrange(1, 4)}"])
        cluster.advance(draw.choice((60, 500)))
    return cluster.store


@pytest.mark.parametrize("seed", range(24))
def test_random_states_and_changes(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(seed)
    state, loaded = State(lived_in(draw), "by chance"), Loaded(world(draw, 6))
    full = said(monkeypatch, loaded, state, UNLIMITED, Full)
    assert said(monkeypatch, loaded, state, UNLIMITED) == full
    assert said(monkeypatch, loaded, stored(state, tmp_path), UNLIMITED) == full


def without(*names: str) -> Callable[[str], str]:
    """What is kept, without some of its values."""
    return lambda text: json.dumps(
        {name: value for name, value in json.loads(text).items() if name not in names}
    )


@pytest.mark.parametrize(
    "change",
    [
        without("latest"), without("rest", "gone"), lambda text: text[:-9], lambda _: "[]",
        lambda text: json.dumps(json.loads(text) | {"rest": {"at": 0}}),
        lambda text: json.dumps(json.loads(text) | {"unheard": 1}),
    ],
    ids=["latest", "several", "cut", "list", "rest", "more"],
)  # fmt: skip
def test_what_cannot_be_read_of_rest_is_settled_anew(change: Callable[[str], str], tmp_path: Path) -> None:
    state = stored(State(lived_in(random.Random(1)), "lived in"), tmp_path)
    assert resting.known(state, DEFAULT, Scenario()) is not None
    with sqlite3.connect(tmp_path / ".kplan" / "state.db") as database:
        [(number, text)] = database.execute("SELECT revision, value FROM resting")
        database.execute("UPDATE resting SET value = ? WHERE revision = ?", (change(text), number))
    database.close()
    read = pipeline.open_state(None, tmp_path)
    assert resting.known(read, DEFAULT, Scenario()) is None


def test_an_apply_looks_at_what_it_wrote(tmp_path: Path) -> None:
    state = stored(State(lived_in(random.Random(2)), "by chance"), tmp_path)
    loaded = Loaded(world(random.Random(5), 6))
    pipeline.apply(loaded, state)
    few, all_of_them = (simulating.go_on(one) for one in (state, state._replace(resting=None)))
    assert few.engine.steps < all_of_them.engine.steps
    assert counted(few.store) == counted(all_of_them.store)


def counted(store: Store) -> Counter[tuple[str, str, str]]:
    """How many objects there are of each kind, and how far they are."""
    return Counter(
        (value["kind"], (value.get("status") or {}).get("phase", ""), str((value.get("spec") or {}).get("replicas", "")))
        for value in store if value["kind"] != "Event"
    )  # fmt: skip


def test_who_changes_the_roster_raises_the_format() -> None:
    """What is kept of a state names actors by their place:
    under another roster it would wake others, and new ones never.
    """
    names = " ".join(actor.name for actor in roster(Scenario(), Server(Store()), DEFAULT))
    assert (resting._FORMAT, sha256(names.encode()).hexdigest()[:16]) == (6, "18c3d67d2368d70d")
