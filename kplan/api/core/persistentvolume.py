"""Persistent volumes and the sources that only they have, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

from kplan.api.core.placement import NodeSelector
from kplan.api.core.references import ObjectReference, SecretReference
from kplan.api.core.volumesources import (
    AWSElasticBlockStoreVolumeSource,
    AzureDiskVolumeSource,
    FCVolumeSource,
    FlockerVolumeSource,
    GCEPersistentDiskVolumeSource,
    HostPathVolumeSource,
    NFSVolumeSource,
    PhotonPersistentDiskVolumeSource,
    PortworxVolumeSource,
    QuobyteVolumeSource,
    VsphereVirtualDiskVolumeSource,
)
from kplan.api.meta import Resource
from kplan.api.view import Items, Time, View


class GlusterfsPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.glusterfs."""

    endpoints: str
    path: str
    read_only: bool
    endpoints_namespace: str | None


class RBDPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.rbd."""

    monitors: Items[str]
    image: str
    fs_type: str
    pool: str
    user: str
    keyring: str
    secret_ref: SecretReference | None
    read_only: bool


class ISCSIPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.iscsi."""

    target_portal: str
    iqn: str
    lun: int
    iscsi_interface: str
    fs_type: str
    read_only: bool
    portals: Items[str]
    chap_auth_discovery: bool
    chap_auth_session: bool
    secret_ref: SecretReference | None
    initiator_name: str | None


class CinderPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.cinder."""

    volume_id: str
    fs_type: str
    read_only: bool
    secret_ref: SecretReference | None


class CephFSPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.cephfs."""

    monitors: Items[str]
    path: str
    user: str
    secret_file: str
    secret_ref: SecretReference | None
    read_only: bool


class FlexPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.flexVolume."""

    driver: str
    fs_type: str
    secret_ref: SecretReference | None
    read_only: bool
    options: Mapping[str, str]


class AzureFilePersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.azureFile."""

    secret_name: str
    share_name: str
    read_only: bool
    secret_namespace: str | None


class ScaleIOPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.scaleIO."""

    gateway: str
    system: str
    secret_ref: SecretReference | None
    ssl_enabled: bool
    protection_domain: str
    storage_pool: str
    storage_mode: str
    volume_name: str
    fs_type: str
    read_only: bool


class LocalVolumeSource(View):
    """The value of PersistentVolumeSpec.local."""

    path: str
    fs_type: str | None


class StorageOSPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.storageos."""

    volume_name: str
    volume_namespace: str
    fs_type: str
    read_only: bool
    secret_ref: ObjectReference | None


class CSIPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.csi."""

    driver: str
    volume_handle: str
    read_only: bool
    fs_type: str
    volume_attributes: Mapping[str, str]
    controller_publish_secret_ref: SecretReference | None
    node_stage_secret_ref: SecretReference | None
    node_publish_secret_ref: SecretReference | None
    controller_expand_secret_ref: SecretReference | None
    node_expand_secret_ref: SecretReference | None


class VolumeNodeAffinity(View):
    """The value of PersistentVolumeSpec.nodeAffinity."""

    required: NodeSelector | None


class PersistentVolumeSpec(View):
    """The value of PersistentVolume.spec."""

    capacity: Mapping[str, str]
    gce_persistent_disk: GCEPersistentDiskVolumeSource | None
    aws_elastic_block_store: AWSElasticBlockStoreVolumeSource | None
    host_path: HostPathVolumeSource | None
    glusterfs: GlusterfsPersistentVolumeSource | None
    nfs: NFSVolumeSource | None
    rbd: RBDPersistentVolumeSource | None
    iscsi: ISCSIPersistentVolumeSource | None
    cinder: CinderPersistentVolumeSource | None
    cephfs: CephFSPersistentVolumeSource | None
    fc: FCVolumeSource | None
    flocker: FlockerVolumeSource | None
    flex_volume: FlexPersistentVolumeSource | None
    azure_file: AzureFilePersistentVolumeSource | None
    vsphere_volume: VsphereVirtualDiskVolumeSource | None
    quobyte: QuobyteVolumeSource | None
    azure_disk: AzureDiskVolumeSource | None
    photon_persistent_disk: PhotonPersistentDiskVolumeSource | None
    portworx_volume: PortworxVolumeSource | None
    scale_io: ScaleIOPersistentVolumeSource | None
    local: LocalVolumeSource | None
    storageos: StorageOSPersistentVolumeSource | None
    csi: CSIPersistentVolumeSource | None
    access_modes: Items[str]
    claim_ref: ObjectReference | None
    persistent_volume_reclaim_policy: str
    storage_class_name: str
    mount_options: Items[str]
    volume_mode: str | None
    node_affinity: VolumeNodeAffinity | None
    volume_attributes_class_name: str | None


class PersistentVolumeStatus(View):
    """The value of PersistentVolume.status."""

    phase: str
    message: str
    reason: str
    last_phase_transition_time: Time | None


class PersistentVolume(Resource):
    """A PersistentVolume."""

    spec: PersistentVolumeSpec
    status: PersistentVolumeStatus
