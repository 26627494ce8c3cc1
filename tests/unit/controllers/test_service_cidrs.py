"""Ranges of service addresses are ready when they are there, and stay until no Service needs them."""

from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from tests.builders import node

Json = dict[str, Any]
KEY = ObjectKey("networking.k8s.io", "ServiceCIDR", "", "more")
RANGE = {
    "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "more"},
    "spec": {"cidrs": ["10.200.0.0/24"]},
}  # fmt: skip
SERVICE = {
    "apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": "default"},
    "spec": {"clusterIP": "10.200.0.7", "ports": [{"port": 80}]},
}  # fmt: skip


def _made(*objects: Json) -> Cluster:
    cluster = Cluster.of([node("n1"), *objects])
    cluster.advance(1)
    cluster.kubectl.apply([RANGE])
    cluster.advance(1)
    return cluster


def _ready(cluster: Cluster) -> tuple[str, str, str]:
    (told,) = cluster.server.get(KEY)["status"]["conditions"]
    return told["status"], told["reason"], told["message"]


def test_a_range_is_held_and_ready_and_goes_after_a_while() -> None:
    cluster = _made()
    assert cluster.server.get(KEY)["metadata"]["finalizers"] == ["networking.k8s.io/service-cidr-finalizer"]
    assert _ready(cluster) == ("True", "", "Kubernetes Service CIDR is ready")
    cluster.server.delete(KEY)
    cluster.advance(5)
    assert cluster.find(KEY) is not None
    cluster.advance(10)
    assert cluster.find(KEY) is None


def test_a_range_waits_for_the_last_service_in_it() -> None:
    cluster = _made(SERVICE)
    cluster.server.delete(KEY)
    cluster.advance(20)
    status, reason, message = _ready(cluster)
    assert (status, reason) == ("False", "Terminating")
    assert message.startswith("There are still IPAddresses referencing the ServiceCIDR")
    cluster.server.delete(ObjectKey("", "Service", "default", "s"))
    cluster.advance(20)
    assert cluster.find(KEY) is None


def test_a_larger_range_takes_its_services_over() -> None:
    larger = {**RANGE, "metadata": {"name": "larger"}, "spec": {"cidrs": ["10.200.0.0/16"]}}
    cluster = _made(SERVICE, larger)
    cluster.server.delete(KEY)
    cluster.advance(20)
    assert cluster.find(KEY) is None
