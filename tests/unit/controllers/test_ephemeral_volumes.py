"""Pods get the claims of their ephemeral volumes, and what others deleted or wrote over is made again."""

from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.simulation.scenario import Scenario
from tests.builders import node

CLASS = {
    "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "fast"},
    "provisioner": "ex.com/disks", "volumeBindingMode": "WaitForFirstConsumer",
}  # fmt: skip
SPEC = {
    "accessModes": ["ReadWriteOnce"],
    "storageClassName": "fast",
    "resources": {"requests": {"storage": "1Gi"}},
}


def pod() -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "db"}}, "spec": SPEC}
    volume = {"name": "data", "ephemeral": {"volumeClaimTemplate": template}}
    containers = [{"name": "c", "image": "nginx", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}]
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "db"},
        "spec": {"containers": containers, "volumes": [volume]},
    }  # fmt: skip


def cluster_of(**scenario: Any) -> Cluster:
    cluster = Cluster.of([node("n1"), CLASS], scenario=Scenario(**scenario))
    cluster.advance(1)
    return cluster


def found(cluster: Cluster, kind: str, name: str) -> dict[str, Any] | None:
    return cluster.find(ObjectKey("", kind, "default", name))


def test_a_pod_gets_a_claim_of_its_own_and_runs() -> None:
    cluster = cluster_of()
    cluster.kubectl.apply([pod()])
    cluster.run()
    claim, owner = found(cluster, "PersistentVolumeClaim", "db-data"), found(cluster, "Pod", "db")
    assert claim is not None
    assert owner is not None
    assert claim["metadata"]["labels"] == {"app": "db"}
    assert claim["metadata"]["ownerReferences"][0]["uid"] == owner["metadata"]["uid"]
    assert (claim["status"]["phase"], owner["status"]["phase"]) == ("Bound", "Running")


def test_the_claim_goes_with_the_pod() -> None:
    cluster = cluster_of()
    cluster.kubectl.apply([pod()])
    cluster.run()
    cluster.kubectl.run("delete", "pod", "db")
    cluster.run()
    assert found(cluster, "PersistentVolumeClaim", "db-data") is None


def test_a_claim_of_that_name_that_is_not_the_pods_is_an_error() -> None:
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "db-data"},
        "spec": SPEC,
    }
    cluster = cluster_of()
    cluster.kubectl.apply([claim, pod()])
    cluster.advance(5)
    told = [event.message for event in cluster.events() if event.reason == "FailedBinding"]
    text = "ephemeral volume data: PVC default/db-data was not created for pod default/db (pod is not owner)"
    assert told[0] == text


def test_a_pod_that_waits_for_its_volumes_says_where_it_will_go() -> None:
    cluster = cluster_of(provision=False)
    cluster.kubectl.apply([pod()])
    cluster.advance(5)
    waiting = found(cluster, "Pod", "db")
    assert waiting is not None
    assert "nodeName" not in waiting["spec"]
    assert waiting["status"]["nominatedNodeName"] == "n1"
