"""Ranges of service addresses are ready when they are there, and stay until no Service needs them."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.errors import StatusError
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


def test_services_have_addresses_of_every_range_that_stays() -> None:
    first = {**RANGE, "metadata": {"name": "kubernetes"}, "spec": {"cidrs": ["10.96.0.0/30"]}}
    cluster = _made(first)
    asked = {**SERVICE, "metadata": {"name": "asked", "namespace": "default"}}
    drawn = {
        **SERVICE,
        "metadata": {"name": "drawn", "namespace": "default"},
        "spec": {"ports": [{"port": 80}]},
    }
    last = {**drawn, "metadata": {"name": "last", "namespace": "default"}}
    for service in (asked, drawn, last):
        cluster.server.create(service)
    addresses = [spec["clusterIP"] for spec in _specs(cluster)]
    assert "10.200.0.7" in addresses
    assert len([one for one in addresses if one.startswith("10.96.0.")]) == 2  # kubernetes and one more
    assert len([one for one in addresses if one.startswith("10.200.0.")]) == 2
    cluster.server.delete(KEY)
    cluster.advance(1)
    with pytest.raises(StatusError, match="the provided network does not match the current range"):
        cluster.server.create(
            {**asked, "metadata": {"name": "late"}, "spec": {**SERVICE["spec"], "clusterIP": "10.200.0.9"}}
        )


def _specs(cluster: Cluster) -> list[Json]:
    return [service["spec"] for service in cluster.server.list("", "Service")]
