"""A plan by what is known of a state at rest finds the risks that one finds which looks at everything."""

import random
from pathlib import Path
from typing import Any

import pytest

import test_resting as worlds
from kplan import pipeline
from kplan.api.gvk import ObjectKey
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


@pytest.fixture(autouse=True)
def _small_states_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting, "FEW", 0)


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


def deployment(name: str, **spec: Any) -> Object:
    container = {"name": "main", "image": "web:1", "ports": [{"containerPort": 80}]}
    body = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    given = {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": body} | spec
    metadata = {"name": name, "namespace": "default"}
    return Object({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": given})


def on_one_node(name: str) -> Object:
    """The deployment of that name, with all its pods on the first node."""
    value = deployment(name).value
    template = value["spec"]["template"]
    chosen = template["spec"] | {"nodeSelector": {"kubernetes.io/hostname": "node-1"}}
    return Object(value | {"spec": value["spec"] | {"template": template | {"spec": chosen}}})


def service(name: str, app: str) -> Object:
    spec = {"selector": {"app": app}, "ports": [{"port": 80}]}
    metadata = {"name": name, "namespace": "default"}
    return Object({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec})


def ingress(name: str, backend: str) -> Object:
    where = {"service": {"name": backend, "port": {"number": 80}}}
    rule = {"host": name, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": where}]}}
    metadata, kind = {"name": name, "namespace": "default"}, "networking.k8s.io/v1"
    return Object({"apiVersion": kind, "kind": "Ingress", "metadata": metadata, "spec": {"rules": [rule]}})


PRIOR = [
    deployment("web"),
    deployment("api"),
    service("web", "web"),
    service("api", "api"),
    service("idle", "nobody"),
]


@pytest.mark.parametrize(
    ("shape", "applied", "codes"),
    [
        ("3x4cpu,8Gi,60pods", [deployment("web", replicas=0)], {"PLN003"}),
        ("3x4cpu,8Gi,60pods", [service("other", "absent")], {"PLN003"}),
        ("3x4cpu,8Gi,60pods", [service("also", "web")], {"PLN003", "PLN027"}),
        ("3x4cpu,8Gi,60pods", [on_one_node("web")], {"PLN032"}),
        ("2x4cpu,8Gi,6pods", [deployment("web", replicas=5)], {"PLN003", "PLN032"}),
        ("3x4cpu,8Gi,60pods", [ingress("shop", "idle")], {"PLN003"}),
        ("3x4cpu,8Gi,60pods", [deployment("nobody", replicas=0)], {"PLN003"}),
    ],
    ids=[
        "scaled to nothing",
        "selects nothing",
        "twice",
        "on one node",
        "too many for one node",
        "led to",
        "no longer nobody's",
    ],
)
def test_each_risk_is_looked_at_again(
    shape: str, applied: list[Object], codes: set[str], tmp_path: Path
) -> None:
    prior = Cluster.of(make_nodes(parse_shapes(shape)))
    prior.run()
    prior.kubectl.apply(PRIOR)
    prior.run()
    state, standing = opened(State(prior.store, "made"), tmp_path)
    cluster = simulating.settle(state)
    cluster.kubectl.apply(applied)
    cluster.run()
    found = find_risks((), cluster.outcome(), standing)
    assert found == find_risks((), cluster.outcome())
    assert codes <= {one.code for one in found}
    assert standing_risks(cluster.outcome(), standing).found == standing_risks(cluster.outcome()).found


def quota(pods: int) -> Object:
    metadata = {"name": "pods", "namespace": "default"}
    return Object(
        {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": metadata,
            "spec": {"hard": {"pods": str(pods)}},
        }
    )


def namespace(level: str) -> Object:
    metadata = {"name": "default", "labels": {"pod-security.kubernetes.io/enforce": level}}
    return Object({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})


def policy(name: str) -> list[Object]:
    """A policy that allows no new pod, and its binding."""
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
    spec = {"matchConstraints": {"resourceRules": [rule]}, "validations": [{"expression": "false"}]}
    binding = {"policyName": name, "validationActions": ["Deny"]}
    kinds = (("ValidatingAdmissionPolicy", spec), ("ValidatingAdmissionPolicyBinding", binding))
    return [
        Object(
            {
                "apiVersion": "admissionregistration.k8s.io/v1",
                "kind": kind,
                "metadata": {"name": name},
                "spec": body,
            }
        )
        for kind, body in kinds
    ]


def rollout(name: str) -> list[Object]:
    """A custom resource, and the ReplicaSet that it controls."""
    value = {"apiVersion": "rollouts.example.com/v1", "kind": "Rollout"}
    owner = value | {"name": name, "uid": f"uid-of-{name}", "controller": True}
    made = deployment(name).value | {"kind": "ReplicaSet"}
    metadata = made["metadata"] | {"ownerReferences": [owner], "uid": f"uid-of-set-{name}"}
    custom = value | {"metadata": {"name": name, "namespace": "default", "uid": f"uid-of-{name}"}}
    return [Object(custom), Object(made | {"metadata": metadata})]


@pytest.mark.parametrize(
    ("before", "applied", "count"),
    [
        ([quota(4)], [deployment("api", replicas=1)], 0),
        ([quota(9)], [quota(4)], 2),
        ([], [quota(3)], 2),
        ([], [namespace("restricted")], 2),
        ([namespace("restricted")], [deployment("web", replicas=2, minReadySeconds=1)], 2),
        ([], policy("none"), 2),
        (policy("none"), [service("also", "web")], 2),
        ([*rollout("c"), *rollout("b"), namespace("restricted")], [deployment("web", minReadySeconds=1)], 4),
    ],
    ids=[
        "room",
        "less",
        "new quota",
        "level",
        "under a level",
        "policy",
        "under a policy",
        "custom",
    ],
)
def test_pods_that_cannot_be_created_again_are_asked_for_where_it_may_matter(
    before: list[Object], applied: list[Object], count: int, tmp_path: Path
) -> None:
    cluster = Cluster.of(make_nodes(parse_shapes("3x4cpu,8Gi,60pods")))
    cluster.run()
    cluster.kubectl.apply(PRIOR)
    cluster.run()
    for one in before:
        cluster.store.put(one.value)
        cluster.run()
    state, standing = opened(State(cluster.store, "made"), tmp_path)
    again = simulating.settle(state)
    again.kubectl.apply(applied)
    again.run()
    found = find_risks((), again.outcome(), standing)
    assert found == find_risks((), again.outcome())
    assert len([one for one in found if one.code == "PLN008"]) == count
    assert standing_risks(again.outcome(), standing).found == standing_risks(again.outcome()).found


def claim_user(name: str, image: str = "web:1") -> Object:
    """A deployment of one pod that needs the claim."""
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    body = {"metadata": {"labels": {"app": name}}}
    spec = {"containers": [{"name": "main", "image": image}], "volumes": [volume]}
    return deployment(name, replicas=1, template=body | {"spec": spec})


STORAGE = [
    Object({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "fast"}, "provisioner": "ebs.csi.aws.com"}),
    Object({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": "default"},
        "spec": {"storageClassName": "fast", "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }),
]  # fmt: skip


@pytest.mark.parametrize(
    ("prior", "applied", "status"),
    [
        ([claim_user("one")], [claim_user("one", "web:2")], "new"),
        ([claim_user("one")], [claim_user("two")], "new"),
        ([claim_user("one"), claim_user("two")], [deployment("web", minReadySeconds=1)], "existing"),
        ([claim_user("one"), claim_user("two")], [claim_user("three")], "new"),
    ],
    ids=["rolled", "joined", "as it was", "a third"],
)
def test_claims_are_looked_at_again_with_all_that_use_them(
    prior: list[Object], applied: list[Object], status: str, tmp_path: Path
) -> None:
    cluster = Cluster.of(make_nodes(parse_shapes("3x4cpu,8Gi,60pods")))
    cluster.run()
    cluster.kubectl.apply([*PRIOR, *STORAGE, *prior])
    cluster.run()
    state, standing = opened(State(cluster.store, "made"), tmp_path)
    again = simulating.settle(state)
    again.kubectl.apply(applied)
    again.run()
    found = find_risks((), again.outcome(), standing)
    assert found == find_risks((), again.outcome())
    assert [one.status for one in found if one.code == "PLN039"] == [status]


def test_a_route_of_another_namespace_is_looked_at_when_its_service_goes(tmp_path: Path) -> None:
    backend = {"name": "api", "namespace": "default", "port": 80}
    route = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "edge", "namespace": "kube-public", "uid": "uid-of-edge"},
        "spec": {"rules": [{"backendRefs": [backend]}]},
    }
    prior = Cluster.of(make_nodes(parse_shapes("3x4cpu,8Gi,60pods")))
    prior.run()
    prior.kubectl.apply(PRIOR)
    prior.store.put(route)
    prior.run()
    state, standing = opened(State(prior.store, "made"), tmp_path)
    cluster = simulating.settle(state)
    cluster.client().delete(ObjectKey("", "Service", "default", "api"))
    cluster.run()
    found = find_risks((), cluster.outcome(), standing)
    assert found == find_risks((), cluster.outcome())
    assert [one.object.name for one in found if one.code == "PLN019"] == ["edge"]
