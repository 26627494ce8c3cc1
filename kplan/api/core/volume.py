"""Volumes of pods and their mounts, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from kplan.api.core.claim import PersistentVolumeClaimTemplate
from kplan.api.core.volumesources import (
    AWSElasticBlockStoreVolumeSource,
    AzureDiskVolumeSource,
    AzureFileVolumeSource,
    CephFSVolumeSource,
    CinderVolumeSource,
    ConfigMapVolumeSource,
    CSIVolumeSource,
    DownwardAPIVolumeSource,
    EmptyDirVolumeSource,
    FCVolumeSource,
    FlexVolumeSource,
    FlockerVolumeSource,
    GCEPersistentDiskVolumeSource,
    GitRepoVolumeSource,
    GlusterfsVolumeSource,
    HostPathVolumeSource,
    ImageVolumeSource,
    ISCSIVolumeSource,
    NFSVolumeSource,
    PersistentVolumeClaimVolumeSource,
    PhotonPersistentDiskVolumeSource,
    PortworxVolumeSource,
    ProjectedVolumeSource,
    QuobyteVolumeSource,
    RBDVolumeSource,
    ScaleIOVolumeSource,
    SecretVolumeSource,
    StorageOSVolumeSource,
    VsphereVirtualDiskVolumeSource,
)
from kplan.api.view import View


class EphemeralVolumeSource(View):
    """The value of Volume.ephemeral."""

    volume_claim_template: PersistentVolumeClaimTemplate | None


class Volume(View):
    """One item of PodSpec.volumes."""

    name: str
    host_path: HostPathVolumeSource | None
    empty_dir: EmptyDirVolumeSource | None
    gce_persistent_disk: GCEPersistentDiskVolumeSource | None
    aws_elastic_block_store: AWSElasticBlockStoreVolumeSource | None
    git_repo: GitRepoVolumeSource | None
    secret: SecretVolumeSource | None
    nfs: NFSVolumeSource | None
    iscsi: ISCSIVolumeSource | None
    glusterfs: GlusterfsVolumeSource | None
    persistent_volume_claim: PersistentVolumeClaimVolumeSource | None
    rbd: RBDVolumeSource | None
    flex_volume: FlexVolumeSource | None
    cinder: CinderVolumeSource | None
    cephfs: CephFSVolumeSource | None
    flocker: FlockerVolumeSource | None
    downward_api: DownwardAPIVolumeSource | None
    fc: FCVolumeSource | None
    azure_file: AzureFileVolumeSource | None
    config_map: ConfigMapVolumeSource | None
    vsphere_volume: VsphereVirtualDiskVolumeSource | None
    quobyte: QuobyteVolumeSource | None
    azure_disk: AzureDiskVolumeSource | None
    photon_persistent_disk: PhotonPersistentDiskVolumeSource | None
    projected: ProjectedVolumeSource | None
    portworx_volume: PortworxVolumeSource | None
    scale_io: ScaleIOVolumeSource | None
    storageos: StorageOSVolumeSource | None
    csi: CSIVolumeSource | None
    ephemeral: EphemeralVolumeSource | None
    image: ImageVolumeSource | None


class VolumeMount(View):
    """One item of Container.volumeMounts."""

    name: str
    read_only: bool
    recursive_read_only: str | None
    mount_path: str
    sub_path: str
    mount_propagation: str | None
    sub_path_expr: str


class VolumeDevice(View):
    """One item of Container.volumeDevices."""

    name: str
    device_path: str


class ImageVolumeStatus(View):
    """The value of VolumeStatus.image."""

    image_ref: str


class VolumeStatus(View):
    """The value of VolumeMountStatus.volumeStatus."""

    image: ImageVolumeStatus | None


class VolumeMountStatus(View):
    """One item of ContainerStatus.volumeMounts."""

    name: str
    mount_path: str
    read_only: bool
    recursive_read_only: str | None
    volume_status: VolumeStatus | None
