"""What becomes of nodes whose conditions change, and of those that fall silent."""

from typing import Any

from kplan.api import conditions
from kplan.api.gvk import ObjectKey
from kplan.apiserver.patchbody import PatchType
from kplan.cluster import Cluster
from kplan.simulation.scenario import Scenario
from tests.builders import node

Json = dict[str, Any]
NODE = ObjectKey("", "Node", "", "n1")


def _tell(cluster: Cluster, kind: str, status: str) -> None:
    patch = {"status": {"conditions": [{"type": kind, "status": status}]}}
    cluster.server.patch(NODE, patch, PatchType.STRATEGIC, subresource="status")
    cluster.advance(1)


def test_taints_stand_in_the_order_in_which_they_came() -> None:
    cluster = Cluster.of([node("n1")])
    for kind in ("MemoryPressure", "DiskPressure", "PIDPressure"):
        _tell(cluster, kind, "True")
    _tell(cluster, "MemoryPressure", "False")
    _tell(cluster, "NetworkUnavailable", "True")
    keys = [taint["key"].partition("/")[2] for taint in cluster.server.get(NODE)["spec"]["taints"]]
    assert keys == ["disk-pressure", "pid-pressure", "network-unavailable"]


def test_what_a_silent_node_never_said_is_as_old_as_the_node() -> None:
    born = "2025-12-31T00:00:00Z"
    made = node("n1")
    made["metadata"] |= {"creationTimestamp": born, "uid": "u"}
    cluster = Cluster.of([made, node("n2")])
    cluster.incidents.fail(["n1"])
    cluster.advance(60)
    pressure = conditions.of_type(cluster.server.get(NODE), "MemoryPressure")
    assert pressure is not None
    assert pressure["lastHeartbeatTime"] == born


def test_events_of_a_node_without_a_uid_are_limited_as_others_are() -> None:
    cluster = Cluster.of([node("n1"), node("n2")], scenario=Scenario(event_limits=True))
    assert "uid" not in cluster.server.get(NODE)["metadata"]
    cluster.incidents.fail(["n1", "n2"])
    cluster.advance(60)
    told = [event.message for event in cluster.events() if event.reason == "NodeNotReady"]
    assert sorted(told) == [f"Node {name} status is now: NodeNotReady" for name in ("n1", "n2")]


def test_who_is_told_to_go_is_told_in_which_generation() -> None:
    pod = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "finalizers": ["example.com/kept"]},
        "spec": {"containers": [{"name": "c", "image": "i"}]},
    }  # fmt: skip
    cluster = Cluster.of([node("n1")])
    cluster.run()
    cluster.kubectl.apply([pod])
    cluster.run()
    cluster.kubectl.run("taint", "node", "n1", "maint=now:NoExecute")
    cluster.run()
    told = conditions.of_type(cluster.server.get(ObjectKey("", "Pod", "default", "p")), "DisruptionTarget")
    assert told is not None
    assert (told["reason"], told["observedGeneration"]) == ("DeletionByTaintManager", 1)
