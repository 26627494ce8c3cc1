"""Which claims serve one node, or one pod, at a time.

Upstream: pkg/volume/util/util.go (IsMultiAttachAllowed), pkg/volume/csi/csi_plugin.go (CanAttach)
"""

from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.api.volumes import PROVISIONED_BY, access_modes_of
from kplan.namedtuples import NamedTuple
from kplan.plan.reading import fields, text
from kplan.state.store import Store

_DISKS: Final = (
    "awsElasticBlockStore",
    "gcePersistentDisk",
    "azureDisk",
    "cinder",
    "vsphereVolume",
    "fc",
    "iscsi",
)
"""Sources of volumes that are attached; files of a server, folders and local disks are not."""
_DISK_PROVISIONERS: Final = frozenset(
    f"kubernetes.io/{name}" for name in ("aws-ebs", "gce-pd", "azure-disk", "cinder", "vsphere-volume")
)
_DISK_DRIVERS: Final = frozenset(
    {
        "block.csi.vultr.com",
        "blockvolume.csi.oraclecloud.com",
        "cinder.csi.openstack.org",
        "csi.exoscale.com",
        "csi.hetzner.cloud",
        "csi.scaleway.com",
        "csi.vsphere.vmware.com",
        "disk.csi.azure.com",
        "diskplugin.csi.alibabacloud.com",
        "dobs.csi.digitalocean.com",
        "driver.longhorn.io",
        "ebs.csi.aws.com",
        "linodebs.csi.linode.com",
        "pd.csi.storage.gke.io",
        "rbd.csi.ceph.com",
        "vpc.block.csi.ibm.io",
    }
)
"""Drivers that are known to attach, if the state does not hold their CSIDriver."""
_OTHER_DRIVERS: Final = frozenset(
    {
        "blob.csi.azure.com",
        "cephfs.csi.ceph.com",
        "efs.csi.aws.com",
        "file.csi.azure.com",
        "filestore.csi.storage.gke.io",
        "fsx.csi.aws.com",
        "local.csi.openebs.io",
        "nfs.csi.k8s.io",
        "smb.csi.k8s.io",
        "zfs.csi.openebs.io",
    }
)
"""Drivers that are known not to."""
_ONE_POD: Final = "ReadWriteOncePod"
_SHARED: Final = frozenset({"ReadWriteMany", "ReadOnlyMany"})


class Limit(NamedTuple):
    """That a claim serves one node, or one pod, at a time."""

    modes: str
    """The access modes that say so: ``ReadWriteOnce``."""
    one_pod: bool = False
    driver: str = ""
    """The driver of the volume, if nobody can tell whether it attaches volumes to nodes."""


def limit_of(claim: ObjectKey, store: Store) -> Limit | None:
    """How many a claim serves; None if there is no limit, or no volume yet."""
    stored = store.get(claim)
    if stored is None:
        return None
    if _ONE_POD in access_modes_of(stored):
        return Limit(_ONE_POD, one_pod=True)
    name = text(stored, "spec", "volumeName")
    volume = store.get(ObjectKey("", "PersistentVolume", "", name)) if name else None
    modes = access_modes_of(volume) if volume else ()
    if volume is None or not modes or not _SHARED.isdisjoint(modes):
        return None
    attached = _is_attached(volume, store)
    driver = "" if attached else text(volume, "spec", "csi", "driver")
    return None if attached is False else Limit(", ".join(modes), driver=driver)


def _is_attached(volume: Json, store: Store) -> bool | None:
    """Whether a volume is attached to nodes; None if nobody can tell."""
    driver = text(volume, "spec", "csi", "driver")
    if driver:
        return _attaches(driver, store)
    if any(source in fields(volume, "spec") for source in _DISKS):
        return True
    # A simulated volume is a folder of its node, whoever would make it.
    return annotations_of(volume).get(PROVISIONED_BY) in _DISK_PROVISIONERS


def _attaches(driver: str, store: Store) -> bool | None:
    stored = store.get(ObjectKey("storage.k8s.io", "CSIDriver", "", driver))
    if stored is not None:
        return fields(stored, "spec").get("attachRequired") is not False
    names = {driver, driver.partition(".")[2]}  # operators put a namespace before the name of a driver
    if not names.isdisjoint(_DISK_DRIVERS):
        return True
    return None if names.isdisjoint(_OTHER_DRIVERS) else False
