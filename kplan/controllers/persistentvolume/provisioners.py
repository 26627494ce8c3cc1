"""Who provisions the volumes of a class: a driver outside the control plane, or none that the control plane knows.

Upstream: pkg/controller/volume/persistentvolume/pv_controller.go (findProvisionablePlugin),
staging/src/k8s.io/csi-translation-lib/plugins/
"""

from typing import Final

from kplan.api.object import Json

_BUILT_IN: Final = "kubernetes.io/"
_DRIVERS: Final = {
    "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
    "kubernetes.io/azure-disk": "disk.csi.azure.com",
    "kubernetes.io/azure-file": "file.csi.azure.com",
    "kubernetes.io/cinder": "cinder.csi.openstack.org",
    "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
    "kubernetes.io/portworx-volume": "pxd.portworx.com",
    "kubernetes.io/vsphere-volume": "csi.vsphere.vmware.com",
}
"""The drivers that do today what was once built in."""
_NO_PROVISIONERS: Final = frozenset(f"{_BUILT_IN}{name}" for name in ("csi", "fc", "iscsi", "nfs"))
"""Kinds of volumes that are built in and that nobody makes on demand."""
_DIRECTORIES: Final = "kubernetes.io/host-path"


def provisioner_of(storage_class: Json) -> str:
    """The driver that a class's claims wait for."""
    name: str = storage_class.get("provisioner") or ""
    return _DRIVERS.get(name, name)


def why_not_provisioned(storage_class: Json) -> str:
    """The controller's message for a class that has no provisioner; empty for other classes."""
    name: str = storage_class.get("provisioner") or ""
    if not name.startswith(_BUILT_IN) or name in _DRIVERS or name == _DIRECTORIES:
        return ""
    if name in _NO_PROVISIONERS:
        return "no provisionable volume plugin matched"
    return f"no volume plugin matched name: {name}"
