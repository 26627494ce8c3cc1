"""The columns of volumes, claims and storage classes.

Upstream: pkg/printers/internalversion/printers.go
"""

from collections.abc import Iterable

from kplan.api.core.claim import PersistentVolumeClaim
from kplan.api.core.persistentvolume import PersistentVolume
from kplan.api.storage import CSIDriver, CSINode, StorageClass
from kplan.api.storageclasses import says_default
from kplan.kubectl.printers.columns.column import (
    AGE,
    CREATED_AT,
    NAME,
    NONE,
    UNSET,
    Column,
    Roster,
    at,
    of,
    yes_or_no,
)

_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def access_modes(modes: Iterable[str]) -> str:
    """Access modes in short, each once."""
    found = set(modes)
    return ",".join(short for mode, short in _MODES.items() if mode in found)


def _phase(value: PersistentVolume | PersistentVolumeClaim) -> str:
    return "Terminating" if value.metadata.deletion_timestamp else value.status.phase


def _claim(volume: PersistentVolume) -> str:
    claim = volume.spec.claim_ref
    return f"{claim.namespace}/{claim.name}" if claim else ""


def _capacity(claim: PersistentVolumeClaim) -> str:
    return str(claim.status.capacity.get("storage", "0")) if claim.spec.volume_name else ""


def _bound_modes(claim: PersistentVolumeClaim) -> str:
    return access_modes(claim.status.access_modes) if claim.spec.volume_name else ""


def _class_name(found: StorageClass) -> str:
    return (
        f"{found.metadata.name} (default)"
        if says_default(found.metadata.annotations)
        else found.metadata.name
    )


_ATTRIBUTES = Column("VOLUMEATTRIBUTESCLASS", at("spec", "volumeAttributesClassName", default=UNSET))
_CLASS = Column("STORAGECLASS", at("spec", "storageClassName"))
_MODE = Column("VOLUMEMODE", at("spec", "volumeMode", default=UNSET), wide=True)

COLUMNS: Roster = {
    ("", "PersistentVolume"): (
        NAME, Column("CAPACITY", at("spec", "capacity", "storage", default="0")), Column("ACCESS MODES", of(PersistentVolume, lambda one: access_modes(one.spec.access_modes))),
        Column("RECLAIM POLICY", at("spec", "persistentVolumeReclaimPolicy")), Column("STATUS", of(PersistentVolume, _phase)), Column("CLAIM", of(PersistentVolume, _claim)),
        _CLASS, _ATTRIBUTES, Column("REASON", at("status", "reason")), AGE, _MODE,
    ),
    ("", "PersistentVolumeClaim"): (
        NAME, Column("STATUS", of(PersistentVolumeClaim, _phase)), Column("VOLUME", at("spec", "volumeName")), Column("CAPACITY", of(PersistentVolumeClaim, _capacity)),
        Column("ACCESS MODES", of(PersistentVolumeClaim, _bound_modes)), _CLASS, _ATTRIBUTES, AGE, _MODE,
    ),
    ("storage.k8s.io", "StorageClass"): (
        Column("NAME", of(StorageClass, _class_name)), Column("PROVISIONER", at("provisioner")),
        Column("RECLAIMPOLICY", at("reclaimPolicy", default="Delete")),
        Column("VOLUMEBINDINGMODE", at("volumeBindingMode", default="Immediate")),
        Column("ALLOWVOLUMEEXPANSION", yes_or_no("allowVolumeExpansion")), AGE,
    ),
    ("storage.k8s.io", "CSINode"): (
        NAME, Column("DRIVERS", of(CSINode, lambda one: len(one.spec.drivers))), AGE,
    ),
    ("storage.k8s.io", "CSIDriver"): (
        NAME, Column("ATTACHREQUIRED", yes_or_no("spec", "attachRequired", default=True)),
        Column("PODINFOONMOUNT", yes_or_no("spec", "podInfoOnMount")), Column("STORAGECAPACITY", yes_or_no("spec", "storageCapacity")),
        Column("TOKENREQUESTS", of(CSIDriver, lambda one: ",".join(token.audience for token in one.spec.token_requests) or UNSET)),
        Column("REQUIRESREPUBLISH", yes_or_no("spec", "requiresRepublish")),
        Column("MODES", of(CSIDriver, lambda one: ",".join(one.spec.volume_lifecycle_modes) or NONE)), AGE,
    ),
    ("storage.k8s.io", "CSIStorageCapacity"): CREATED_AT,
    ("storage.k8s.io", "VolumeAttributesClass"): (NAME, Column("DRIVERNAME", at("driverName")), AGE),
    ("storage.k8s.io", "VolumeAttachment"): (
        NAME, Column("ATTACHER", at("spec", "attacher")), Column("PV", at("spec", "source", "persistentVolumeName")),
        Column("NODE", at("spec", "nodeName")), Column("ATTACHED", yes_or_no("status", "attached")), AGE,
    ),
}  # fmt: skip
