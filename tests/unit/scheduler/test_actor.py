"""The scheduler among other actors: it binds, reports, evicts and tries again, all through the API server."""

from collections.abc import Mapping
from typing import Any

import pytest

from kplan.apiserver.client import LocalClient
from kplan.apiserver.server import Server
from kplan.scheduler.actor import SchedulerActor
from kplan.scheduler.cycle import Cycle
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.profile import Profile
from kplan.simulation.clock import Clock, as_datetime
from kplan.simulation.engine import Engine
from kplan.simulation.scenario import Scenario
from kplan.simulation.stage import Stage
from kplan.state.store import Store

Json = dict[str, Any]
BASE: list[Json] = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}},
    {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "default"}},
    {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "high"},
        "value": 100,
    },
]


class World:
    def __init__(self, *values: Json, profiles: Mapping[str, Profile] | None = None) -> None:
        self.clock = Clock()
        store = Store.of([*BASE, *values])
        self.server = Server(store, now=lambda: as_datetime(self.clock.now))
        self.engine = Engine(self.clock)
        self.stage = Stage(store, self.clock, self.engine, Scenario())
        self.actor = SchedulerActor(profiles)
        self.stage.join(self.actor, LocalClient(self.server, self.actor.name, self.actor.name))
        self.stage.open()
        self.engine.run(self.clock.now + 60_000_000)

    def create(self, *values: Json) -> None:
        for value in values:
            self.server.create(value)
        self.settle()

    def settle(self) -> None:
        self.engine.run(self.clock.now + 60_000_000)

    def pods(self) -> dict[str, Json]:
        return {value["metadata"]["name"]: value for value in self.server.list("", "Pod", "")}

    def said(self, reason: str) -> list[str]:
        return [entry.message for entry in self.stage.timeline.events(0) if entry.reason == reason]


def node(name: str, cpu: str = "2") -> Json:
    status = {"allocatable": {"cpu": cpu, "memory": "4Gi", "pods": "10"}}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": status}


def pod(name: str, cpu: str, **spec: Any) -> Json:
    containers = [{"name": "c", "image": "i", "resources": {"requests": {"cpu": cpu}}}]
    metadata = {"name": name, "namespace": "default"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"terminationGracePeriodSeconds": 0, "containers": containers, **spec},
    }


def test_a_pod_is_bound_and_the_event_says_where() -> None:
    world = World(node("a"))
    world.create(pod("x", "1"))
    assert world.pods()["x"]["spec"]["nodeName"] == "a"
    assert world.said("Scheduled") == ["Successfully assigned default/x to a"]


def test_binding_a_pod_without_claims_asks_for_nothing_that_filters_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pods alike have it from the first of them, and what plug-ins write before a binding concerns others."""
    asked = list[Cycle]()
    state = Cycle.state

    def noted(cycle: Cycle) -> CycleState:
        asked.append(cycle)
        return state(cycle)

    monkeypatch.setattr(Cycle, "state", noted)
    world = World(node("a"))
    world.create(pod("x", "1"))
    assert world.pods()["x"]["spec"]["nodeName"] == "a"
    assert len(asked) == 1  # when the node was filtered


def test_a_pod_without_a_place_says_why_and_goes_once_a_node_comes() -> None:
    world = World(node("a"))
    world.create(pod("x", "3"))
    text = "0/1 nodes are available: 1 Insufficient cpu."
    (condition,) = (
        item for item in world.pods()["x"]["status"]["conditions"] if item["type"] == "PodScheduled"
    )
    assert condition["reason"] == "Unschedulable"
    assert condition["message"].startswith(text)
    assert world.said("FailedScheduling")[0].startswith(text)
    world.server.store.put(node("b", "4"))
    world.engine.run(world.clock.now + 60_000_000)
    assert world.pods()["x"]["spec"]["nodeName"] == "b"


def test_a_more_important_pod_takes_the_place_of_another() -> None:
    world = World(node("a"))
    world.create(pod("old", "2"))
    world.create(pod("vip", "2", priorityClassName="high"))
    assert set(world.pods()) == {"vip"}
    assert world.pods()["vip"]["spec"]["nodeName"] == "a"
    assert world.said("Preempted") == [f"Preempted by pod {world.pods()['vip']['metadata']['uid']} on node a"]


def test_gated_pods_are_left_alone() -> None:
    world = World(node("a"))
    world.create(pod("x", "1", schedulingGates=[{"name": "wait"}]))
    assert "nodeName" not in world.pods()["x"]["spec"]
    assert world.said("FailedScheduling") == []


def test_pods_of_other_schedulers_are_left_alone() -> None:
    world = World(node("a"))
    world.create(pod("x", "1", schedulerName="other"))
    assert "nodeName" not in world.pods()["x"]["spec"]


def test_a_pod_waits_for_its_claim_and_takes_a_device() -> None:
    world = World(node("a"))
    world.server.store.put(
        {
            "apiVersion": "resource.k8s.io/v1",
            "kind": "ResourceSlice",
            "metadata": {"name": "s"},
            "spec": {"driver": "d", "nodeName": "a", "pool": {"name": "a"}, "devices": [{"name": "d0"}]},
        }
    )
    world.create(
        {"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "gpu"}, "spec": {}}
    )
    world.create(pod("x", "1", resourceClaims=[{"name": "g", "resourceClaimName": "mine"}]))
    assert "nodeName" not in world.pods()["x"]["spec"]
    request = {"name": "r", "exactly": {"deviceClassName": "gpu", "allocationMode": "ExactCount", "count": 1}}
    claim = {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaim",
        "metadata": {"name": "mine", "namespace": "default"},
        "spec": {"devices": {"requests": [request]}},
    }
    world.create(claim)
    assert world.pods()["x"]["spec"]["nodeName"] == "a"
    (stored,) = world.server.list("resource.k8s.io", "ResourceClaim", "default")
    assert [item["device"] for item in stored["status"]["allocation"]["devices"]["results"]] == ["d0"]
    assert [user["name"] for user in stored["status"]["reservedFor"]] == ["x"]


def test_an_owner_that_comes_voids_what_is_known_of_its_pods_and_of_no_others() -> None:
    world = World(node("one"))
    reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "1", "controller": True}
    mine = pod("mine", "1")
    mine["metadata"]["ownerReferences"] = [reference]
    world.create(mine)
    before = world.actor.cache.epoch
    world.create(replica_set("other"))
    assert world.actor.cache.epoch == before
    world.create(replica_set("web"))
    assert world.actor.cache.epoch > before


def replica_set(name: str) -> Json:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": spec}


def test_a_victim_that_is_only_marked_for_deletion_wakes_nobody() -> None:
    """What is held back by a finalizer still takes its room,
    and its mark is no news (PodSchedulingPropertiesChange).
    """
    held = {
        **pod("held", "2"),
        "metadata": {"name": "held", "namespace": "default", "finalizers": ["ex.com/x"]},
    }
    world = World(node("n1"))
    world.create(held)
    world.create(pod("urgent", "2", priorityClassName="high"))
    assert "deletionTimestamp" in world.pods()["held"]["metadata"]
    assert len(world.said("FailedScheduling")) == 1
    assert world.pods()["urgent"]["status"]["nominatedNodeName"] == "n1"


def test_a_pod_that_waits_for_company_goes_where_it_comes() -> None:
    """Also where the scheduler itself bound the other one; a pod that is none of the company wakes nobody."""
    world = World({**node("a"), "metadata": {"name": "a", "labels": {"zone": "z"}}})
    company = {"labelSelector": {"matchLabels": {"app": "db"}}, "topologyKey": "zone"}
    affinity = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [company]}}
    world.create(pod("web", "1", affinity=affinity))
    world.create(pod("other", "1"))
    assert len(world.said("FailedScheduling")) == 1
    db = pod("db", "0")
    world.create({**db, "metadata": {**db["metadata"], "labels": {"app": "db"}}})
    assert world.pods()["web"]["spec"]["nodeName"] == "a"


def test_a_pod_that_waits_for_its_turn_in_a_domain_goes_once_others_are_full_enough() -> None:
    nodes = [
        {**node(name), "metadata": {"name": name, "labels": {"zone": name, "for": name}}}
        for name in ("a", "b")
    ]
    world = World(*nodes)
    alike = {"matchLabels": {"app": "web"}}
    spread = {
        "maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": alike,
        "nodeAffinityPolicy": "Ignore",
    }  # fmt: skip

    def create(name: str, zone: str, **spec: Any) -> None:
        made = pod(name, "0", nodeSelector={"for": zone}, **spec)
        world.create({**made, "metadata": {**made["metadata"], "labels": {"app": "web"}}})

    create("first", "a")
    create("second", "a", topologySpreadConstraints=[spread])
    assert "nodeName" not in world.pods()["second"]["spec"]
    create("third", "b")
    assert world.pods()["second"]["spec"]["nodeName"] == "a"


@pytest.mark.parametrize("first", ["a", "b"])
def test_of_equal_victims_the_pod_that_started_last_is_preempted(first: str) -> None:
    world = World(node("n"))
    world.create(pod("a", "1"), pod("b", "1"))
    for name in "ab":
        second = 0 if name == first else 5
        status = {"phase": "Running", "startTime": f"2026-01-01T00:00:0{second}Z"}
        world.server.update({**world.pods()[name], "status": status}, subresource="status")
    world.create(pod("urgent", "1", priorityClassName="high"))
    assert {"a", "b", "urgent"} - set(world.pods()) == {"a", "b"} - {first}


def slice_of(node_name: str, driver: str = "d") -> Json:
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceSlice",
        "metadata": {"name": f"slice-{node_name}"},
        "spec": {
            "driver": driver,
            "nodeName": node_name,
            "pool": {"name": node_name},
            "devices": [{"name": "d0"}],
        },
    }


@pytest.mark.parametrize("many", [False, True], ids=["one by one", "arrays"])
def test_an_error_in_a_filter_is_no_refusal_and_is_tried_again_after_a_pause(many: bool) -> None:
    world = World(node("a"), node("b"), slice_of("a"), slice_of("b"))
    if many:
        world.actor.cache.use_arrays()
    selector = {"cel": {"expression": 'device.attributes["d"].nope == "x"'}}
    device_class = {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "DeviceClass",
        "metadata": {"name": "gpu"},
        "spec": {"selectors": [selector]},
    }
    request = {"name": "r", "exactly": {"deviceClassName": "gpu", "allocationMode": "ExactCount", "count": 1}}
    claim = {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaim",
        "metadata": {"name": "mine", "namespace": "default"},
        "spec": {"devices": {"requests": [request]}},
    }
    world.create(
        device_class, claim, pod("x", "1", resourceClaims=[{"name": "g", "resourceClaimName": "mine"}])
    )
    (condition,) = world.pods()["x"]["status"]["conditions"]
    error = 'running "DynamicResources" filter plugin: class gpu: selector #0: CEL runtime error: no such key: nope'
    assert (condition["reason"], condition["message"]) == ("SchedulerError", error)
    assert set(world.said("FailedScheduling")) == {error}
    (stored,) = world.server.list("resource.k8s.io", "DeviceClass", "")
    world.server.update({**stored, "spec": {}})
    world.settle()
    assert world.pods()["x"]["spec"]["nodeName"] in "ab"


def test_the_order_in_which_a_pod_says_something_is_no_change_of_it() -> None:
    """The first write of a status puts labels in order."""
    world = World(node("a"))
    unordered = pod("x", "9", nodeSelector={"b": "1", "a": "1"})
    world.create({**unordered, "metadata": {**unordered["metadata"], "labels": {"b": "1", "a": "1"}}})
    assert len(world.said("FailedScheduling")) == 1
    stored = world.pods()["x"]
    spec = {**stored["spec"], "nodeSelector": dict(sorted(stored["spec"]["nodeSelector"].items()))}
    world.server.store.put({**stored, "spec": spec})
    world.settle()
    assert len(world.said("FailedScheduling")) == 1


def test_a_pod_on_a_node_keeps_its_template_where_its_labels_are_put_in_order() -> None:
    world = World(node("a"))
    company = pod("c", "1")
    world.create({**company, "metadata": {**company["metadata"], "labels": {"b": "1", "a": "1"}}})
    stored = world.pods()["c"]
    labels = dict(reversed(stored["metadata"]["labels"].items()))
    known = world.actor.cache.pod("default", "c")
    world.server.store.put({**stored, "metadata": {**stored["metadata"], "labels": labels}})
    world.settle()
    again = world.actor.cache.pod("default", "c")
    assert known is not None
    assert again is not None
    assert again.template is known.template


def test_labels_of_a_namespace_let_a_pod_in_once_it_has_waited_five_minutes() -> None:
    """The scheduler waits for no change of a namespace, and tries what is left over after five minutes."""
    world = World(node("a"))
    db = pod("db", "0")
    world.create({**db, "metadata": {**db["metadata"], "labels": {"app": "db"}}})
    company = {
        "labelSelector": {"matchLabels": {"app": "db"}},
        "namespaceSelector": {"matchLabels": {"team": "a"}},
        "topologyKey": "kubernetes.io/hostname",
    }
    world.server.store.put(
        {**node("a"), "metadata": {"name": "a", "labels": {"kubernetes.io/hostname": "a"}}}
    )
    world.create(
        pod("x", "0", affinity={"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [company]}})
    )
    (namespace,) = world.server.list("", "Namespace", "")
    labels = {**namespace["metadata"].get("labels", {}), "team": "a"}
    world.server.update({**namespace, "metadata": {**namespace["metadata"], "labels": labels}})
    before = world.clock.now
    world.settle()
    assert "nodeName" not in world.pods()["x"]["spec"]
    world.engine.run(before + 400_000_000)
    assert world.pods()["x"]["spec"]["nodeName"] == "a"
    assert 299_000_000 < world.clock.now - before < 301_000_000


def test_who_refuses_a_pod_the_node_that_it_was_promised_is_named_among_those_that_left_no_other() -> None:
    """As a daemon pod is told of whose victim is still going."""
    world = World(node("a", cpu="1"), node("b"))
    world.create(pod("full", "1", nodeName="a"))
    fields = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]}
    affinity = {
        "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [fields]}}
    }
    world.create(pod("x", "1", affinity=affinity))
    assert world.said("FailedScheduling")[-1].startswith(
        "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity]."
    )
    promised = pod("y", "1", affinity=affinity)
    world.server.store.put(
        {**promised, "metadata": {**promised["metadata"], "uid": "y"}, "status": {"nominatedNodeName": "a"}}
    )
    world.settle()
    assert world.said("FailedScheduling")[-1].startswith(
        "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity NodeResourcesFit]."
    )
