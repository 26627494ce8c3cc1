"""Pods that are known in sum place others as pods do that were all looked at."""

import json
import random
from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.scheduler.cache import Cache
from kplan.scheduler.matchers import CarriesTerm, Selected, TermKind
from kplan.scheduler.podinfo import AffinityTerm
from kplan.scheduler.unseen import Unseen, Use
from kplan.selectors.labels import Selector
from kplan.simulation.rest import Rest
from kplan.state.glance import Unread
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


@pytest.mark.parametrize("seed", range(8))
def test_pods_that_are_texts_are_looked_at_where_they_matter(seed: int) -> None:
    store, rest = at_rest(random.Random(seed))
    assert placed(as_texts(store), rest, seed) == placed(store, rest._replace(sums={}), seed)


def as_texts(store: Store) -> Store:
    pairs = [
        (store.key_of(value), Unread(json.dumps(value, separators=(",", ":"), ensure_ascii=False)))
        for value in store
    ]
    return Store.of_texts(pairs, store.revision, None)


class Running:
    """Pods by node, and which nodes were looked at."""

    def __init__(self, pods: dict[str, list[Json]]) -> None:
        self.pods = pods
        self.seen: list[str] = []

    def on(self, node: str) -> list[Json]:
        self.seen.append(node)
        return self.pods[node]

    def places_of(self, namespace: str, label: tuple[str, str]) -> list[str]:
        assert namespace == "default"
        return [
            name
            for name, pods in self.pods.items()
            for one in pods
            if label in one["metadata"]["labels"].items()
        ]

    def places_naming(self, word: str) -> list[str]:
        return [name for name, pods in self.pods.items() if word in json.dumps(pods)]


def test_counts_look_at_the_nodes_that_may_matter_and_come_to_the_same() -> None:
    draw = random.Random(7)
    nodes = list(make_nodes(parse_shapes("8x4cpu,8Gi,20pods")))
    names = [node["metadata"]["name"] for node in nodes]
    running = Running({name: [pod(draw, f"{name}-{number}") for number in range(2)] for name in names})
    whole = Cache(nodes, [(one, name) for name in names for one in running.pods[name]], incremental=False)
    resting = Cache(nodes, incremental=False)
    resting.rest(Unseen(whole.uses(), running))
    template = whole.parser.parse(
        {**pod(draw, "new"), "metadata": {"name": "new", "namespace": "default", "labels": {"app": "a"}}}
    ).template
    kinds: tuple[TermKind, ...] = ("preferred affinity", "preferred anti-affinity")
    for kind in kinds:
        assert resting.counts.terms(kind, template) == whole.counts.terms(kind, template)
    carrying = {*running.places_naming('"podAffinity"'), *running.places_naming('"podAntiAffinity"')}
    assert set(running.seen) == carrying < set(names)
    labelled = {*running.places_of("default", ("app", "b"))}
    for matcher in (
        Selected("default", Selector.from_set({"app": "b"})),
        *map(carries, whole.counts.terms(kinds[0], template)),
    ):
        key = "kubernetes.io/hostname"
        assert resting.counts.by_label(matcher, key) == whole.counts.by_label(matcher, key)
        assert set(running.seen) == carrying | labelled


def carries(term: AffinityTerm) -> CarriesTerm:
    return CarriesTerm("preferred affinity", term)


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
