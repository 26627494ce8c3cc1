"""What comes after a node is chosen: Reserve and Permit may refuse it, PreBind may delay it, Bind binds."""

from dataclasses import replace
from typing import Any

import pytest

from kplan.apiserver.client import Client
from kplan.scheduler.cache import Cache
from kplan.scheduler.capacity import capacity, node_losses
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import ClusterEvent
from kplan.scheduler.explain import explain
from kplan.scheduler.framework import Plugin
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.picture import Picture
from kplan.scheduler.plugins.default_binder import DefaultBinder
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.scheduler import Scheduler
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SUCCESS, Status
from tests.unit.scheduler.test_actor import World, node, pod
from tests.unit.scheduler.test_added_plugins import NO, with_plugins

Json = dict[str, Any]


class Licences:
    """There are two licences in the whole cluster."""

    name = "Licences"

    def __init__(self) -> None:
        self.taken: list[str] = []

    def reserve(self, _state: CycleState, pod: PodInfo, _node: NodeInfo) -> Status:
        if len(self.taken) >= 2:
            return Status.unschedulable("node(s) had no licence left")
        self.taken.append(pod.name)
        return SUCCESS

    def unreserve(self, _state: CycleState, pod: PodInfo, _node: NodeInfo) -> None:
        if pod.name in self.taken:
            self.taken.remove(pod.name)


class Watchman:
    """Lets nobody in whose name begins with x."""

    name = "Watchman"

    def permit(self, _state: CycleState, pod: PodInfo, _node: NodeInfo) -> Status:
        return Status.unschedulable("watchman said no") if pod.name.startswith("x") else SUCCESS


class Slow:
    """Wants to be asked twice before it lets a pod be bound."""

    name = "Slow"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def events_to_register(self) -> frozenset[ClusterEvent]:
        return frozenset({ClusterEvent.NODE_ADDED})

    def pre_bind(self, _client: Client, _state: CycleState, pod: PodInfo, _node: str) -> Status:
        self.asked.append(pod.name)
        return SUCCESS if self.asked.count(pod.name) > 1 else Status.unschedulable("not yet")


class Curfew:
    """Keeps pods out of the queue until there are two nodes."""

    name = "Curfew"

    def pre_enqueue(self, _pod: PodInfo, snapshot: Snapshot) -> Status:
        return SUCCESS if len(snapshot.nodes) > 1 else Status.unresolvable("too few nodes")


class Backwards:
    """Less important pods go first."""

    name = "Backwards"

    def sort_key(self, pod: PodInfo) -> int:
        return pod.priority


class NotingBinder(DefaultBinder):
    name = "NotingBinder"

    def __init__(self) -> None:
        self.bound: list[str] = []

    def bind(self, client: Client, pod: PodInfo, node: str) -> None:
        self.bound.append(pod.name)
        super().bind(client, pod, node)


def test_a_refused_reservation_leaves_the_pod_without_a_node() -> None:
    cache, scheduler = Cache([node("a"), node("b")]), Scheduler(with_plugins(Licences))
    for name in ("p1", "p2"):
        value = cache.parser.parse(pod(name, "100m"))
        assert scheduler.commit(cache, scheduler.schedule_one(cache, value)).node
    third = scheduler.schedule_one(cache, cache.parser.parse(pod("p3", "100m")))
    assert third.node
    refused = scheduler.commit(cache, third)
    assert (refused.node, refused.refused_by) == ("", frozenset({"Licences"}))
    assert refused.message == "0/1 nodes are available: 1 node(s) had no licence left."
    assert cache.pod("default", "p3") is None


def test_a_refused_permission_gives_back_what_was_reserved() -> None:
    profile = with_plugins(Licences, Watchman)
    cache, scheduler = Cache([node("a")]), Scheduler(profile)
    for name in ("x1", "x2", "x3"):
        value = cache.parser.parse(pod(name, "100m"))
        refused = scheduler.commit(cache, scheduler.schedule_one(cache, value))
        assert refused.message == "0/1 nodes are available: 1 watchman said no."
    good = scheduler.commit(cache, scheduler.schedule_one(cache, cache.parser.parse(pod("p", "100m"))))
    assert good.node == "a"


def test_capacity_and_nodes_end_with_the_reservations() -> None:
    found = capacity(Picture.of([node("a"), node("b")]), pod("p", "100m"), profile=with_plugins(Licences))
    assert (found.pods, found.reasons) == (2, {"node(s) had no licence left": 1})
    running = [pod(name, "100m", nodeName="a") for name in ("p1", "p2", "p3")]
    losses = {
        loss.node: loss.stranded
        for loss in node_losses(Picture.of([node("a"), node("b"), *running]), with_plugins(Licences))
    }
    assert losses == {"a": {"pod/p3 -n default": 1}, "b": {}}


def test_explain_tells_who_refused_the_chosen_node() -> None:
    found = explain(Picture.of([node("a")]), pod("x", "100m"), with_plugins(Watchman))
    assert found.decision.node == ""
    assert [(item.node, item.plugin, item.reasons) for item in found.refusals] == [
        ("a", "Watchman", ("watchman said no",))
    ]
    assert found.remedies == ()


def world(*values: Json, plugins: tuple[type[Plugin], ...], **disabled: str) -> World:
    """The default profile and these plug-ins; at single extension points one may be disabled."""
    points = {point: frozenset({name}) for point, name in disabled.items()}
    profile = replace(with_plugins(*plugins), disabled=points)
    return World(*values, profiles={profile.scheduler_name: profile})


def test_a_pod_whose_reservation_is_refused_says_so_and_stays_pending() -> None:
    played = world(node("a"), plugins=(Licences,))
    played.create(pod("p1", "100m"), pod("p2", "100m"), pod("p3", "100m"))
    assert "nodeName" not in played.pods()["p3"]["spec"]
    assert played.said("FailedScheduling") == ["0/1 nodes are available: 1 node(s) had no licence left."]


def test_a_pod_is_bound_once_pre_bind_agrees() -> None:
    played = world(node("a"), plugins=(Slow,))
    played.create(pod("p", "1"))
    assert "nodeName" not in played.pods()["p"]["spec"]
    played.server.store.put(node("b"))
    played.settle()
    assert played.pods()["p"]["spec"]["nodeName"]


def test_a_pod_waits_for_whoever_keeps_it_out_of_the_queue() -> None:
    played = world(node("a"), plugins=(Curfew,))
    played.create(pod("p", "1"))
    assert "nodeName" not in played.pods()["p"]["spec"]
    assert played.said("FailedScheduling") == []
    played.server.store.put(node("b"))
    played.settle()
    played.server.store.put(node("c"))
    played.settle()
    assert played.pods()["p"]["spec"]["nodeName"]


@pytest.mark.parametrize(("plugins", "first"), [((), "vip"), ((Backwards,), "low")])
def test_the_queue_is_sorted_by_the_plugin_that_the_profile_names(
    plugins: tuple[type[Plugin], ...], first: str
) -> None:
    disabled = {"queueSort": "PrioritySort"} if plugins else {}
    played = world(plugins=plugins, postFilter="DefaultPreemption", **disabled)
    played.create(pod("low", "2"), pod("vip", "2", priorityClassName="high"))
    played.server.store.put(node("a"))
    played.settle()
    bound = [name for name, value in played.pods().items() if "nodeName" in value["spec"]]
    assert bound == [first]


def test_the_first_bind_plugin_binds() -> None:
    played = world(node("a"), plugins=(NotingBinder,), bind="DefaultBinder")
    played.create(pod("p", "1"))
    (scheduler,) = played.actor.schedulers.values()
    (binder,) = scheduler.framework.binds
    assert isinstance(binder, NotingBinder)
    assert binder.bound == ["p"]
    assert played.pods()["p"]["spec"]["nodeName"] == "a"


class Approved:
    """Reads an annotation of the pod, which its template does not tell."""

    name = "Approved"

    def filter(self, _state: CycleState, pod: PodInfo, _node: NodeInfo) -> Status:
        annotations = pod.value["metadata"].get("annotations") or {}
        return SUCCESS if "approved" in annotations else Status.unschedulable("node(s) want an approval")


def test_a_refused_pod_is_tried_again_when_its_annotations_change() -> None:
    played = world(node("a"), plugins=(Approved,))
    played.create(pod("p", "1"))
    assert "nodeName" not in played.pods()["p"]["spec"]
    value = played.pods()["p"]
    played.server.store.put({**value, "metadata": {**value["metadata"], "annotations": {"approved": "yes"}}})
    played.settle()
    assert played.pods()["p"]["spec"]["nodeName"] == "a"


class Maintained:
    """Reads an annotation of the node, which no default plug-in does, and says that it reads nothing else."""

    name = "Maintained"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.NODE)

    def filter(self, _state: CycleState, _pod: PodInfo, node: NodeInfo) -> Status:
        annotations = node.value["metadata"].get("annotations") or {}
        return NO if "maintenance" in annotations else SUCCESS


def test_a_refused_pod_is_tried_again_when_annotations_of_a_node_change() -> None:
    value = node("a")
    metadata = {**value["metadata"], "annotations": {"maintenance": "today"}}
    played = world({**value, "metadata": metadata}, plugins=(Maintained,))
    played.create(pod("p", "1"))
    assert "nodeName" not in played.pods()["p"]["spec"]
    played.server.store.put(value)
    played.settle()
    assert played.pods()["p"]["spec"]["nodeName"] == "a"
