"""The claims that are made for one pod alone, and the volumes that some are bound to before the pod has a node.

Upstream: pkg/controller/volume/{ephemeral,persistentvolume}, plugin/pkg/admission/storage/storageclass/setdefault
"""

from collections.abc import Iterator

from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.api.provisioning import claim_for, volume_for
from kplan.api.storageclasses import NO_PROVISIONER, class_of, default_class
from kplan.api.volumes import BIND_COMPLETED
from kplan.scheduler.cache import ObjectList
from kplan.scheduler.claims import storage_class, waits_for_consumer
from kplan.scheduler.plugins.volume_binding import available, capacity_of, suits


def give_claims(objects: ObjectList, pod: Json) -> None:
    """Put the claims that the pod has for itself and that are not there, bound if nobody waits for a node."""
    for claim in claims_of(pod):
        if objects.find(
            "", "PersistentVolumeClaim", claim["metadata"]["namespace"], claim["metadata"]["name"]
        ):
            continue
        if "storageClassName" not in claim["spec"]:
            name = default_class(objects.list("storage.k8s.io", "StorageClass"))
            claim["spec"] |= {"storageClassName": name} if name else {}
        if not waits_for_consumer(objects, claim):
            _bind(objects, claim)
        objects.put(claim)


def claims_of(pod: Json) -> Iterator[Json]:
    """The claims of a pod's ephemeral volumes, as they are created."""
    for volume in pod["spec"].get("volumes") or ():
        if (volume.get("ephemeral") or {}).get("volumeClaimTemplate"):
            yield claim_for(pod, volume)


def _bind(objects: ObjectList, claim: Json) -> None:
    """Bind a claim to the smallest volume that will do, or to one that its class makes; leave it if there is none."""
    volume = _smallest(objects, claim) or _made(objects, claim)
    if volume is None:
        return
    metadata = claim["metadata"]
    reference = {"namespace": metadata["namespace"], "name": metadata["name"]}
    objects.put({**volume, "spec": {**volume["spec"], "claimRef": reference}})
    metadata["annotations"] = {**annotations_of(claim), BIND_COMPLETED: "yes"}
    claim["spec"]["volumeName"] = volume["metadata"]["name"]


def _smallest(objects: ObjectList, claim: Json) -> Json | None:
    fitting = [
        volume
        for volume in objects.list("", "PersistentVolume")
        if "claimRef" not in volume["spec"]
        and class_of(volume) == class_of(claim)
        and suits(volume, claim)
        and available(volume, claim)
    ]
    return min(fitting, key=capacity_of, default=None)


def _made(objects: ObjectList, claim: Json) -> Json | None:
    """The volume that a class makes at once."""
    kind = storage_class(objects, class_of(claim)) or {}
    return volume_for(claim, kind) if kind.get("provisioner", NO_PROVISIONER) != NO_PROVISIONER else None
