"""A pod that was refused is tried again after changes that may let it in, and after no others."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.patchbody import PatchType
from kplan.cluster import Cluster
from kplan.scheduler.events import ClusterEvent, News
from kplan.scheduler.plugins.dynamic_resources import DynamicResources
from kplan.scheduler.podinfo import PodParser
from kplan.scheduler.shared_objects import SharedObjects
from tests import builders
from tests.unit.scheduler.test_actor import Json, World, node, pod


def _node(name: str = "n", **fields: Any) -> Json:
    value = node(name)
    value["metadata"]["labels"] = fields.pop("labels", {})
    value["status"]["allocatable"].update(fields.pop("allocatable", {}))
    return {**value, "spec": fields}


def _object(version: str, kind: str, name: str, **fields: Any) -> Json:
    metadata = {
        "name": name,
        **({"namespace": "default"} if kind in ("PersistentVolumeClaim", "Pod") else {}),
    }
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


def _claim(name: str) -> Json:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return _object("v1", "PersistentVolumeClaim", name, spec={"storageClassName": "x", **spec})


def _volume(name: str) -> Json:
    spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "x"}
    return _object("v1", "PersistentVolume", name, spec={**spec, "hostPath": {"path": "/x"}})


def _terms(kind: str, **labels: str) -> Json:
    term = {"labelSelector": {"matchLabels": labels}, "topologyKey": "zone"}
    return {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}


def _labelled(name: str, cpu: str = "1m", **labels: str) -> Json:
    value = pod(name, cpu, nodeName="n")
    value["metadata"]["labels"] = labels
    return value


SPREAD = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}
MOUNT = {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "mine"}}]}
PORT = {"containers": [{"name": "c", "image": "i", "ports": [{"containerPort": 80, "hostPort": 80}]}]}
TAINT = {"key": "k", "effect": "NoSchedule"}

CASES: dict[str, tuple[list[Json], Json, Json, bool]] = {
    "another label": ([_node()], {"nodeSelector": {"z": "1"}}, _node(labels={"z": "2"}), False),
    "a node whose labels do not match": ([_node()], {"nodeSelector": {"z": "1"}}, _node("m"), False),
    "a taint on a node of the wrong labels": (
        [_node()],
        {"nodeSelector": {"z": "1"}},
        _node(taints=[TAINT]),
        False,
    ),
    "a node that is uncordoned and tainted": (
        [_node(unschedulable=True)],
        {},
        _node(taints=[TAINT]),
        True,
    ),
    "one taint of two": (
        [_node(taints=[TAINT, {"key": "other", "effect": "NoSchedule"}])],
        {},
        _node(taints=[TAINT]),
        False,
    ),
    "a node with too little": ([_node()], {"cpu": "4"}, _node("m"), False),
    "less room": ([_node()], {"cpu": "4"}, _node(allocatable={"cpu": "1"}), False),
    "more room, yet too little": ([_node()], {"cpu": "4"}, _node(allocatable={"cpu": "3"}), False),
    "another claim": ([_node()], MOUNT, _claim("other"), False),
    "its claim": ([_node()], MOUNT, _claim("mine"), True),
    "a volume while the claim is not there": ([_node()], MOUNT, _volume("v"), False),
    "a volume for a claim": ([_node(), _claim("mine")], MOUNT, _volume("v"), True),
    "a node without the topology": (
        [_node(labels={"zone": "a"})],
        {"affinity": _terms("podAffinity", app="x")},
        _node("m"),
        False,
    ),
    "a node in another domain": (
        [_node(labels={"zone": "a"})],
        {"affinity": _terms("podAffinity", app="x")},
        _node("m", labels={"zone": "b"}),
        True,
    ),
    "a pod that gets a label nobody asks for": (
        [_node(labels={"zone": "a"}), _labelled("there", app="y")],
        {"affinity": _terms("podAffinity", app="x")},
        _labelled("there", app="z"),
        False,
    ),
    "a pod that is company now, on a node without the topology": (
        [_node(), _labelled("there", app="y")],
        {"affinity": _terms("podAffinity", app="x")},
        _labelled("there", app="x"),
        True,
    ),
    "a node outside the domains": (
        [_node(labels={"other": "a"})],
        {"topologySpreadConstraints": [{**SPREAD, "labelSelector": {"matchLabels": {"app": "x"}}}]},
        _node("m"),
        False,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_a_reason_to_try_again_or_is_none(case: str) -> None:
    before, spec, change, helps = CASES[case]
    world = World(*(value for value in before if value["kind"] != "Pod"))
    world.create(*(value for value in before if value["kind"] == "Pod"))
    wanted = {**spec}
    world.create(pod("p", wanted.pop("cpu", "1m"), **wanted))
    tried = len(world.said("FailedScheduling"))
    assert tried == 1
    _write(world, change)
    assert len(world.said("FailedScheduling")) == tried + helps


def _write(world: World, change: Json) -> None:
    """Create an object, or make what there is what it says."""
    metadata = change["metadata"]
    key = ObjectKey("", change["kind"], metadata.get("namespace", ""), metadata["name"])
    if world.server.find(key) is None:
        world.create(change)
        return
    for part in ("metadata",) if change["kind"] == "Pod" else ("metadata", "spec", "status"):
        if part in change:
            live = world.server.get(key)
            whole = change[part] if part == "spec" else {**live[part], **change[part]}
            world.server.update({**live, part: whole}, subresource="status" if part == "status" else "")
    world.settle()


@pytest.mark.parametrize(("taken", "helps"), [(PORT, True), ({}, False)])
def test_a_pod_that_is_gone_frees_its_ports(taken: Json, helps: bool) -> None:
    world = World(_node())
    world.create(pod("holder", "1m", **PORT))
    world.create(pod("gone", "1m", nodeName="n", **taken))
    world.create(pod("p", "1m", **PORT))
    world.server.delete(ObjectKey("", "Pod", "default", "gone"))
    world.settle()
    assert len(world.said("FailedScheduling")) == 1 + helps


def _shunning(name: str, app: str, shunned: str) -> Json:
    value = _labelled(name, app=app)
    value["spec"]["affinity"] = _terms("podAntiAffinity", app=shunned)
    return value


def _mounting(name: str, claim: str) -> Json:
    volume = {"name": "v", "persistentVolumeClaim": {"claimName": claim}}
    return pod(name, "1m", nodeName="n", volumes=[volume])


ZONE = {"zone": "a"}
SHUNS = {"affinity": _terms("podAntiAffinity", app="x")}
SPREADS = {"topologySpreadConstraints": [{**SPREAD, "labelSelector": {"matchLabels": {"app": "x"}}}]}
CROWDED = [
    _node(labels=ZONE), _node("m", labels={"zone": "b"}, taints=[TAINT]),
    _labelled("one", app="x"), _labelled("two", app="x"),
]  # fmt: skip
OTHERS = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "others"}},
    {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "others"}},
]
ELSEWHERE = _labelled("elsewhere", app="x")
ELSEWHERE["metadata"]["namespace"] = "others"
CONSTRAINED: dict[str, tuple[list[Json], Json, Json, bool]] = {
    "a node that it matched before": (
        [_node(labels={"z": "1"}), _node("m")],
        {"nodeSelector": {"z": "1"}, "cpu": "4"},
        _node(labels={"z": "1", "other": "2"}),
        False,
    ),
    "a pod kept away from that is another's now": (
        [_node(labels=ZONE), _labelled("one", app="x"), _labelled("two", app="x")],
        SHUNS,
        _labelled("two", app="y"),
        True,
    ),
    "a pod that still is kept away from": (
        [_node(labels=ZONE), _labelled("one", app="x")],
        SHUNS,
        _labelled("one", app="x", other="y"),
        False,
    ),
    "a new node for one that keeps away": (
        [_node(labels=ZONE), _labelled("one", app="x")],
        SHUNS,
        _node("m", labels=ZONE),
        True,
    ),
    "other taints in a domain": (
        CROWDED,
        SPREADS,
        _node("m", labels={"zone": "b"}, taints=[{**TAINT, "key": "other"}]),
        True,
    ),
    "a node that moves": (CROWDED, SPREADS, _node("m", labels={"zone": "c"}, taints=[TAINT]), True),
    "a node that stays": (
        CROWDED,
        SPREADS,
        _node("m", labels={"zone": "b", "z": "1"}, taints=[TAINT]),
        False,
    ),
    "a pod that counts": (CROWDED, SPREADS, _labelled("three", app="x"), True),
    "a pod of another namespace": ([*OTHERS, *CROWDED], SPREADS, ELSEWHERE, False),
}


@pytest.mark.parametrize("case", CONSTRAINED)
def test_what_a_constraint_is_about_is_a_reason(case: str) -> None:
    before, spec, change, helps = CONSTRAINED[case]
    world = _waiting(before, spec)
    _write(world, change)
    assert _tries(world) == 1 + helps


GONE: dict[str, tuple[list[Json], Json, bool]] = {
    "one of two that it keeps away from": (
        [_labelled("one", app="x"), _labelled("gone", app="x")],
        SHUNS,
        True,
    ),
    "one that it does not mind": ([_labelled("one", app="x"), _labelled("gone", app="y")], SHUNS, False),
    "one of two that keep away from it": (
        [_shunning("one", "y", "x"), _shunning("gone", "z", "x")],
        {},
        True,
    ),
    "one that minds others": ([_shunning("one", "y", "x"), _shunning("gone", "z", "q")], {}, False),
    "one that mounts its claim": ([_claim("mine"), _mounting("gone", "mine")], MOUNT, False),
}


@pytest.mark.parametrize("case", GONE)
def test_who_is_gone_is_a_reason(case: str) -> None:
    before, spec, helps = GONE[case]
    world = _waiting([_node(labels=ZONE), *before], spec)
    world.server.delete(ObjectKey("", "Pod", "default", "gone"))
    world.settle()
    assert _tries(world) == 1 + helps


@pytest.mark.parametrize(("claim", "helps"), [("mine", True), ("other", False)])
def test_a_claim_for_one_pod_is_free_when_who_has_it_is_gone(claim: str, helps: bool) -> None:
    mine = _claim("mine")
    mine["spec"] |= {"accessModes": ["ReadWriteOncePod"], "volumeName": "v"}
    mine["metadata"]["annotations"] = {"pv.kubernetes.io/bind-completed": "yes"}
    volume = _volume("v")
    volume["spec"] |= {
        "accessModes": ["ReadWriteOncePod"],
        "claimRef": {"name": "mine", "namespace": "default"},
    }
    world = _waiting(
        [_node(), mine, _claim("other"), volume, _mounting("holder", "mine"), _mounting("gone", claim)], MOUNT
    )
    world.server.delete(ObjectKey("", "Pod", "default", "gone"))
    world.settle()
    assert _tries(world) == 1 + helps


@pytest.mark.parametrize(("claim", "helps"), [("b", True), ("", False)])
def test_a_pod_that_is_gone_detaches_its_volumes(claim: str, helps: bool) -> None:
    gone = _mounting("gone", claim) if claim else _labelled("gone")
    world = _waiting([*ATTACHED, gone], MOUNT)
    world.server.delete(ObjectKey("", "Pod", "default", "gone"))
    world.settle()
    assert _tries(world) == 1 + helps


@pytest.mark.parametrize(("count", "helps"), [(2, True), (1, False)])
def test_a_driver_that_attaches_more_volumes_is_a_reason(count: int, helps: bool) -> None:
    world = _waiting([*ATTACHED, _mounting("other", "b")], MOUNT)
    live = world.server.get(ObjectKey("storage.k8s.io", "CSINode", "", "n"))
    live["metadata"]["labels"] = {"changed": "yes"}
    world.server.update({**live, "spec": _drivers(count)})
    world.settle()
    assert _tries(world) == 1 + helps


def _drivers(count: int) -> Json:
    return {"drivers": [{"name": "d", "nodeID": "n", "topologyKeys": None, "allocatable": {"count": count}}]}


def _bound(name: str) -> list[Json]:
    """A claim and its volume, which a driver attaches."""
    claim, volume = _claim(name), _volume(name)
    claim["spec"]["volumeName"] = name
    claim["metadata"]["annotations"] = {"pv.kubernetes.io/bind-completed": "yes"}
    del volume["spec"]["hostPath"]
    volume["spec"] |= {
        "csi": {"driver": "d", "volumeHandle": name},
        "claimRef": {"name": name, "namespace": "default"},
    }
    return [claim, volume]


ATTACHED = [
    _node(), *_bound("a"), *_bound("b"), *_bound("mine"), _mounting("holder", "a"),
    _object("storage.k8s.io/v1", "CSINode", "n", spec=_drivers(1)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "helps"),
    [
        ("other", "other+status", False),
        ("other+devices", "other", True),
        ("other+devices", "", True),
        ("", "other", False),
        ("", "mine", True),
        ("mine", "mine+status", True),
        ("mine", "mine", False),
        ("mine", "", False),
    ],
)
def test_claims_to_devices_are_a_reason_where_they_give_some_back_or_are_its_own(
    before: str, after: str, helps: bool
) -> None:
    waits = PodParser().parse(pod("p", "1m", resourceClaims=[{"name": "r", "resourceClaimName": "mine"}]))
    world = World(_device_claim("mine"))
    world.actor.cache.objects = SharedObjects(world.stage.cache)
    news = News(*(_device_claim(one) if one else None for one in (before, after)))
    helped = DynamicResources().helped_by(waits, ClusterEvent.DEVICES, news, world.actor.cache)
    assert helped is helps


def _device_claim(text: str) -> Json:
    """``mine``, ``other+devices`` for one that has some, ``mine+status`` for one whose status says something else."""
    name, _, has = text.partition("+")
    status = {"devices": {"allocation": {}}, "status": {"reservedFor": []}}.get(has)
    claim = _object("resource.k8s.io/v1", "ResourceClaim", name, spec={"devices": {}})
    claim["metadata"] |= {"namespace": "default", "uid": name}
    return claim if status is None else {**claim, "status": status}


def _waiting(before: list[Json], spec: Json) -> World:
    """A world in which a pod with the label app=x was refused once."""
    world = World(*(value for value in before if value["kind"] != "Pod"))
    world.create(*(value for value in before if value["kind"] == "Pod"))
    wanted = {**spec}
    refused = pod("p", wanted.pop("cpu", "1m"), **wanted)
    refused["metadata"]["labels"] = {"app": "x"}
    world.create(refused)
    assert _tries(world) == len(world.said("FailedScheduling")) == 1
    return world


def _tries(world: World) -> int:
    return len(world.said("FailedScheduling")) + len(world.said("Scheduled"))


@pytest.mark.parametrize(("address", "helps"), [("", True), ("10.0.0.1", True), ("10.0.0.2", False)])
def test_a_port_is_free_again_at_the_address_of_the_pod_that_is_gone(address: str, helps: bool) -> None:
    world = World(_node())
    world.create(pod("holder", "1m", **_listening("10.0.0.1")))
    world.create(pod("gone", "1m", nodeName="n", **_listening(address)))
    world.create(pod("p", "1m", **_listening("10.0.0.1")))
    world.server.delete(ObjectKey("", "Pod", "default", "gone"))
    world.settle()
    assert len(world.said("FailedScheduling")) == 1 + helps


def _listening(address: str) -> Json:
    port = {"containerPort": 80, "hostPort": 80, **({"hostIP": address} if address else {})}
    return {"containers": [{"name": "c", "image": "i", "ports": [port]}]}


@pytest.mark.parametrize(
    ("requests", "helps"),
    [
        ({"cpu": "1500m", "memory": "1Gi"}, True),
        ({"cpu": "2", "memory": "512Mi"}, False),
        ({"cpu": "2", "memory": "2Gi"}, False),
    ],
)
def test_a_pod_that_takes_less_of_what_is_asked_for_is_a_reason(requests: Json, helps: bool) -> None:
    world = World(_node())
    world.create(pod("holder", "2"))
    holder = world.pods()["holder"]
    assert holder["spec"]["nodeName"] == "n"
    world.create(pod("p", "1"))
    container = {**holder["spec"]["containers"][0], "resources": {"requests": requests}}
    world.server.update(
        {**holder, "spec": {**holder["spec"], "containers": [container]}}, subresource="resize"
    )
    world.settle()
    assert len(world.said("FailedScheduling")) == 1 + helps


def test_the_scheduler_hears_of_a_node_before_what_takes_its_taints_away() -> None:
    taint = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
    cluster = Cluster.of([builders.node("n1") | {"spec": {"unschedulable": True, "taints": [taint]}}])
    cluster.run()
    cluster.kubectl.apply([{**pod("p", "1m"), "metadata": {"name": "p"}}])
    cluster.advance(5)
    mark = len(cluster.stage.timeline)
    cluster.server.patch(ObjectKey("", "Node", "", "n1"), {"spec": {"unschedulable": None}}, PatchType.MERGE)
    cluster.run()
    told = [event for event in cluster.events(mark) if event.object.kind == "Pod"]
    assert [event.reason for event in told][:2] == ["FailedScheduling", "Scheduled"]
    assert told[0].message.startswith("0/1 nodes are available: 1 node(s) had untolerated taint(s).")


def test_the_scheduler_hears_of_a_claim_before_its_protection_ends() -> None:
    cluster = Cluster.of([builders.node("n1")])
    cluster.run()
    cluster.kubectl.apply([_claim("mine"), {**pod("p", "1m", **MOUNT), "metadata": {"name": "p"}}])
    cluster.advance(5)
    mark = len(cluster.stage.timeline)
    cluster.server.delete(ObjectKey("", "PersistentVolumeClaim", "default", "mine"))
    cluster.advance(5)
    (told,) = (event for event in cluster.events(mark) if event.object.kind == "Pod")
    assert told.message.startswith('0/1 nodes are available: persistentvolumeclaim "mine" is being deleted.')
