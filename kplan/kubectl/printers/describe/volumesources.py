"""What volumes are made of, in pods and as PersistentVolumes: one table, with code for those that are no plain lines.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (describeVolumes)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kplan.api.core.volume import EphemeralVolumeSource
from kplan.api.core.volumesources import (
    ConfigMapProjection,
    CSIVolumeSource,
    DownwardAPIVolumeSource,
    ProjectedVolumeSource,
    SecretProjection,
)
from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.kubectl.printers.describe.claims import claim
from kplan.kubectl.printers.describe.metadata import shortened
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.words import NONE, UNSET, go, joined


@dataclass(frozen=True, slots=True)
class Field:
    """One line: its title, where the value stands, what stands for it, and how it is put."""

    title: str
    path: str
    default: Any = ""
    text: Callable[[Any], str] = go

    def of(self, source: Json) -> str:
        """The value of a source."""
        value: Any = source
        for name in self.path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return self.text(self.default if value is None else value)


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of volume: the field that names it, what it is, and its lines."""

    name: str
    about: str
    fields: tuple[Field, ...] = ()
    more: Callable[[Page, Json], None] | None = None


def _secret(value: Any) -> str:
    """A reference to a Secret as Go prints the structure; in a PersistentVolume it has a namespace."""
    return f"&LocalObjectReference{{Name:{value.get('name') or ''},}}" if value else "nil"


def _far_secret(value: Any) -> str:
    if not value:
        return "nil"
    return f"&SecretReference{{Name:{value.get('name') or ''},Namespace:{value.get('namespace') or ''},}}"


def _size_limit(value: Any) -> str:
    limit = Quantity.parse(str(value or "0"))
    return limit.canonical() if limit.sign() > 0 else UNSET


def _listed(value: Any) -> str:
    return joined(value, ", ")


def _projected(page: Page, source: Json) -> None:
    for part in ProjectedVolumeSource(source).sources:
        if part.secret is not None:
            _named(page, "SecretName", part.secret)
        elif part.downward_api is not None:
            page.field(2, "DownwardAPI", "true")
        elif part.config_map is not None:
            _named(page, "ConfigMapName", part.config_map)
        elif part.service_account_token is not None:
            seconds = part.service_account_token.expiration_seconds
            page.field(2, "TokenExpirationSeconds", seconds or 0)


def _named(page: Page, title: str, reference: SecretProjection | ConfigMapProjection) -> None:
    page.field(2, title, reference.name)
    page.field(2, "Optional", go(bool(reference.optional)))


def _items(page: Page, source: Json) -> None:
    page.row(2, "Items:")
    for item in DownwardAPIVolumeSource(source).items:
        if item.field_ref is not None:
            page.row(3, f"{item.field_ref.field_path} -> {item.path}")
        if item.resource_field_ref is not None:
            page.row(3, f"{item.resource_field_ref.resource} -> {item.path}")


def _attributes(page: Page, source: Json) -> None:
    values = CSIVolumeSource(source).volume_attributes
    page.write(2, "VolumeAttributes:\t")
    if not values:
        page.end(NONE)
    for index, key in enumerate(sorted(values)):
        if index:
            page.write(2, "")
            page.write(2, "\t")
        page.write(2, f"{shortened(f'{key}={values[key]}')}\n")


def _template(page: Page, source: Json) -> None:
    template = EphemeralVolumeSource(source).volume_claim_template
    if template is not None:
        claim(page.nested(2), {"metadata": template.metadata.raw, "spec": template.spec.raw})


_FS: Final = Field("FSType:", "fsType")
_READ_ONLY: Final = Field("ReadOnly:", "readOnly", False)
_VOLUME_ID: Final = Field("VolumeID:", "volumeID")
_PARTITION: Final = Field("Partition:", "partition", 0)
_OPTIONAL: Final = Field("Optional:", "optional", False)
_SECRET_REF: Final = Field("SecretRef:", "secretRef", None, _secret)
_FAR_SECRET_REF: Final = Field("SecretRef:", "secretRef", None, _far_secret)


def _iscsi(secret: Field) -> Source:
    return Source(
        "iscsi",
        "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        (
            Field("TargetPortal:", "targetPortal"),
            Field("IQN:", "iqn"),
            Field("Lun:", "lun", 0),
            Field("ISCSIInterface", "iscsiInterface"),
            _FS,
            _READ_ONLY,
            Field("Portals:", "portals", []),
            Field("DiscoveryCHAPAuth:", "chapAuthDiscovery", False),
            Field("SessionCHAPAuth:", "chapAuthSession", False),
            secret,
            Field("InitiatorName:", "initiatorName", NONE),
        ),
    )


def _glusterfs(*namespace: Field) -> Source:
    return Source(
        "glusterfs",
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        (Field("EndpointsName:", "endpoints"), *namespace, Field("Path:", "path"), _READ_ONLY),
    )


def _rbd(secret: Field) -> Source:
    return Source(
        "rbd",
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        (
            Field("CephMonitors:", "monitors", []),
            Field("RBDImage:", "image"),
            _FS,
            Field("RBDPool:", "pool"),
            Field("RadosUser:", "user"),
            Field("Keyring:", "keyring"),
            secret,
            _READ_ONLY,
        ),
    )


def _cinder(secret: Field) -> Source:
    about = "Cinder (a Persistent Disk resource in OpenStack)"
    return Source("cinder", about, (_VOLUME_ID, _FS, _READ_ONLY, secret))


def _scale_io(*secret: Field) -> Source:
    return Source(
        "scaleIO",
        "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        (
            Field("Gateway:", "gateway"),
            Field("System:", "system"),
            Field("Protection Domain:", "protectionDomain"),
            Field("Storage Pool:", "storagePool"),
            Field("Storage Mode:", "storageMode"),
            Field("VolumeName:", "volumeName"),
            *secret,
            _FS,
            _READ_ONLY,
        ),
    )


def _ceph_fs(secret: Field) -> Source:
    return Source(
        "cephfs",
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        (
            Field("Monitors:", "monitors", []),
            Field("Path:", "path"),
            Field("User:", "user"),
            Field("SecretFile:", "secretFile"),
            secret,
            _READ_ONLY,
        ),
    )


def _azure_file(*namespace: Field) -> Source:
    return Source(
        "azureFile",
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        (Field("SecretName:", "secretName"), *namespace, Field("ShareName:", "shareName"), _READ_ONLY),
    )


def _flex(secret: Field) -> Source:
    return Source(
        "flexVolume",
        "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        (Field("Driver:", "driver"), _FS, secret, _READ_ONLY, Field("Options:", "options", {})),
    )


def _csi(*handle: Field) -> Source:
    about = "CSI (a Container Storage Interface (CSI) volume source)"
    return Source("csi", about, (Field("Driver:", "driver"), _FS, *handle, _READ_ONLY), _attributes)


_SHARED: Final = (
    Source(
        "hostPath",
        "HostPath (bare host directory volume)",
        (Field("Path:", "path"), Field("HostPathType:", "type", NONE)),
    ),
    Source(
        "gcePersistentDisk",
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        (Field("PDName:", "pdName"), _FS, _PARTITION, _READ_ONLY),
    ),
    Source(
        "awsElasticBlockStore",
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        (_VOLUME_ID, _FS, _PARTITION, _READ_ONLY),
    ),
    Source(
        "nfs",
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        (Field("Server:", "server"), Field("Path:", "path"), _READ_ONLY),
    ),
    Source(
        "quobyte",
        "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
        (Field("Registry:", "registry"), Field("Volume:", "volume"), _READ_ONLY),
    ),
    Source(
        "azureDisk",
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        (
            Field("DiskName:", "diskName"),
            Field("DiskURI:", "diskURI"),
            Field("Kind: ", "kind"),
            _FS,
            Field("CachingMode:", "cachingMode"),
            _READ_ONLY,
        ),
    ),
    Source(
        "vsphereVolume",
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        (Field("VolumePath:", "volumePath"), _FS, Field("StoragePolicyName:", "storagePolicyName")),
    ),
    Source(
        "photonPersistentDisk",
        "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
        (Field("PdID:", "pdID"), _FS),
    ),
    Source("portworxVolume", "PortworxVolume (a Portworx Volume resource)", (_VOLUME_ID,)),
    Source(
        "storageos",
        "StorageOS (a StorageOS Persistent Disk resource)",
        (Field("VolumeName:", "volumeName"), Field("VolumeNamespace:", "volumeNamespace"), _FS, _READ_ONLY),
    ),
    Source(
        "fc",
        "FC (a Fibre Channel disk)",
        (Field("TargetWWNs:", "targetWWNs", [], _listed), Field("LUN:", "lun", NONE), _FS, _READ_ONLY),
    ),
    Source(
        "flocker",
        "Flocker (a Flocker volume mounted by the Flocker agent)",
        (Field("DatasetName:", "datasetName"), Field("DatasetUUID:", "datasetUUID")),
    ),
)

IN_PODS: Final = (
    *_SHARED,
    Source(
        "emptyDir",
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        (Field("Medium:", "medium"), Field("SizeLimit:", "sizeLimit", None, _size_limit)),
    ),
    Source(
        "gitRepo",
        "GitRepo (a volume that is pulled from git when the pod is created)",
        (Field("Repository:", "repository"), Field("Revision:", "revision")),
    ),
    Source(
        "secret",
        "Secret (a volume populated by a Secret)",
        (Field("SecretName:", "secretName"), _OPTIONAL),
    ),
    Source(
        "configMap",
        "ConfigMap (a volume populated by a ConfigMap)",
        (Field("Name:", "name"), _OPTIONAL),
    ),
    Source(
        "persistentVolumeClaim",
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        (Field("ClaimName:", "claimName"), _READ_ONLY),
    ),
    Source(
        "ephemeral",
        "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
        more=_template,
    ),
    Source("downwardAPI", "DownwardAPI (a volume populated by information about the pod)", more=_items),
    Source(
        "projected",
        "Projected (a volume that contains injected data from multiple sources)",
        more=_projected,
    ),
    Source(
        "image",
        "Image (a container image or OCI artifact)",
        (Field("Reference:", "reference"), Field("PullPolicy:", "pullPolicy")),
    ),
    _iscsi(_SECRET_REF),
    _glusterfs(),
    _rbd(_SECRET_REF),
    _cinder(_SECRET_REF),
    _scale_io(),
    _ceph_fs(_SECRET_REF),
    _azure_file(),
    _flex(_SECRET_REF),
    _csi(),
)

PERSISTENT: Final = (
    *_SHARED,
    Source(
        "local",
        "LocalVolume (a persistent volume backed by local storage on a node)",
        (Field("Path:", "path"),),
    ),
    _iscsi(_FAR_SECRET_REF),
    _glusterfs(Field("EndpointsNamespace:", "endpointsNamespace", UNSET)),
    _rbd(_FAR_SECRET_REF),
    _cinder(_FAR_SECRET_REF),
    _scale_io(Field("SecretName:", "secretRef.name"), Field("SecretNamespace:", "secretRef.namespace")),
    _ceph_fs(_FAR_SECRET_REF),
    _azure_file(Field("SecretNamespace:", "secretNamespace")),
    _flex(_FAR_SECRET_REF),
    _csi(Field("VolumeHandle:", "volumeHandle")),
)
