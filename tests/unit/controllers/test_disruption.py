"""Budgets over pods of controllers that nobody can ask for their size."""

import pytest

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import is_ready
from kplan.cluster import Cluster
from kplan.controllers import disruption
from tests.builders import node, pod_spec

OWNER = {
    "apiVersion": "ex.com/v1", "kind": "Foo", "name": "f", "uid": "11111111-2222-3333-4444-555555555555", "controller": True,
}  # fmt: skip


def test_a_kind_that_is_not_known_has_no_size() -> None:
    metadata = {"name": "a", "namespace": "default", "labels": {"app": "a"}, "ownerReferences": [OWNER]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod_spec(nodeName="n1")}
    budget = {
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b", "namespace": "default"},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "a"}}},
    }  # fmt: skip
    cluster = Cluster.of([node("n1")])
    cluster.advance(1)
    cluster.kubectl.apply([pod, budget])
    cluster.advance(1)
    found = cluster.find(ObjectKey("policy", "PodDisruptionBudget", "default", "b"))
    assert found is not None
    (condition,) = found["status"]["conditions"]
    assert condition["message"] == 'no matches for kind "Foo" in version "ex.com/v1"'


def test_pods_of_several_budgets_are_told_of_once() -> None:
    """Which budget is chosen upstream, chance decides: mostly it is the oldest."""
    metadata = {"name": "a", "namespace": "default", "labels": {"app": "a"}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod_spec(nodeName="n1")}
    budgets = [
        {
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name, "namespace": "default"},
            "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "a"}}},
        }
        for name in ("q", "p")
    ]  # fmt: skip
    cluster = Cluster.of([node("n1")])
    cluster.advance(1)
    cluster.kubectl.apply(budgets)
    cluster.advance(1)
    cluster.kubectl.apply([pod])
    cluster.advance(10)
    told = [
        (e.object.name, e.message) for e in cluster.events() if e.reason == "MultiplePodDisruptionBudgets"
    ]
    assert told == [("a", 'Pod "default"/"a" matches multiple PodDisruptionBudgets.  Chose "q" arbitrarily.')]


def _budget(name: str) -> Json:
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "a"}}}
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata, "spec": spec}


def _pod(name: str) -> Json:
    metadata = {"name": name, "namespace": "default", "labels": {"app": "a"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod_spec(nodeName="n1")}


def _healthy(cluster: Cluster, name: str) -> int:
    found = cluster.find(ObjectKey("policy", "PodDisruptionBudget", "default", name))
    assert found is not None
    return int(found["status"]["currentHealthy"])


def test_budgets_that_select_alike_count_their_pods_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Json] = []
    monkeypatch.setattr(disruption, "is_ready", lambda pod: looked.append(pod) or is_ready(pod))
    cluster = Cluster.of([node("n1")])
    cluster.run()
    cluster.kubectl.apply([_pod(f"p{number}") for number in range(5)])
    cluster.run()
    cluster.kubectl.apply([_budget(f"b{number}") for number in range(20)])
    cluster.run()
    assert {_healthy(cluster, f"b{number}") for number in range(20)} == {5}
    assert len(looked) < 20 * 5


def test_what_happened_to_pods_while_there_was_no_budget_counts() -> None:
    cluster = Cluster.of([node("n1")])
    cluster.run()
    cluster.kubectl.apply([_pod("p1"), _pod("p2"), _budget("b")])
    cluster.run()
    assert _healthy(cluster, "b") == 2
    cluster.client().delete(ObjectKey("policy", "PodDisruptionBudget", "default", "b"))
    cluster.client().delete(ObjectKey("", "Pod", "default", "p1"))
    cluster.run()
    cluster.kubectl.apply([_budget("b")])
    cluster.run()
    assert _healthy(cluster, "b") == 1
