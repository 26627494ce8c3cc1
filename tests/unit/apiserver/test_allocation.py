"""Cluster addresses and node ports: drawn, taken, kept, refused."""

import random
from typing import Any

import pytest

from kplan.apiserver.errors import StatusError
from kplan.apiserver.holdings import Holdings
from kplan.apiserver.server import Server
from kplan.state.store import Store

PORT = {"port": 80, "protocol": "TCP", "targetPort": 80}


def service(name: str = "s", **spec: Any) -> dict[str, Any]:
    spec = {"ports": [PORT], "selector": {"a": "b"}, **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def refusal(server: Server, manifest: dict[str, Any]) -> str:
    with pytest.raises(StatusError) as caught:
        server.create(manifest)
    assert caught.value.code == 422
    return caught.value.message


def test_an_address_is_drawn_and_kept(server: Server) -> None:
    spec = server.create(service()).value["spec"]
    assert spec["clusterIPs"] == [spec["clusterIP"]]
    assert spec["clusterIP"].startswith("10.96.")
    assert (spec["ipFamilies"], spec["ipFamilyPolicy"]) == (["IPv4"], "SingleStack")
    assert server.create(service("t")).value["spec"]["clusterIP"] != spec["clusterIP"]
    assert server.update(service()).value["spec"]["clusterIP"] == spec["clusterIP"]


def test_no_address_where_none_is_wanted(server: Server) -> None:
    assert server.create(service(clusterIP="None")).value["spec"]["clusterIPs"] == ["None"]
    external = service("e", type="ExternalName", externalName="example.com", selector=None)
    assert "clusterIP" not in server.create(external).value["spec"]


def test_a_service_that_becomes_a_name_keeps_nothing_of_its_address_nor_of_its_traffic(
    server: Server,
) -> None:
    server.create(service())
    named = service(type="ExternalName", externalName="example.com", selector=None, ports=None)
    spec = server.update(named).value["spec"]
    assert spec == {"type": "ExternalName", "externalName": "example.com", "sessionAffinity": "None"}


def test_a_chosen_address_has_to_be_free_and_in_range(server: Server) -> None:
    server.create(service(clusterIP="10.96.7.7"))
    taken = refusal(server, service("t", clusterIP="10.96.7.7"))
    assert taken == (
        'Service "t" is invalid: spec.clusterIPs: Invalid value: ["10.96.7.7"]: failed to allocate IP 10.96.7.7: '
        "provided IP is already allocated"
    )
    assert server.create(service("v", clusterIP="10.100.7.7")).value["spec"]["clusterIP"] == "10.100.7.7"
    assert "192.168.0.1: the provided network does not match the current range" in (
        refusal(server, service("u", clusterIP="192.168.0.1"))
    )


def test_the_range_follows_the_cluster(server: Server) -> None:
    held = service("old", clusterIP="172.20.0.1", clusterIPs=["172.20.0.1"], type="ClusterIP")
    held["metadata"]["namespace"] = "default"
    server.load([held])
    assert server.create(service()).value["spec"]["clusterIP"].startswith("172.20.")


def test_node_ports(server: Server) -> None:
    chosen = service("a", type="NodePort", ports=[{**PORT, "nodePort": 30080}])
    assert server.create(chosen).value["spec"]["ports"][0]["nodePort"] == 30080
    drawn = server.create(service("b", type="NodePort")).value["spec"]["ports"][0]["nodePort"]
    assert 30000 <= drawn <= 32767
    assert refusal(server, {**chosen, "metadata": {"name": "c"}}) == (
        'Service "c" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated'
    )
    outside = service("d", type="NodePort", ports=[{**PORT, "nodePort": 80}])
    assert "provided port is not in the valid range. The range of valid ports is 30000-32767" in (
        refusal(server, outside)
    )


def test_a_type_change_clears_what_no_longer_applies(server: Server) -> None:
    server.create(service(type="NodePort"))
    spec = server.update(service(type="ClusterIP")).value["spec"]
    assert "nodePort" not in spec["ports"][0]
    assert spec["clusterIP"].startswith("10.96.")


def test_a_local_load_balancer_gets_a_port_for_health_checks(server: Server) -> None:
    spec = server.create(service(type="LoadBalancer", externalTrafficPolicy="Local")).value["spec"]
    assert 30000 <= spec["healthCheckNodePort"] <= 32767
    assert spec["healthCheckNodePort"] != spec["ports"][0]["nodePort"]
    assert spec["allocateLoadBalancerNodePorts"] is True


@pytest.mark.parametrize("seed", range(6))
def test_what_is_held_is_what_the_services_hold_now(seed: int) -> None:
    chance, store = random.Random(seed), Store()
    addresses = [f"10.96.{number}.7" for number in range(9)] + ["None", "", "fd00::1", "odd"]
    for _ in range(60):
        spec = {
            "clusterIP": chance.choice(addresses),
            "ports": [{"nodePort": chance.randrange(30000, 30006)}],
        }
        metadata = {"name": f"s{chance.randrange(8)}", "namespace": "default"}
        value = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
        way = chance.random()
        if way < 0.3:
            store.delete(Store.key_of(value))
        elif way < 0.4:
            store.load([value])
        else:
            store.put(value)
        if chance.random() < 0.5:
            continue
        held, anew = Holdings.of(store), Holdings.of(store.fork())
        assert list(held.bounds) == list(anew.bounds)
        assert [*map(held.has_address, addresses)] == [*map(anew.has_address, addresses)]
        ports = range(30000, 30006)
        assert [*map(held.has_port, ports)] == [*map(anew.has_port, ports)]
