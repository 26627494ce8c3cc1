"""How long the kubelets of a cluster of a size may keep what they read."""

from collections import Counter

import pytest

from kplan.cluster import Cluster
from kplan.state.sources.nodes import make_nodes, parse_shapes
from tests.builders import node

TTL = "node.alpha.kubernetes.io/ttl"


def ttls(cluster: Cluster) -> Counter[str | None]:
    nodes = cluster.server.list("", "Node")
    return Counter((value["metadata"].get("annotations") or {}).get(TTL) for value in nodes)


def come(cluster: Cluster, *names: str) -> None:
    cluster.kubectl.apply(
        [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}} for name in names]
    )
    cluster.run()


def test_a_node_that_comes_is_annotated_and_what_was_there_is_as_it_was() -> None:
    cluster = Cluster.of([node("n1"), node("n2")])
    cluster.run()
    assert ttls(cluster) == {None: 2}
    come(cluster, "new")
    assert ttls(cluster) == {None: 2, "0": 1}


@pytest.mark.parametrize(("nodes", "seconds"), [(100, "0"), (101, "15"), (1001, "60")])
def test_nodes_that_are_made_have_what_their_number_calls_for(nodes: int, seconds: str) -> None:
    made = make_nodes(parse_shapes(f"{nodes}x4cpu,8Gi"))
    assert {value["metadata"]["annotations"][TTL] for value in made} == {seconds}


def test_a_cluster_that_outgrows_its_size_tells_every_node() -> None:
    cluster = Cluster.of(make_nodes(parse_shapes("99x4cpu,8Gi")))
    cluster.run()
    come(cluster, "a")
    assert ttls(cluster) == {"0": 100}
    come(cluster, "b")
    assert ttls(cluster) == {"15": 101}
    cluster.kubectl.run("delete", "node", *(f"node-{number}" for number in range(1, 12)))
    cluster.run()
    assert ttls(cluster) == {"15": 90}
    cluster.kubectl.run("delete", "node", "node-12")
    cluster.run()
    assert ttls(cluster) == {"0": 89}
