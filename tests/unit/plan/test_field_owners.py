"""What a plan of a server-side apply says of who owns what:
conflicts, what forcing them does, and what nobody knows.
"""

from pathlib import Path
from textwrap import dedent

import pytest

from kplan import pipeline
from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.kubectl.apply import ApplyOptions, apply
from kplan.kubectl.managedplace import place_of
from kplan.kubectl.reading import Options
from kplan.pipeline import SimulationOptions
from kplan.pipeline.states import State
from kplan.plan.model import Plan, PlannedChange
from kplan.render.plan_text import change_lines
from kplan.render.style import Style

CONFIG = "{apiVersion: v1, kind: ConfigMap, metadata: {name: web, namespace: default}, data: {%s}}"
SECRET = "{apiVersion: v1, kind: Secret, metadata: {name: web, namespace: default}, stringData: {word: %s}}"


def deployment(replicas: str, image: str = "web:1") -> str:
    return dedent(
        f"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {{name: web, namespace: default}}
        spec:
          {replicas}
          selector: {{matchLabels: {{app: web}}}}
          template:
            metadata: {{labels: {{app: web}}}}
            spec:
              containers:
              - name: c
                image: {image}
                env:
                - {{name: A, value: {image}}}
        """
    )


AUTOSCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: default}
spec: {minReplicas: 3, maxReplicas: 6, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""


class World:
    """A cluster in which several managers apply, and plans of what one of them would apply next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cluster = Cluster.of([])

    def objects(self, text: str) -> pipeline.Loaded:
        (self.folder / "given.yaml").write_text(text)
        return pipeline.load([str(self.folder / "given.yaml")])

    def apply(self, text: str, manager: str) -> None:
        options = ApplyOptions(Options(), server_side=True, field_manager=manager)
        result = apply(self.objects(text).objects, self.cluster.server, options)
        assert not result.failures
        self.cluster.settle(60)

    def plan(self, text: str, manager: str, *, force: bool = False) -> Plan:
        options = ApplyOptions(Options(), server_side=True, force_conflicts=force, field_manager=manager)
        state = State(self.cluster.store, "made")
        return pipeline.plan(self.objects(text), state, options, SimulationOptions()).plan


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def only(plan: Plan) -> PlannedChange:
    (planned,) = plan.changes
    return planned


def lines(plan: Plan) -> list[str]:
    return [one.strip() for one in change_lines(only(plan), Style())]


def said(plan: Plan) -> list[str]:
    return [f"{one.name}: {one.message}" for one in only(plan).effects.consequences]


def test_a_conflict_says_who_owns_the_field_and_what_forcing_it_would_change(world: World) -> None:
    world.apply(CONFIG % "x: '1', z: '1'", "alice")
    plan = world.plan(CONFIG % "x: '2', z2: '1'", "bob")
    assert plan.summary.refused == 1
    assert lines(plan)[1:5] == [
        'Error from server (Conflict): Apply failed with 1 conflict: conflict with "alice": .data.x',
        "--force-conflicts would change:",
        '~ data[x]: "1" -> "2"',
        '+ data[z2]: "1"',
    ]
    assert "--server-side --force-conflicts" in only(plan).change.help
    assert said(plan) == []


def test_what_is_taken_over_is_told(world: World) -> None:
    world.apply(CONFIG % "x: '1', z: '1'", "alice")
    assert said(world.plan(CONFIG % "x: '2'", "bob", force=True)) == [
        'takes-over: takes over .data.x from "alice", whose next apply conflicts there'
    ]
    assert said(world.plan(CONFIG % "x: '1', z2: '1'", "bob")) == []


def test_no_secret_is_shown_of_what_forcing_would_change(world: World) -> None:
    world.apply(SECRET % "hunter", "alice")
    plan = world.plan(SECRET % "swordfish", "bob")
    assert '~ data[word]: "*** (before)" -> "*** (after)"' in lines(plan)
    assert not any(word in str(plan.changes) for word in ("hunter", "swordfish", "aHVudGVy", "c3dvcmRmaXNo"))


def test_what_an_autoscaler_has_scaled_is_its_own(world: World) -> None:
    world.apply(deployment("replicas: 1"), "alice")
    world.apply(AUTOSCALER, "alice")
    scaled = world.cluster.server.get(ObjectKey("apps", "Deployment", "default", "web"))
    assert scaled["spec"]["replicas"] == 3
    refused = only(world.plan(deployment("replicas: 1"), "alice")).change.refusal
    assert (
        'conflict with "kube-controller-manager" with subresource "scale" using apps/v1: .spec.replicas'
        in refused
    )
    left_out = world.plan(deployment("minReadySeconds: 0", "web:2"), "alice")
    assert [edit.path for edit in only(left_out).change.fields if "replicas" in edit.path] == []
    assert said(left_out) == []


def test_what_is_no_longer_applied_falls_back_to_its_default(world: World) -> None:
    world.apply(deployment("replicas: 3"), "alice")
    plan = world.plan(deployment("minReadySeconds: 0"), "alice")
    assert said(plan) == [
        "back-to-default: has no spec.replicas in its manifest any more, so apply sets it back to the default: 1"
    ]


def test_without_managed_fields_nobody_knows_of_conflicts(world: World) -> None:
    for name in ("web", "site"):
        metadata = {"name": name, "namespace": "default"}
        value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"x": "1"}}
        world.cluster.store.put(value)
    other = CONFIG.replace("name: web", "name: site")
    plan = world.plan("\n---\n".join(one % "x: '2'" for one in (CONFIG, other)), "bob", force=True)
    found = [
        one
        for planned in plan.changes
        for one in planned.effects.consequences
        if one.name == "owners-unknown"
    ]
    assert len(found) == 1
    assert "of this object and of 1 more" in found[0].message


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (
            '.spec.template.spec.containers[name="c"].env[name="A"].value',
            "spec.template.spec.containers[0].env[0].value",
        ),
        (".metadata.annotations.example.com/a.b", "metadata.annotations.example.com/a.b"),
        ('.spec.ports[port=80,protocol="TCP"].targetPort', "spec.ports[0].targetPort"),
        ('.metadata.finalizers[="x"]', "metadata.finalizers[1]"),
        (".spec.ports[1].name", "spec.ports"),
        (".spec.absent", "spec"),
    ],
)
def test_where_the_field_of_a_conflict_stands(path: str, place: str) -> None:
    value = {
        "metadata": {"annotations": {"example.com/a": "1", "example.com/a.b": "1"}, "finalizers": ["y", "x"]},
        "spec": {
            "ports": [{"port": 80, "targetPort": 8080}],
            "template": {"spec": {"containers": [{"name": "c", "env": [{"name": "A", "value": "1"}]}]}},
        },
    }
    assert str(place_of(path, value)) == place
