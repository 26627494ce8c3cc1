"""Volumes and every source they have, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

from pydantic import Field

from kplan.api.core.placement import NodeSelector
from kplan.api.meta import LabelSelector, ObjectMeta
from kplan.api.view import Items, Time, View


class HostPathVolumeSource(View):
    """The value of Volume.hostPath."""

    path: str = ""
    type: str | None = None


class EmptyDirVolumeSource(View):
    """The value of Volume.emptyDir."""

    medium: str = ""
    size_limit: str | None = None


class GCEPersistentDiskVolumeSource(View):
    """The value of Volume.gcePersistentDisk."""

    pd_name: str = ""
    fs_type: str = ""
    partition: int = 0
    read_only: bool = False


class AWSElasticBlockStoreVolumeSource(View):
    """The value of Volume.awsElasticBlockStore."""

    volume_id: str = ""
    fs_type: str = ""
    partition: int = 0
    read_only: bool = False


class GitRepoVolumeSource(View):
    """The value of Volume.gitRepo."""

    repository: str = ""
    revision: str = ""
    directory: str = ""


class KeyToPath(View):
    """One item of SecretVolumeSource.items."""

    key: str = ""
    path: str = ""
    mode: int | None = None


class SecretVolumeSource(View):
    """The value of Volume.secret."""

    secret_name: str = ""
    items: Items[KeyToPath] = ()
    default_mode: int | None = None
    optional: bool | None = None


class NFSVolumeSource(View):
    """The value of Volume.nfs."""

    server: str = ""
    path: str = ""
    read_only: bool = False


class LocalObjectReference(View):
    """The value of ISCSIVolumeSource.secretRef."""

    name: str = ""


class ISCSIVolumeSource(View):
    """The value of Volume.iscsi."""

    target_portal: str = ""
    iqn: str = ""
    lun: int = 0
    iscsi_interface: str = ""
    fs_type: str = ""
    read_only: bool = False
    portals: Items[str] = ()
    chap_auth_discovery: bool = False
    chap_auth_session: bool = False
    secret_ref: LocalObjectReference | None = None
    initiator_name: str | None = None


class GlusterfsVolumeSource(View):
    """The value of Volume.glusterfs."""

    endpoints: str = ""
    path: str = ""
    read_only: bool = False


class PersistentVolumeClaimVolumeSource(View):
    """The value of Volume.persistentVolumeClaim."""

    claim_name: str = ""
    read_only: bool = False


class RBDVolumeSource(View):
    """The value of Volume.rbd."""

    monitors: Items[str] = ()
    image: str = ""
    fs_type: str = ""
    pool: str = ""
    user: str = ""
    keyring: str = ""
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False


class FlexVolumeSource(View):
    """The value of Volume.flexVolume."""

    driver: str = ""
    fs_type: str = ""
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False
    options: Mapping[str, str] = Field(default_factory=dict)


class CinderVolumeSource(View):
    """The value of Volume.cinder."""

    volume_id: str = ""
    fs_type: str = ""
    read_only: bool = False
    secret_ref: LocalObjectReference | None = None


class CephFSVolumeSource(View):
    """The value of Volume.cephfs."""

    monitors: Items[str] = ()
    path: str = ""
    user: str = ""
    secret_file: str = ""
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False


class FlockerVolumeSource(View):
    """The value of Volume.flocker."""

    dataset_name: str = ""
    dataset_uuid: str = ""


class ObjectFieldSelector(View):
    """The value of DownwardAPIVolumeFile.fieldRef."""

    api_version: str = ""
    field_path: str = ""


class ResourceFieldSelector(View):
    """The value of DownwardAPIVolumeFile.resourceFieldRef."""

    container_name: str = ""
    resource: str = ""
    divisor: str = ""


class DownwardAPIVolumeFile(View):
    """One item of DownwardAPIVolumeSource.items."""

    path: str = ""
    field_ref: ObjectFieldSelector | None = None
    resource_field_ref: ResourceFieldSelector | None = None
    mode: int | None = None


class DownwardAPIVolumeSource(View):
    """The value of Volume.downwardAPI."""

    items: Items[DownwardAPIVolumeFile] = ()
    default_mode: int | None = None


class FCVolumeSource(View):
    """The value of Volume.fc."""

    target_wwns: Items[str] = Field(default=(), alias="targetWWNs")
    lun: int | None = None
    fs_type: str = ""
    read_only: bool = False
    wwids: Items[str] = ()


class AzureFileVolumeSource(View):
    """The value of Volume.azureFile."""

    secret_name: str = ""
    share_name: str = ""
    read_only: bool = False


class ConfigMapVolumeSource(View):
    """The value of Volume.configMap."""

    name: str = ""
    items: Items[KeyToPath] = ()
    default_mode: int | None = None
    optional: bool | None = None


class VsphereVirtualDiskVolumeSource(View):
    """The value of Volume.vsphereVolume."""

    volume_path: str = ""
    fs_type: str = ""
    storage_policy_name: str = ""
    storage_policy_id: str = ""


class QuobyteVolumeSource(View):
    """The value of Volume.quobyte."""

    registry: str = ""
    volume: str = ""
    read_only: bool = False
    user: str = ""
    group: str = ""
    tenant: str = ""


class AzureDiskVolumeSource(View):
    """The value of Volume.azureDisk."""

    disk_name: str = ""
    disk_uri: str = Field(default="", alias="diskURI")
    caching_mode: str | None = None
    fs_type: str | None = None
    read_only: bool | None = None
    kind: str | None = None


class PhotonPersistentDiskVolumeSource(View):
    """The value of Volume.photonPersistentDisk."""

    pd_id: str = ""
    fs_type: str = ""


class SecretProjection(View):
    """The value of VolumeProjection.secret."""

    name: str = ""
    items: Items[KeyToPath] = ()
    optional: bool | None = None


class DownwardAPIProjection(View):
    """The value of VolumeProjection.downwardAPI."""

    items: Items[DownwardAPIVolumeFile] = ()


class ConfigMapProjection(View):
    """The value of VolumeProjection.configMap."""

    name: str = ""
    items: Items[KeyToPath] = ()
    optional: bool | None = None


class ServiceAccountTokenProjection(View):
    """The value of VolumeProjection.serviceAccountToken."""

    audience: str = ""
    expiration_seconds: int | None = None
    path: str = ""


class ClusterTrustBundleProjection(View):
    """The value of VolumeProjection.clusterTrustBundle."""

    name: str | None = None
    signer_name: str | None = None
    label_selector: LabelSelector | None = None
    optional: bool | None = None
    path: str = ""


class PodCertificateProjection(View):
    """The value of VolumeProjection.podCertificate."""

    signer_name: str = ""
    key_type: str = ""
    max_expiration_seconds: int | None = None
    credential_bundle_path: str = ""
    key_path: str = ""
    certificate_chain_path: str = ""
    user_annotations: Mapping[str, str] = Field(default_factory=dict)


class VolumeProjection(View):
    """One item of ProjectedVolumeSource.sources."""

    secret: SecretProjection | None = None
    downward_api: DownwardAPIProjection | None = Field(default=None, alias="downwardAPI")
    config_map: ConfigMapProjection | None = None
    service_account_token: ServiceAccountTokenProjection | None = None
    cluster_trust_bundle: ClusterTrustBundleProjection | None = None
    pod_certificate: PodCertificateProjection | None = None


class ProjectedVolumeSource(View):
    """The value of Volume.projected."""

    sources: Items[VolumeProjection] = ()
    default_mode: int | None = None


class PortworxVolumeSource(View):
    """The value of Volume.portworxVolume."""

    volume_id: str = ""
    fs_type: str = ""
    read_only: bool = False


class ScaleIOVolumeSource(View):
    """The value of Volume.scaleIO."""

    gateway: str = ""
    system: str = ""
    secret_ref: LocalObjectReference | None = None
    ssl_enabled: bool = False
    protection_domain: str = ""
    storage_pool: str = ""
    storage_mode: str = ""
    volume_name: str = ""
    fs_type: str = ""
    read_only: bool = False


class StorageOSVolumeSource(View):
    """The value of Volume.storageos."""

    volume_name: str = ""
    volume_namespace: str = ""
    fs_type: str = ""
    read_only: bool = False
    secret_ref: LocalObjectReference | None = None


class CSIVolumeSource(View):
    """The value of Volume.csi."""

    driver: str = ""
    read_only: bool | None = None
    fs_type: str | None = None
    volume_attributes: Mapping[str, str] = Field(default_factory=dict)
    node_publish_secret_ref: LocalObjectReference | None = None


class VolumeResourceRequirements(View):
    """The value of PersistentVolumeClaimSpec.resources."""

    limits: Mapping[str, str] = Field(default_factory=dict)
    requests: Mapping[str, str] = Field(default_factory=dict)


class TypedLocalObjectReference(View):
    """The value of PersistentVolumeClaimSpec.dataSource."""

    api_group: str | None = None
    kind: str = ""
    name: str = ""


class TypedObjectReference(View):
    """The value of PersistentVolumeClaimSpec.dataSourceRef."""

    api_group: str | None = None
    kind: str = ""
    name: str = ""
    namespace: str | None = None


class PersistentVolumeClaimSpec(View):
    """The value of PersistentVolumeClaimTemplate.spec."""

    access_modes: Items[str] = ()
    selector: LabelSelector | None = None
    resources: VolumeResourceRequirements = Field(default_factory=VolumeResourceRequirements)
    volume_name: str = ""
    storage_class_name: str | None = None
    volume_mode: str | None = None
    data_source: TypedLocalObjectReference | None = None
    data_source_ref: TypedObjectReference | None = None
    volume_attributes_class_name: str | None = None


class PersistentVolumeClaimTemplate(View):
    """The value of EphemeralVolumeSource.volumeClaimTemplate."""

    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: PersistentVolumeClaimSpec = Field(default_factory=PersistentVolumeClaimSpec)


class EphemeralVolumeSource(View):
    """The value of Volume.ephemeral."""

    volume_claim_template: PersistentVolumeClaimTemplate | None = None


class ImageVolumeSource(View):
    """The value of Volume.image."""

    reference: str = ""
    pull_policy: str = ""


class Volume(View):
    """One item of PodSpec.volumes."""

    name: str = ""
    host_path: HostPathVolumeSource | None = None
    empty_dir: EmptyDirVolumeSource | None = None
    gce_persistent_disk: GCEPersistentDiskVolumeSource | None = None
    aws_elastic_block_store: AWSElasticBlockStoreVolumeSource | None = None
    git_repo: GitRepoVolumeSource | None = None
    secret: SecretVolumeSource | None = None
    nfs: NFSVolumeSource | None = None
    iscsi: ISCSIVolumeSource | None = None
    glusterfs: GlusterfsVolumeSource | None = None
    persistent_volume_claim: PersistentVolumeClaimVolumeSource | None = None
    rbd: RBDVolumeSource | None = None
    flex_volume: FlexVolumeSource | None = None
    cinder: CinderVolumeSource | None = None
    cephfs: CephFSVolumeSource | None = None
    flocker: FlockerVolumeSource | None = None
    downward_api: DownwardAPIVolumeSource | None = Field(default=None, alias="downwardAPI")
    fc: FCVolumeSource | None = None
    azure_file: AzureFileVolumeSource | None = None
    config_map: ConfigMapVolumeSource | None = None
    vsphere_volume: VsphereVirtualDiskVolumeSource | None = None
    quobyte: QuobyteVolumeSource | None = None
    azure_disk: AzureDiskVolumeSource | None = None
    photon_persistent_disk: PhotonPersistentDiskVolumeSource | None = None
    projected: ProjectedVolumeSource | None = None
    portworx_volume: PortworxVolumeSource | None = None
    scale_io: ScaleIOVolumeSource | None = Field(default=None, alias="scaleIO")
    storageos: StorageOSVolumeSource | None = None
    csi: CSIVolumeSource | None = None
    ephemeral: EphemeralVolumeSource | None = None
    image: ImageVolumeSource | None = None


class VolumeMount(View):
    """One item of Container.volumeMounts."""

    name: str = ""
    read_only: bool = False
    recursive_read_only: str | None = None
    mount_path: str = ""
    sub_path: str = ""
    mount_propagation: str | None = None
    sub_path_expr: str = ""


class VolumeDevice(View):
    """One item of Container.volumeDevices."""

    name: str = ""
    device_path: str = ""


class ImageVolumeStatus(View):
    """The value of VolumeStatus.image."""

    image_ref: str = ""


class VolumeStatus(View):
    """The value of VolumeMountStatus.volumeStatus."""

    image: ImageVolumeStatus | None = None


class VolumeMountStatus(View):
    """One item of ContainerStatus.volumeMounts."""

    name: str = ""
    mount_path: str = ""
    read_only: bool = False
    recursive_read_only: str | None = None
    volume_status: VolumeStatus | None = None


class ObjectReference(View):
    """The value of EndpointAddress.targetRef."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    api_version: str = ""
    resource_version: str = ""
    field_path: str = ""


class ConfigMapNodeConfigSource(View):
    """The value of NodeConfigSource.configMap."""

    namespace: str = ""
    name: str = ""
    uid: str = ""
    resource_version: str = ""
    kubelet_config_key: str = ""


class AttachedVolume(View):
    """One item of NodeStatus.volumesAttached."""

    name: str = ""
    device_path: str = ""


class GlusterfsPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.glusterfs."""

    endpoints: str = ""
    path: str = ""
    read_only: bool = False
    endpoints_namespace: str | None = None


class SecretReference(View):
    """The value of RBDPersistentVolumeSource.secretRef."""

    name: str = ""
    namespace: str = ""


class RBDPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.rbd."""

    monitors: Items[str] = ()
    image: str = ""
    fs_type: str = ""
    pool: str = ""
    user: str = ""
    keyring: str = ""
    secret_ref: SecretReference | None = None
    read_only: bool = False


class ISCSIPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.iscsi."""

    target_portal: str = ""
    iqn: str = ""
    lun: int = 0
    iscsi_interface: str = ""
    fs_type: str = ""
    read_only: bool = False
    portals: Items[str] = ()
    chap_auth_discovery: bool = False
    chap_auth_session: bool = False
    secret_ref: SecretReference | None = None
    initiator_name: str | None = None


class CinderPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.cinder."""

    volume_id: str = ""
    fs_type: str = ""
    read_only: bool = False
    secret_ref: SecretReference | None = None


class CephFSPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.cephfs."""

    monitors: Items[str] = ()
    path: str = ""
    user: str = ""
    secret_file: str = ""
    secret_ref: SecretReference | None = None
    read_only: bool = False


class FlexPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.flexVolume."""

    driver: str = ""
    fs_type: str = ""
    secret_ref: SecretReference | None = None
    read_only: bool = False
    options: Mapping[str, str] = Field(default_factory=dict)


class AzureFilePersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.azureFile."""

    secret_name: str = ""
    share_name: str = ""
    read_only: bool = False
    secret_namespace: str | None = None


class ScaleIOPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.scaleIO."""

    gateway: str = ""
    system: str = ""
    secret_ref: SecretReference | None = None
    ssl_enabled: bool = False
    protection_domain: str = ""
    storage_pool: str = ""
    storage_mode: str = ""
    volume_name: str = ""
    fs_type: str = ""
    read_only: bool = False


class LocalVolumeSource(View):
    """The value of PersistentVolumeSpec.local."""

    path: str = ""
    fs_type: str | None = None


class StorageOSPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.storageos."""

    volume_name: str = ""
    volume_namespace: str = ""
    fs_type: str = ""
    read_only: bool = False
    secret_ref: ObjectReference | None = None


class CSIPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.csi."""

    driver: str = ""
    volume_handle: str = ""
    read_only: bool = False
    fs_type: str = ""
    volume_attributes: Mapping[str, str] = Field(default_factory=dict)
    controller_publish_secret_ref: SecretReference | None = None
    node_stage_secret_ref: SecretReference | None = None
    node_publish_secret_ref: SecretReference | None = None
    controller_expand_secret_ref: SecretReference | None = None
    node_expand_secret_ref: SecretReference | None = None


class VolumeNodeAffinity(View):
    """The value of PersistentVolumeSpec.nodeAffinity."""

    required: NodeSelector | None = None


class PersistentVolumeSpec(View):
    """The value of PersistentVolume.spec."""

    capacity: Mapping[str, str] = Field(default_factory=dict)
    gce_persistent_disk: GCEPersistentDiskVolumeSource | None = None
    aws_elastic_block_store: AWSElasticBlockStoreVolumeSource | None = None
    host_path: HostPathVolumeSource | None = None
    glusterfs: GlusterfsPersistentVolumeSource | None = None
    nfs: NFSVolumeSource | None = None
    rbd: RBDPersistentVolumeSource | None = None
    iscsi: ISCSIPersistentVolumeSource | None = None
    cinder: CinderPersistentVolumeSource | None = None
    cephfs: CephFSPersistentVolumeSource | None = None
    fc: FCVolumeSource | None = None
    flocker: FlockerVolumeSource | None = None
    flex_volume: FlexPersistentVolumeSource | None = None
    azure_file: AzureFilePersistentVolumeSource | None = None
    vsphere_volume: VsphereVirtualDiskVolumeSource | None = None
    quobyte: QuobyteVolumeSource | None = None
    azure_disk: AzureDiskVolumeSource | None = None
    photon_persistent_disk: PhotonPersistentDiskVolumeSource | None = None
    portworx_volume: PortworxVolumeSource | None = None
    scale_io: ScaleIOPersistentVolumeSource | None = Field(default=None, alias="scaleIO")
    local: LocalVolumeSource | None = None
    storageos: StorageOSPersistentVolumeSource | None = None
    csi: CSIPersistentVolumeSource | None = None
    access_modes: Items[str] = ()
    claim_ref: ObjectReference | None = None
    persistent_volume_reclaim_policy: str = ""
    storage_class_name: str = ""
    mount_options: Items[str] = ()
    volume_mode: str | None = None
    node_affinity: VolumeNodeAffinity | None = None
    volume_attributes_class_name: str | None = None


class PersistentVolumeStatus(View):
    """The value of PersistentVolume.status."""

    phase: str = ""
    message: str = ""
    reason: str = ""
    last_phase_transition_time: Time | None = None


class PersistentVolume(View):
    """A PersistentVolume."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: PersistentVolumeSpec = Field(default_factory=PersistentVolumeSpec)
    status: PersistentVolumeStatus = Field(default_factory=PersistentVolumeStatus)


class PersistentVolumeClaimCondition(View):
    """One item of PersistentVolumeClaimStatus.conditions."""

    type: str = ""
    status: str = ""
    last_probe_time: Time = ""
    last_transition_time: Time = ""
    reason: str = ""
    message: str = ""


class ModifyVolumeStatus(View):
    """The value of PersistentVolumeClaimStatus.modifyVolumeStatus."""

    target_volume_attributes_class_name: str = ""
    status: str = ""


class PersistentVolumeClaimStatus(View):
    """The value of PersistentVolumeClaim.status."""

    phase: str = ""
    access_modes: Items[str] = ()
    capacity: Mapping[str, str] = Field(default_factory=dict)
    conditions: Items[PersistentVolumeClaimCondition] = ()
    allocated_resources: Mapping[str, str] = Field(default_factory=dict)
    allocated_resource_statuses: Mapping[str, str] = Field(default_factory=dict)
    current_volume_attributes_class_name: str | None = None
    modify_volume_status: ModifyVolumeStatus | None = None


class PersistentVolumeClaim(View):
    """A PersistentVolumeClaim."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: PersistentVolumeClaimSpec = Field(default_factory=PersistentVolumeClaimSpec)
    status: PersistentVolumeClaimStatus = Field(default_factory=PersistentVolumeClaimStatus)
