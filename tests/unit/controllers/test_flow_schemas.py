"""A FlowSchema says whether the priority level that it names is there, also when that comes and goes."""

from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster

Json = dict[str, Any]
GROUP = "flowcontrol.apiserver.k8s.io"
KEY = ObjectKey(GROUP, "FlowSchema", "", "mine")
LEVEL = ObjectKey(GROUP, "PriorityLevelConfiguration", "", "calm")
FLOW: Json = {
    "apiVersion": f"{GROUP}/v1", "kind": "FlowSchema", "metadata": {"name": "mine"},
    "spec": {"priorityLevelConfiguration": {"name": "calm"}, "matchingPrecedence": 1000},
}  # fmt: skip
CALM: Json = {
    "apiVersion": f"{GROUP}/v1", "kind": "PriorityLevelConfiguration", "metadata": {"name": "calm"},
    "spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 5, "limitResponse": {"type": "Reject"}}},
}  # fmt: skip
TEXT = 'This FlowSchema references the PriorityLevelConfiguration object named "calm"'


def _told(cluster: Cluster) -> tuple[str, str, str]:
    cluster.advance(1)
    (told,) = cluster.server.get(KEY)["status"]["conditions"]
    assert told["type"] == "Dangling"
    return told["status"], told["reason"], told["message"]


def test_a_flow_says_whether_its_level_is_there() -> None:
    cluster = Cluster.of([])
    cluster.server.create(FLOW)
    assert _told(cluster) == ("True", "NotFound", f"{TEXT} but there is no such object")
    cluster.server.create(CALM)
    assert _told(cluster) == ("False", "Found", f"{TEXT} and it exists")
    cluster.server.delete(LEVEL)
    assert _told(cluster)[1] == "NotFound"
