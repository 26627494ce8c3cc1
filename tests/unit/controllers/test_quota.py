"""What quotas count, and when they count again."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.errors import StatusError
from kplan.cluster import Cluster
from tests.builders import node, pod_spec

Json = dict[str, Any]
DEVICES = "gpu.deviceclass.resource.k8s.io/devices"


def _quota(**hard: str) -> Json:
    return {
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q", "namespace": "default"}, "spec": {"hard": hard},
    }  # fmt: skip


def _used(cluster: Cluster) -> Json:
    used: Json = cluster.server.get(ObjectKey("", "ResourceQuota", "default", "q"))["status"]["used"]
    return used


def _claim(name: str, *requests: Json) -> Json:
    return {
        "apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": name, "namespace": "default"},
        "spec": {"devices": {"requests": list(requests)}},
    }  # fmt: skip


def test_a_pod_that_is_held_back_from_going_is_not_charged() -> None:
    """Another may take its place, although it is there still."""
    cluster = Cluster.of([node("n1")])
    cluster.advance(1)
    template = {
        "metadata": {"labels": {"app": "w"}, "finalizers": ["example.com/x"]},
        "spec": pod_spec(terminationGracePeriodSeconds=0),
    }
    owner = {
        "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "w", "namespace": "default"},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "w"}}, "template": template},
    }  # fmt: skip
    cluster.kubectl.apply([_quota(pods="2")])
    cluster.advance(1)
    cluster.kubectl.apply([owner])
    cluster.advance(5)
    first = cluster.server.list("", "Pod", "default")[0]["metadata"]["name"]
    cluster.server.delete(ObjectKey("", "Pod", "default", first))
    cluster.advance(5)
    assert len(cluster.server.list("", "Pod", "default")) == 3
    assert _used(cluster) == {"pods": "2"}


def test_devices_are_counted_by_class() -> None:
    """Of alternatives the most that one of them takes counts, of all devices as many as there may be."""
    cluster = Cluster.of([])
    cluster.kubectl.apply([_quota(**{DEVICES: "40", "count/resourceclaims.resource.k8s.io": "9"})])
    cluster.advance(1)
    two = {"deviceClassName": "gpu", "allocationMode": "ExactCount", "count": 2}
    options = [
        {"name": "a", **two},
        {"name": "b", **two, "count": 3},
        {"name": "c", "deviceClassName": "nic"},
    ]
    cluster.server.create(
        _claim("a", {"name": "r", "exactly": {"deviceClassName": "gpu"}}, {"name": "s", "exactly": two})
    )
    cluster.server.create(_claim("b", {"name": "r", "firstAvailable": options}))
    cluster.server.create(
        _claim("c", {"name": "r", "exactly": {"deviceClassName": "gpu", "allocationMode": "All"}})
    )
    cluster.advance(1)
    assert _used(cluster) == {DEVICES: "38", "count/resourceclaims.resource.k8s.io": "3"}
    with pytest.raises(StatusError) as refused:
        cluster.server.create(_claim("d", {"name": "r", "exactly": {**two, "count": 3}}))
    assert refused.value.message == (
        'resourceclaims.resource.k8s.io "d" is forbidden: exceeded quota: q, requested: '
        f"{DEVICES}=3, used: {DEVICES}=38, limited: {DEVICES}=40"
    )


def test_only_what_something_uses_has_a_place_in_the_status() -> None:
    """As a real control plane has it: Events, kinds of no namespace and names of nothing are not counted."""
    cluster = Cluster.of([])
    counted = ["count/endpoints", "count/podtemplates", "count/foos.example.com", "requests.example.com/gpu"]
    counted += [
        "gold.storageclass.storage.k8s.io/requests.storage",
        "hugepages-2Mi",
        "replicationcontrollers",
    ]
    others = ["count/events", "count/events.events.k8s.io", "count/bindings", "count/nodes", "count/widgets"]
    others += ["example.com/foo", "limits.example.com/gpu"]
    cluster.server.create(_quota(**dict.fromkeys([*counted, *others, DEVICES], "3")))
    cluster.advance(1)
    assert _used(cluster) == dict.fromkeys([*counted, DEVICES], "0")
