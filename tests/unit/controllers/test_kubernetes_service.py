"""The Service of the API server, and where it leads, are made again within ten seconds when they are gone."""

from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.controllers.kubernetesservice import endpoints_of
from kplan.state.sources.default import kubernetes_service
from tests.builders import node

Json = dict[str, Any]
SERVICE = ObjectKey("", "Service", "default", "kubernetes")
PLACES = (
    ObjectKey("", "Endpoints", "default", "kubernetes"),
    ObjectKey("discovery.k8s.io", "EndpointSlice", "default", "kubernetes"),
)
RANGE: Json = {
    "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "kubernetes"},
    "spec": {"cidrs": ["10.43.0.0/16"]},
}  # fmt: skip


def _master() -> Json:
    value = node("master")
    value["metadata"]["labels"] = {"node-role.kubernetes.io/control-plane": ""}
    value.setdefault("status", {})["addresses"] = [{"type": "InternalIP", "address": "172.18.0.2"}]
    return value


def test_the_service_of_the_api_server_comes_back_with_its_endpoints() -> None:
    cluster = Cluster.of([_master(), *endpoints_of(["172.18.0.2"])])
    cluster.advance(3)
    before = cluster.server.get(SERVICE)
    cluster.server.delete(SERVICE)
    cluster.advance(1)
    assert cluster.find(SERVICE) is None
    cluster.advance(10)
    after = cluster.server.get(SERVICE)
    assert after["spec"] == before["spec"]
    assert after["metadata"]["labels"] == {"component": "apiserver", "provider": "kubernetes"}
    endpoints, endpointslice = (cluster.server.get(key) for key in PLACES)
    assert endpoints["subsets"][0]["addresses"] == [{"ip": "172.18.0.2"}]
    assert endpointslice["endpoints"][0]["addresses"] == ["172.18.0.2"]
    for key in PLACES:
        cluster.server.delete(key)
    cluster.advance(11)
    assert all(cluster.find(key) for key in PLACES)


def test_it_has_the_first_address_of_the_range() -> None:
    cluster = Cluster.of([node("n1"), RANGE, kubernetes_service("10.43.0.1"), *endpoints_of(["10.0.0.1"])])
    cluster.server.delete(SERVICE)
    cluster.advance(11)
    assert cluster.server.get(SERVICE)["spec"]["clusterIP"] == "10.43.0.1"


def test_nothing_comes_back_where_no_api_server_writes() -> None:
    cluster = Cluster.of([_master()])
    cluster.server.delete(SERVICE)
    cluster.advance(20)
    assert all(cluster.find(key) is None for key in (SERVICE, *PLACES))


def test_other_services_stay_away() -> None:
    cluster = Cluster.of([node("n1")])
    cluster.server.create(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web", "namespace": "default"},
            "spec": {"ports": [{"port": 80}]},
        }
    )
    cluster.server.delete(ObjectKey("", "Service", "default", "web"))
    cluster.run()
    assert cluster.find(ObjectKey("", "Service", "default", "web")) is None
