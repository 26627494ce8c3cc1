"""Pods that tolerate a taint for a time, and pods of nodes that say themselves that they are not ready."""

from typing import Any

from kplan.api import conditions
from kplan.api.gvk import ObjectKey
from kplan.apiserver.patchbody import PatchType
from kplan.cluster import Cluster
from tests.builders import node, pod_spec

Json = dict[str, Any]
NODE = ObjectKey("", "Node", "", "n1")
K, J = ({"key": key, "effect": "NoExecute"} for key in "kj")


def _pod(name: str, *tolerations: Json) -> Json:
    tolerated = [{**item, "operator": "Exists", "effect": "NoExecute"} for item in tolerations]
    spec = pod_spec(nodeName="n1", tolerations=tolerated, terminationGracePeriodSeconds=0)
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
    }


def _taint(cluster: Cluster, *taints: Json) -> None:
    cluster.server.patch(NODE, {"spec": {"taints": list(taints)}}, PatchType.MERGE)
    cluster.advance(1)


def _cluster(*pods: Json) -> Cluster:
    cluster = Cluster.of([node("n1")])
    cluster.advance(1)
    cluster.kubectl.apply(list(pods))
    cluster.advance(3)
    return cluster


def _told(cluster: Cluster) -> list[str]:
    return [f"{e.object.name}: {e.message}" for e in cluster.events() if e.reason == "TaintManagerEviction"]


def _names(cluster: Cluster) -> list[str]:
    return [pod["metadata"]["name"] for pod in cluster.server.list("", "Pod", "default")]


def test_what_is_settled_stays_until_it_is_cancelled() -> None:
    """Another taint that is tolerated for less changes nothing; one that is not evicts at once."""
    cluster = _cluster(
        _pod("a", {"key": "k", "tolerationSeconds": 30}, {"key": "j", "tolerationSeconds": 3}),
        _pod("b", {"key": "k", "tolerationSeconds": 30}),
    )
    _taint(cluster, K)
    _taint(cluster, K, J)
    cluster.advance(10)
    assert _names(cluster) == ["a"]
    _taint(cluster)
    cluster.advance(60)
    assert _names(cluster) == ["a"]
    assert _told(cluster) == [
        "b: Cancelling deletion of Pod default/b", "b: Marking for deletion Pod default/b",
        "a: Cancelling deletion of Pod default/a",
    ]  # fmt: skip


def test_a_pod_that_goes_before_its_time_is_no_longer_to_be_deleted() -> None:
    cluster = _cluster(_pod("a", {"key": "k", "tolerationSeconds": 30}))
    _taint(cluster, K)
    cluster.server.delete(ObjectKey("", "Pod", "default", "a"))
    cluster.advance(60)
    assert _told(cluster) == ["a: Cancelling deletion of Pod default/a"]


def test_of_several_tolerations_the_first_counts() -> None:
    cluster = _cluster(_pod("a", {"key": "k"}, {"key": "k", "tolerationSeconds": 3}))
    _taint(cluster, K)
    cluster.advance(10)
    assert _names(cluster) == ["a"]


def test_pods_of_a_node_that_says_it_is_not_ready_stay_ready() -> None:
    """Only those of a node that has fallen silent are said not to be;
    the taint comes whatever the node's clock says.
    """
    cluster = _cluster(_pod("a", {"key": "node.kubernetes.io/not-ready"}))
    cluster.kubectl.apply([node("n2")])
    lost = {"type": "Ready", "status": "False", "reason": "K", "lastTransitionTime": "2099-01-01T00:00:00Z"}
    cluster.server.patch(NODE, {"status": {"conditions": [lost]}}, PatchType.MERGE, subresource="status")
    cluster.advance(10)
    taints = cluster.server.get(NODE)["spec"]["taints"]
    assert sorted((item["key"], item["effect"]) for item in taints) == [
        ("node.kubernetes.io/not-ready", "NoExecute"), ("node.kubernetes.io/not-ready", "NoSchedule"),
    ]  # fmt: skip
    assert conditions.is_true(cluster.server.get(ObjectKey("", "Pod", "default", "a")), "Ready")


def test_a_pod_that_goes_already_is_told_to_go_all_the_same() -> None:
    going = _pod("going")
    going["metadata"]["finalizers"] = ["example.com/kept"]
    cluster = _cluster(going)
    cluster.server.delete(ObjectKey("", "Pod", "default", "going"))
    cluster.advance(1)
    _taint(cluster, K)
    assert _told(cluster) == ["going: Marking for deletion Pod default/going"]
