"""Pods that are known in sum place others as pods do that were all looked at."""

import random
from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.scheduler.unseen import Use
from kplan.simulation.rest import Rest
from kplan.state.sources.nodes import make_nodes, parse_shapes
from kplan.state.store import Store

Json = dict[str, Any]
TERM = {"labelSelector": {"matchLabels": {"app": "a"}}, "topologyKey": "kubernetes.io/hostname"}


def pod(draw: random.Random, name: str) -> Json:
    """A pod that asks for whatever a scheduler counts."""
    container: Json = {"name": "main", "image": "x"}
    if draw.random() < 0.7:
        requests = {"cpu": draw.choice(("100m", "700m", "1500m")), "memory": "64Mi"}
        container["resources"] = {"requests": requests}
    if draw.random() < 0.2:
        container["ports"] = [{"containerPort": 80, "hostPort": draw.choice((80, 81))}]
    spec: Json = {"containers": [container]}
    if draw.random() < 0.3:
        kind = draw.choice(("podAffinity", "podAntiAffinity"))
        preferred = [{"weight": 5, "podAffinityTerm": TERM}]
        spec["affinity"] = {kind: {"preferredDuringSchedulingIgnoredDuringExecution": preferred}}
    if draw.random() < 0.3:
        chosen = draw.choice(
            ({"matchLabels": {"app": "a"}}, {"matchExpressions": [{"key": "app", "operator": "Exists"}]})
        )
        spec["topologySpreadConstraints"] = [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": chosen,
            }
        ]
    labels = {"app": draw.choice("abc")}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": labels},
        "spec": spec,
    }


def at_rest(draw: random.Random) -> tuple[Store, Rest]:
    cluster = Cluster.of(make_nodes(parse_shapes("6x4cpu,8Gi,20pods")))
    cluster.run()
    for number in range(25):
        cluster.client().create(pod(draw, f"old-{number}"))
        cluster.run()
    for waiting in [one for one in cluster.store.list("", "Pod") if not one["spec"].get("nodeName")]:
        cluster.client().delete(cluster.store.key_of(waiting))
    cluster.run()
    return cluster.store, cluster.stage.rest()


def placed(store: Store, rest: Rest, seed: int) -> list[tuple[str, str]]:
    """Where pods come to run, some of the old ones having gone."""
    draw = random.Random(seed)
    cluster = Cluster(store.fork(), start=rest.at, rest=rest)
    for number in range(8):
        if draw.random() < 0.5:
            gone = draw.choice(cluster.store.list("", "Pod"))
            cluster.client().delete(cluster.store.key_of(gone))
        cluster.client().create(pod(draw, f"new-{number}"))
        cluster.run()
    return [
        (one["metadata"]["name"], one["spec"].get("nodeName", "")) for one in cluster.store.list("", "Pod")
    ]


@pytest.mark.parametrize("seed", range(8))
def test_pods_are_placed_alike(seed: int) -> None:
    store, rest = at_rest(random.Random(seed))
    assert rest.sums["default-scheduler"]
    assert placed(store, rest, seed) == placed(store, rest._replace(sums={}), seed)


@pytest.mark.parametrize("sums", [[], {"node-1": [1]}, {"node-1": [1, {}, [1, "x"], [], []]}, 5])
def test_sums_that_cannot_be_read_are_not_believed(sums: Any) -> None:
    store, rest = at_rest(random.Random(1))
    damaged = rest._replace(sums={"default-scheduler": sums})
    assert placed(store, damaged, 1) == placed(store, rest, 1)


def test_sums_are_those_of_all_pods() -> None:
    store, rest = at_rest(random.Random(2))
    cluster = Cluster(store.fork(), start=rest.at, rest=rest)
    cluster.client().create(pod(random.Random(5), "one-more"))
    cluster.run()
    everything = Cluster(cluster.store.fork(), start=cluster.clock.now)
    everything.run()
    assert known(cluster) == known(everything)


def known(cluster: Cluster) -> dict[str, Any]:
    sums = cluster.stage.rest().sums["default-scheduler"]
    uses = {node: Use.from_json(use) for node, use in sums.items()}
    return {node: (use.pods, use.non_zero, use.claims) for node, use in uses.items() if use.pods}
