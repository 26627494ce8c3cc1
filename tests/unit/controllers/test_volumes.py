"""Claims that wait are not told of new volumes: the controller finds them when it looks at all claims again."""

from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster

SPEC = {"accessModes": ["ReadWriteOnce"], "storageClassName": "manual"}


def claim(name: str) -> dict[str, Any]:
    asked = {**SPEC, "resources": {"requests": {"storage": "1Gi"}}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": asked}


def volume(name: str) -> dict[str, Any]:
    spec = {**SPEC, "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/x"}}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}


def bound(cluster: Cluster, name: str) -> str:
    found = cluster.find(ObjectKey("", "PersistentVolumeClaim", "default", name))
    assert found is not None
    return str(found["spec"].get("volumeName", ""))


def test_a_claim_that_waits_is_bound_by_the_next_sweep() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([claim("first")])
    cluster.run()
    cluster.kubectl.apply([volume("later")])
    cluster.settle(2.2)
    assert not bound(cluster, "first")
    cluster.run()
    assert bound(cluster, "first") == "later"


def test_a_claim_that_comes_meanwhile_takes_the_volume() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([claim("first")])
    cluster.run()
    cluster.kubectl.apply([volume("later")])
    cluster.settle(2.2)
    cluster.kubectl.apply([claim("second")])
    cluster.run()
    assert (bound(cluster, "first"), bound(cluster, "second")) == ("", "later")
