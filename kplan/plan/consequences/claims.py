"""How the size of claims and the data of volumes are affected.

- ``claim-keeps-its-size``: the API server refuses the new size, since a claim never shrinks, or its class does not
  expand.
- ``expansion-pending``: the claim asks for more than it has; the storage driver has to expand the volume.
- ``no-more-expansion``: the class of bound claims does not allow them to grow any more.
- ``data-no-longer-kept``: the volume of a claim is deleted with it from now on, where it was kept.

Upstream: plugin/pkg/admission/storage/persistentvolume/resize/admission.go, pkg/apis/core/validation/validation.go
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, Severity, World
from kplan.plan.reading import fields, text

_WHY_IT_KEEPS_ITS_SIZE: Final = {
    "can not be less than": "a claim never shrinks; a smaller one is a new claim, to which the data is copied",
    "must support resize": "its storage class does not expand volumes, or none provisioned its volume",
    "exceeded quota": "the namespace's quota has no room for more",
    "storage usage per PersistentVolumeClaim": "a LimitRange of the namespace sets other bounds",
}
"""By words of the API server's refusal."""


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at a claim or a volume, or at the claims of a class."""
    if change.object.kind == "StorageClass":
        return _of_class(change, world)
    return _of_volume(change, world) if change.object.kind == "PersistentVolume" else _of_claim(change, world)


def _of_class(change: Change, world: World) -> Iterator[Consequence]:
    before, after = world.before(change) or {}, world.after(change)
    if not before.get("allowVolumeExpansion") or (after or {}).get("allowVolumeExpansion"):
        return
    why = "no longer allows expansion" if after else "is gone"
    for claim in world.final.list("", "PersistentVolumeClaim"):
        if text(claim, "spec", "storageClassName") == change.object.name:
            message = f"cannot grow any more: {change.object.title} {why}"
            yield Consequence("no-more-expansion", Identity.of(claim), message)


def _of_volume(change: Change, world: World) -> Iterator[Consequence]:
    before, after = world.before(change), world.after(change)
    policies = [text(one or {}, "spec", "persistentVolumeReclaimPolicy") for one in (before, after)]
    claim = fields(after or {}, "spec", "claimRef")
    if policies[1] == "Delete" != policies[0] and before and claim:
        message = f"is deleted with its data once claim {claim.get('namespace')}/{claim.get('name')} goes; before, it was kept"
        yield Consequence("data-no-longer-kept", change.object, message)


def _of_claim(change: Change, world: World) -> Iterator[Consequence]:
    before, after = world.before(change), world.after(change)
    if change.action is Action.REFUSED and before:
        for why in _why_it_keeps_its_size(before, change.refusal):
            message = f"keeps asking for {_asked(before)}: {why}"
            yield Consequence("claim-keeps-its-size", change.object, message)
    elif before and after and _quantity(_asked(before)) < _quantity(_asked(after)):
        has = fields(after, "status", "capacity").get("storage") or _asked(before)
        if _quantity(str(has)) < _quantity(_asked(after)):
            message = f"asks for {_asked(after)} and has {has}: it grows once the storage driver has expanded the volume"
            yield Consequence("expansion-pending", change.object, message, Severity.INFO)


def _why_it_keeps_its_size(claim: Json, refusal: str) -> Iterator[str]:
    if "for bound claims" in refusal and text(claim, "status", "phase") != "Bound":
        yield "only a bound claim can grow"
    yield from (why for words, why in _WHY_IT_KEEPS_ITS_SIZE.items() if words in refusal)


def _asked(claim: Json) -> str:
    return str(fields(claim, "spec", "resources", "requests").get("storage") or "0")


def _quantity(size: str) -> Quantity:
    return Quantity.parse(size)


_CLASS: Final = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: disks}
provisioner: example.com/disks
allowVolumeExpansion: %s
---
"""
_CLAIM: Final = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  storageClassName: disks
  volumeName: one
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: %s}}
---
"""
_VOLUME: Final = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: one}
spec:
  persistentVolumeReclaimPolicy: Retain
  storageClassName: disks
  accessModes: [ReadWriteOnce]
  capacity: {storage: 10Gi}
  hostPath: {path: /data}
---
"""
_QUOTA: Final = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: disks}
spec: {hard: {requests.storage: 15Gi}}
---
"""
_BOUND: Final = _CLASS % "true" + _VOLUME + _CLAIM % "10Gi"

FINDER = Finder(
    kinds=frozenset({"PersistentVolumeClaim", "PersistentVolume", "StorageClass.storage.k8s.io"}),
    find=find,
    examples=(
        Example(_BOUND + _QUOTA, _CLAIM % "20Gi", finds=("claim-keeps-its-size",)),
        Example(_BOUND, _CLAIM % "20Gi", finds=("expansion-pending",)),
        Example(
            _CLASS % "false" + _VOLUME + _CLAIM % "10Gi", _CLAIM % "20Gi", finds=("claim-keeps-its-size",)
        ),
        Example(_BOUND, _CLASS % "false", finds=("no-more-expansion",)),
        Example(_BOUND, _VOLUME.replace("Retain", "Delete"), finds=("data-no-longer-kept",)),
        Example(_VOLUME, _VOLUME.replace("Retain", "Delete")),
        Example(_BOUND, _CLAIM % "10Gi" + "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"),
    ),
)
