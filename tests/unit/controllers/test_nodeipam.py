"""Ranges of pod addresses for nodes, however many there are."""

from ipaddress import ip_network
from typing import Any

import pytest

from kplan.api.podranges import PodRanges
from kplan.cluster import Cluster
from kplan.state.sources.nodes import make_nodes, parse_shapes


@pytest.mark.parametrize(
    ("nodes", "number", "wanted"),
    [
        (1, 0, "10.244.0.0/24"),
        (256, 255, "10.244.255.0/24"),
        (257, 256, "10.245.0.0/24"),
        (2000, 0, "10.244.0.0/24"),
        (2000, 1024, "10.240.0.0/24"),
        (32768, 32767, "10.243.255.0/24"),
        (32769, 0, "10.244.0.0/25"),
    ],
)
def test_the_cluster_is_as_wide_as_its_nodes_need(nodes: int, number: int, wanted: str) -> None:
    assert PodRanges(nodes).nth(number) == wanted


@pytest.mark.parametrize("nodes", [3, 600, 5000])
def test_ranges_do_not_overlap_each_other_or_services(nodes: int) -> None:
    ranges = PodRanges(nodes)
    networks = [ip_network(ranges.nth(number)) for number in range(nodes)]
    assert len(set(networks)) == nodes
    assert not any(network.overlaps(ip_network("10.96.0.0/12")) for network in networks)


def cidrs(cluster: Cluster) -> dict[str, Any]:
    return {node["metadata"]["name"]: node["spec"].get("podCIDR") for node in cluster.server.list("", "Node")}


def test_a_large_state_leaves_no_node_without_a_range() -> None:
    cluster = Cluster.of(make_nodes(parse_shapes("300x4cpu,8Gi")))
    cluster.run()
    assert len(set(cidrs(cluster).values())) == 300
    assert not cluster.events()


def test_a_range_is_given_again_only_when_its_turn_comes() -> None:
    cluster = Cluster.of(make_nodes(parse_shapes("2x4cpu,8Gi")))
    cluster.run()
    cluster.kubectl.run("delete", "node", "node-1")
    cluster.run()
    cluster.kubectl.apply([{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "new"}}])
    cluster.run()
    assert cidrs(cluster) == {"node-2": "10.244.1.0/24", "new": "10.244.2.0/24"}


def test_a_full_range_is_complained_of() -> None:
    cluster = Cluster.of(make_nodes(parse_shapes("256x4cpu,8Gi")))
    cluster.run()
    cluster.kubectl.apply([{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "more"}}])
    cluster.run()
    assert "Node more status is now: CIDRNotAvailable" in [event.message for event in cluster.events()]
