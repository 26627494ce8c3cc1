"""The columns of volumes, claims and storage classes.

Upstream: pkg/printers/internalversion/printers.go
"""

from kplan.api.object import Json
from kplan.kubectl.printers.columns.column import (
    AGE,
    NAME,
    NONE,
    UNSET,
    Cell,
    Column,
    Moment,
    Roster,
    at,
    dig,
    yes_or_no,
)

_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def _modes(*path: str) -> Cell:
    def cell(value: Json, _: Moment) -> str:
        given = set(dig(value, *path, default=()))
        return ",".join(short for mode, short in _MODES.items() if mode in given)

    return cell


def _phase(value: Json, moment: Moment) -> str:
    del moment
    return (
        "Terminating"
        if dig(value, "metadata", "deletionTimestamp")
        else str(dig(value, "status", "phase", default=""))
    )


def _claim(volume: Json, moment: Moment) -> str:
    del moment
    claim = dig(volume, "spec", "claimRef")
    return f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else ""


def _capacity(claim: Json, moment: Moment) -> str:
    del moment
    return (
        str(dig(claim, "status", "capacity", "storage", default="0"))
        if dig(claim, "spec", "volumeName")
        else ""
    )


def _bound_modes(claim: Json, moment: Moment) -> str:
    return str(_modes("status", "accessModes")(claim, moment)) if dig(claim, "spec", "volumeName") else ""


def _class_name(value: Json, moment: Moment) -> str:
    del moment
    default = dig(value, "metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true"
    return f"{value['metadata']['name']} (default)" if default else str(value["metadata"]["name"])


_ATTRIBUTES = Column("VOLUMEATTRIBUTESCLASS", at("spec", "volumeAttributesClassName", default=UNSET))
_CLASS = Column("STORAGECLASS", at("spec", "storageClassName"))
_MODE = Column("VOLUMEMODE", at("spec", "volumeMode", default=UNSET), wide=True)

COLUMNS: Roster = {
    ("", "PersistentVolume"): (
        NAME, Column("CAPACITY", at("spec", "capacity", "storage", default="0")), Column("ACCESS MODES", _modes("spec", "accessModes")),
        Column("RECLAIM POLICY", at("spec", "persistentVolumeReclaimPolicy")), Column("STATUS", _phase), Column("CLAIM", _claim),
        _CLASS, _ATTRIBUTES, Column("REASON", at("status", "reason")), AGE, _MODE,
    ),
    ("", "PersistentVolumeClaim"): (
        NAME, Column("STATUS", _phase), Column("VOLUME", at("spec", "volumeName")), Column("CAPACITY", _capacity),
        Column("ACCESS MODES", _bound_modes), _CLASS, _ATTRIBUTES, AGE, _MODE,
    ),
    ("storage.k8s.io", "StorageClass"): (
        Column("NAME", _class_name), Column("PROVISIONER", at("provisioner")),
        Column("RECLAIMPOLICY", at("reclaimPolicy", default="Delete")),
        Column("VOLUMEBINDINGMODE", at("volumeBindingMode", default="Immediate")),
        Column("ALLOWVOLUMEEXPANSION", yes_or_no("allowVolumeExpansion")), AGE,
    ),
    ("storage.k8s.io", "CSINode"): (
        NAME, Column("DRIVERS", lambda value, _: len(dig(value, "spec", "drivers", default=()))), AGE,
    ),
    ("storage.k8s.io", "CSIDriver"): (
        NAME, Column("ATTACHREQUIRED", yes_or_no("spec", "attachRequired", default=True)),
        Column("PODINFOONMOUNT", yes_or_no("spec", "podInfoOnMount")), Column("STORAGECAPACITY", yes_or_no("spec", "storageCapacity")),
        Column("TOKENREQUESTS", lambda value, _: ",".join(one.get("audience", "") for one in dig(value, "spec", "tokenRequests", default=())) or UNSET),
        Column("REQUIRESREPUBLISH", yes_or_no("spec", "requiresRepublish")),
        Column("MODES", lambda value, _: ",".join(dig(value, "spec", "volumeLifecycleModes", default=())) or NONE), AGE,
    ),
    ("storage.k8s.io", "CSIStorageCapacity"): (
        NAME, Column("STORAGECLASSNAME", at("storageClassName")), Column("CAPACITY", at("capacity")),
    ),
    ("storage.k8s.io", "VolumeAttributesClass"): (NAME, Column("DRIVERNAME", at("driverName")), AGE),
    ("storage.k8s.io", "VolumeAttachment"): (
        NAME, Column("ATTACHER", at("spec", "attacher")), Column("PV", at("spec", "source", "persistentVolumeName")),
        Column("NODE", at("spec", "nodeName")), Column("ATTACHED", yes_or_no("status", "attached")), AGE,
    ),
}  # fmt: skip
