"""Claims that wait are not told of new volumes: the controller finds them when it looks at all claims again."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.config.scenariofile import parse
from tests.builders import node

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


def released(source: dict[str, Any], policy: str = "Delete") -> tuple[dict[str, Any] | None, list[str]]:
    """A volume whose claim was deleted, None where it is gone, and what was said of it as a warning."""
    made = volume("one")
    spec = {key: part for key, part in made["spec"].items() if key != "hostPath"}
    made["spec"] = {**spec, **source, "persistentVolumeReclaimPolicy": policy}
    cluster = Cluster.of([])
    cluster.kubectl.apply([made])
    cluster.run()
    cluster.kubectl.apply([claim("first")])
    cluster.run()
    cluster.kubectl.run("delete", "pvc", "first")
    cluster.run()
    told = [event.message for event in cluster.events() if event.type == "Warning"]
    return cluster.find(ObjectKey("", "PersistentVolume", "", "one")), told


@pytest.mark.parametrize(
    ("source", "policy", "said"),
    [
        ({"hostPath": {"path": "/data"}}, "Delete", "host_path deleter only supports /tmp/.+ but received provided /data"),
        ({"nfs": {"server": "a", "path": "/b"}}, "Delete", 'error getting deleter volume plugin for volume "one": no deletable volume plugin matched'),
        ({"fc": {"wwids": ["a"]}}, "Delete", 'error getting deleter volume plugin for volume "one": no volume plugin matched'),
    ],
)  # fmt: skip
def test_what_the_controller_cannot_delete_is_failed(source: dict[str, Any], policy: str, said: str) -> None:
    found, told = released(source, policy)
    assert found is not None
    assert (found["status"]["phase"], found["status"]["message"], told) == ("Failed", said, [said])


def test_a_directory_of_temporary_files_is_deleted() -> None:
    assert released({"hostPath": {"path": "/tmp/data"}}) == (None, [])


def test_a_driver_deletes_its_own_volumes() -> None:
    found, told = released({"csi": {"driver": "ex.com", "volumeHandle": "a"}})
    assert found is not None
    assert (found["status"]["phase"], told) == ("Released", [])


def test_a_claim_that_grows_waits_for_its_driver() -> None:
    grows = {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "manual"},
        "provisioner": "ex.com", "allowVolumeExpansion": True,
    }  # fmt: skip
    cluster = Cluster.of([])
    cluster.kubectl.apply([grows, volume("one")])
    cluster.run()
    cluster.kubectl.apply([claim("first")])
    cluster.run()
    patch = '{"spec": {"resources": {"requests": {"storage": "2Gi"}}}}'
    cluster.kubectl.run("patch", "pvc", "first", "-p", patch)
    cluster.run()
    told = [event.message for event in cluster.events() if event.reason == "ExternalExpanding"]
    assert told == ["waiting for an external controller to expand this PVC"]


def test_a_claim_is_kept_by_a_pod_that_is_done() -> None:
    done = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "default", "uid": "p"},
        "spec": {
            "nodeName": "n1", "containers": [{"name": "c", "image": "i"}],
            "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}],
        },
        "status": {"phase": "Succeeded"},
    }  # fmt: skip
    cluster = Cluster.of([node("n1"), done])
    cluster.kubectl.apply([claim("c")])
    cluster.advance(1)
    key = ObjectKey("", "PersistentVolumeClaim", "default", "c")
    cluster.server.delete(key)
    cluster.advance(5)
    assert cluster.server.find(key) is not None
    cluster.server.delete(ObjectKey("", "Pod", "default", "p"))
    cluster.advance(40)
    assert cluster.server.find(key) is None


def test_a_class_of_attributes_goes_once_no_claim_names_it() -> None:
    key = ObjectKey("storage.k8s.io", "VolumeAttributesClass", "", "gold")
    kind = {"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttributesClass"}
    gold = {**kind, "metadata": {"name": "gold"}, "driverName": "a.example", "parameters": {"a": "b"}}
    wants = claim("c")
    wants["spec"] = {**wants["spec"], "volumeAttributesClassName": "gold"}
    cluster = Cluster.of([])
    cluster.kubectl.apply([gold, {**gold, "metadata": {"name": "idle"}}, wants])
    cluster.advance(1)
    cluster.server.delete(key)
    cluster.server.delete(key._replace(name="idle"))
    cluster.advance(5)
    left = [value["metadata"]["name"] for value in cluster.server.list(*key[:2])]
    assert left == ["gold"]
    cluster.server.delete(ObjectKey("", "PersistentVolumeClaim", "default", "c"))
    cluster.advance(5)
    assert cluster.server.find(key) is None


@pytest.mark.parametrize(
    ("provisioner", "driver", "said"),
    [
        ("kubernetes.io/no-provisioner", None, "no volume plugin matched name: kubernetes.io/no-provisioner"),
        ("kubernetes.io/glusterfs", None, "no volume plugin matched name: kubernetes.io/glusterfs"),
        ("kubernetes.io/nfs", None, "no provisionable volume plugin matched"),
        ("kubernetes.io/aws-ebs", "ebs.csi.aws.com", None),
        ("csi.example.com", "csi.example.com", None),
    ],
)
def test_a_class_is_served_by_a_driver_or_by_nobody(
    provisioner: str, driver: str | None, said: str | None
) -> None:
    kind = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "manual"}}
    cluster = Cluster.of([{**kind, "provisioner": provisioner, "volumeBindingMode": "Immediate"}])
    cluster.kubectl.apply([claim("mine")])
    cluster.run()
    stored = cluster.find(ObjectKey("", "PersistentVolumeClaim", "default", "mine"))
    assert stored is not None
    assert (stored["metadata"].get("annotations") or {}).get(
        "volume.kubernetes.io/storage-provisioner"
    ) == driver
    assert bool(bound(cluster, "mine")) is (driver is not None)
    assert {event.message for event in cluster.events(0) if event.reason == "ProvisioningFailed"} == (
        {said} if said else set()
    )


def test_a_claim_is_told_of_once_more_before_its_protection_goes() -> None:
    """Whether it is used is asked of the server, which takes longer than what the volumes' loop says of it."""
    cluster = Cluster.of([node("n1")])
    mounted = {"name": "v", "persistentVolumeClaim": {"claimName": "mine"}}
    spec = {"containers": [{"name": "c", "image": "i"}], "volumes": [mounted]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    cluster.advance(1)
    cluster.kubectl.apply([claim("mine"), pod])
    cluster.run()
    mark = len(cluster.stage.timeline)
    cluster.server.delete(ObjectKey("", "Pod", "default", "p"))
    cluster.server.delete(ObjectKey("", "PersistentVolumeClaim", "default", "mine"))
    cluster.run()
    assert cluster.find(ObjectKey("", "PersistentVolumeClaim", "default", "mine")) is None
    assert [event.reason for event in cluster.events(mark) if event.object.name == "mine"] == [
        "ProvisioningFailed"
    ]


def test_a_pod_that_is_deleted_before_its_volume_is_made_is_told_of() -> None:
    kind = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "manual"}}
    kind |= {"provisioner": "csi.example.com", "volumeBindingMode": "WaitForFirstConsumer"}
    mounted = {"name": "v", "persistentVolumeClaim": {"claimName": "mine"}}
    spec = {"containers": [{"name": "c", "image": "i"}], "volumes": [mounted]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    cluster = Cluster.of([node("n1"), kind], scenario=parse({"provision": False}))
    cluster.advance(1)
    cluster.kubectl.apply([claim("mine"), pod])
    cluster.run()
    mark = len(cluster.stage.timeline)
    cluster.server.delete(ObjectKey("", "Pod", "default", "p"))
    cluster.run()
    assert [event.message for event in cluster.events(mark) if event.object.name == "p"] == [
        'running PreBind plugin "VolumeBinding": binding volumes: pod does not exist any more: pod "p" not found'
    ]
