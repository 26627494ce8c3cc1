"""What is made of what a pod asks for: the claim of an ephemeral volume, and the volume that a
provisioner makes for a claim.

Upstream: pkg/controller/volume/ephemeral/controller.go (handleVolume); provisioners are no part of it, but stand beside
    every
cluster, and the sources of volumes are those that common ones give them.
"""

from kplan.api.containers import resources_of
from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.api.volumes import PROVISIONED_BY, SELECTED_NODE, access_modes_of, volume_mode


def claim_for(pod: Json, volume: Json) -> Json:
    """The claim of a pod's ephemeral volume, which goes with the pod."""
    metadata, template = pod["metadata"], volume["ephemeral"].get("volumeClaimTemplate") or {}
    given = template.get("metadata") or {}
    owner = {
        "apiVersion": "v1", "kind": "Pod", "name": metadata["name"], "uid": metadata.get("uid") or "", "controller": True,
        "blockOwnerDeletion": True,
    }  # fmt: skip
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            **{part: given[part] for part in ("annotations", "labels") if given.get(part)},
            "name": claim_name(metadata["name"], volume["name"]),
            "namespace": metadata.get("namespace") or "default",
            "ownerReferences": [owner],
        },
        "spec": {**(template.get("spec") or {})},
    }


def claim_name(pod: str, volume: str) -> str:
    """What the claim of a pod's ephemeral volume is called."""
    return f"{pod}-{volume}"


def volume_for(claim: Json, storage_class: Json) -> Json:
    """A volume of the size asked for, bound to the claim; that of a local provisioner is on the node that was chosen.

    A claim that nobody created yet has no uid: its volume is called after it.
    """
    metadata, spec, provisioner = claim["metadata"], claim["spec"], storage_class["provisioner"]
    uid = metadata.get("uid")
    name = f"pvc-{uid}" if uid else f"pvc-{metadata['namespace']}-{metadata['name']}"
    volume: Json = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {PROVISIONED_BY: provisioner}},
        "spec": {
            "capacity": {"storage": resources_of(spec, "requests").get("storage", "0")},
            "accessModes": [*access_modes_of(claim)],
            "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
            "storageClassName": storage_class["metadata"]["name"],
            "volumeMode": volume_mode(spec),
            **_source(provisioner, name),
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                **({"uid": uid} if uid else {}),
            },
        },
    }
    node = annotations_of(claim).get(SELECTED_NODE)
    if node and storage_class.get("volumeBindingMode") == "WaitForFirstConsumer" and _is_local(provisioner):
        field = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
        volume["spec"]["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [field]}]}}
    return volume


def _source(provisioner: str, name: str) -> Json:
    """CSI drivers are named by a domain; others (``rancher.io/local-path``) make a directory,
    as far as anybody sees.
    """
    if "/" in provisioner:
        return {"hostPath": {"path": f"/opt/{provisioner}/{name}"}}
    return {"csi": {"driver": provisioner, "volumeHandle": name}}


def _is_local(provisioner: str) -> bool:
    """Provisioners that make a directory on the chosen node."""
    return "local" in provisioner or "hostpath" in provisioner
