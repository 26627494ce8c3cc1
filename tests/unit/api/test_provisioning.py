"""One volume is made for a claim, whoever asks:
the controller for one that is stored, a forecast for one that is not.
"""

from typing import Any

import pytest

from kplan.api.provisioning import volume_for
from kplan.scheduler.cache import ObjectList
from kplan.scheduler.ownclaims import give_claims

Json = dict[str, Any]


def claim(**metadata: Any) -> Json:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "3Gi"}}}
    return {"metadata": {"name": "data", "namespace": "shop", **metadata}, "spec": spec}


def storage_class(provisioner: str = "ebs.csi.aws.com", **fields: Any) -> Json:
    return {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "fast"},
        "provisioner": provisioner, **fields,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("metadata", "name", "uid"), [({"uid": "u-1"}, "pvc-u-1", "u-1"), ({}, "pvc-shop-data", None)]
)
def test_a_volume_is_bound_to_its_claim(metadata: Json, name: str, uid: str | None) -> None:
    made = volume_for(claim(**metadata), storage_class())
    assert made["metadata"]["name"] == name
    assert made["spec"]["capacity"] == {"storage": "3Gi"}
    assert made["spec"]["claimRef"].get("uid") == uid
    assert made["spec"]["csi"] == {"driver": "ebs.csi.aws.com", "volumeHandle": name}


@pytest.mark.parametrize("mode", ["Immediate", "WaitForFirstConsumer"])
def test_a_local_volume_is_on_the_node_that_was_chosen(mode: str) -> None:
    chosen = claim(uid="u-1", annotations={"volume.kubernetes.io/selected-node": "n-1"})
    made = volume_for(chosen, storage_class("rancher.io/local-path", volumeBindingMode=mode))
    assert ("nodeAffinity" in made["spec"]) == (mode == "WaitForFirstConsumer")
    assert made["spec"]["hostPath"] == {"path": "/opt/rancher.io/local-path/pvc-u-1"}


def test_a_forecast_makes_the_volume_that_the_controller_would() -> None:
    template = {"spec": {**claim()["spec"], "storageClassName": "fast"}}
    spec = {"volumes": [{"name": "data", "ephemeral": {"volumeClaimTemplate": template}}]}
    objects = ObjectList([storage_class()])
    give_claims(objects, {"metadata": {"name": "web", "namespace": "shop", "uid": "p-1"}, "spec": spec})
    (volume,) = objects.list("", "PersistentVolume")
    (made,) = objects.list("", "PersistentVolumeClaim")
    assert made["spec"]["volumeName"] == volume["metadata"]["name"] == "pvc-shop-web-data"
    assert volume["spec"]["capacity"] == {"storage": "3Gi"}
