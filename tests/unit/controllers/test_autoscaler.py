"""A run does not end before an autoscaler has had its say about a size that somebody set."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster

Json = dict[str, Any]
LABELS = {"app": "web"}


def node() -> Json:
    room = {"cpu": "64", "memory": "64Gi", "pods": "200"}
    status = {"capacity": room, "allocatable": room, "conditions": [{"type": "Ready", "status": "True"}]}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "status": status}


def workload(kind: str, size: int, name: str = "web") -> Json:
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "c", "image": "web:1"}]}}
    spec: Json = {"selector": {"matchLabels": LABELS}, "template": template}
    spec |= {} if kind == "DaemonSet" else {"replicas": size}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def autoscaler(kind: str, name: str = "web") -> Json:
    target = {"apiVersion": "apps/v1", "kind": kind, "name": "web"}
    spec = {"minReplicas": 3, "maxReplicas": 5, "scaleTargetRef": target}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name},
        "spec": spec,
    }


def size(made: Cluster, kind: str) -> int:
    found = made.find(ObjectKey("apps", kind, "default", "web"))
    assert found is not None
    return int(found["spec"]["replicas"])


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "ReplicaSet"])
@pytest.mark.parametrize(("given", "expected"), [(1, 3), (4, 4), (9, 5)])
def test_a_size_outside_the_bounds_is_set_back(kind: str, given: int, expected: int) -> None:
    made = Cluster.of([node()])
    made.kubectl.apply([workload(kind, 3), autoscaler(kind)])
    made.run()
    assert size(made, kind) == 3
    made.kubectl.apply([workload(kind, given)])
    made.run()
    assert size(made, kind) == expected
    assert len(made.store.list("", "Pod")) == expected


def test_a_target_that_comes_after_its_autoscaler_is_scaled() -> None:
    made = Cluster.of([node()])
    made.kubectl.apply([autoscaler("Deployment")])
    made.run()
    made.kubectl.apply([workload("Deployment", 1)])
    made.run()
    assert size(made, "Deployment") == 3


def test_a_size_that_nobody_scales_is_not_waited_for() -> None:
    made = Cluster.of([node()])
    made.kubectl.apply([workload("Deployment", 1, "other"), autoscaler("Deployment")])
    made.run()
    before = made.stage.clock.now
    made.kubectl.apply([workload("Deployment", 2, "other")])
    made.run()
    assert made.stage.clock.now - before < 15_000_000


@pytest.mark.parametrize(
    ("version", "kind", "said"),
    [
        ("apps/v1", "DaemonSet", "the server could not find the requested resource"),
        ("batch/v1", "Job", "the server could not find the requested resource"),
        ("apps/v1", "Deployment", 'deployments.apps "web" not found'),
        ("ex.com/v1", "Foo", 'no matches for kind "Foo" in group "ex.com"'),
    ],
)
def test_what_has_no_scale_is_told_apart(version: str, kind: str, said: str) -> None:
    scaler = autoscaler(kind)
    scaler["spec"]["scaleTargetRef"]["apiVersion"] = version
    made = Cluster.of([node()])
    made.kubectl.apply([workload("DaemonSet", 1), scaler] if kind == "DaemonSet" else [scaler])
    made.run()
    assert said in [event.message for event in made.events() if event.reason == "FailedGetScale"]


@pytest.mark.parametrize(
    ("paths", "reason"),
    [({}, "InvalidSelector"), ({"labelSelectorPath": ".status.selector"}, "FailedGetResourceMetric")],
)
def test_a_custom_kind_whose_scale_says_nothing_of_pods_is_not_scaled(
    paths: dict[str, str], reason: str
) -> None:
    scale = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas", **paths}
    version = {
        "name": "v1", "served": True, "storage": True, "subresources": {"scale": scale},
        "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
    }  # fmt: skip
    names = {"plural": "foos", "singular": "foo", "kind": "Foo"}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "foos.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }  # fmt: skip
    foo = {
        "apiVersion": "example.com/v1",
        "kind": "Foo",
        "metadata": {"name": "web"},
        "spec": {"replicas": 3},
    }
    scaler = autoscaler("Foo")
    scaler["spec"]["scaleTargetRef"]["apiVersion"] = "example.com/v1"
    made = Cluster.of([definition])
    made.kubectl.apply([foo, scaler])
    made.run()
    found = made.find(ObjectKey("autoscaling", "HorizontalPodAutoscaler", "default", "web"))
    assert found is not None
    reasons = {item["type"]: item["reason"] for item in found["status"]["conditions"]}
    assert reasons["ScalingActive"] == reason
