"""Volumes and every source they have, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

from kplan.api.core.placement import NodeSelector
from kplan.api.meta import LabelSelector, ObjectMeta, Resource
from kplan.api.view import Items, Time, View


class HostPathVolumeSource(View):
    """The value of Volume.hostPath."""

    path: str
    type: str | None


class EmptyDirVolumeSource(View):
    """The value of Volume.emptyDir."""

    medium: str
    size_limit: str | None


class GCEPersistentDiskVolumeSource(View):
    """The value of Volume.gcePersistentDisk."""

    pd_name: str
    fs_type: str
    partition: int
    read_only: bool


class AWSElasticBlockStoreVolumeSource(View):
    """The value of Volume.awsElasticBlockStore."""

    volume_id: str
    fs_type: str
    partition: int
    read_only: bool


class GitRepoVolumeSource(View):
    """The value of Volume.gitRepo."""

    repository: str
    revision: str
    directory: str


class KeyToPath(View):
    """One item of SecretVolumeSource.items."""

    key: str
    path: str
    mode: int | None


class SecretVolumeSource(View):
    """The value of Volume.secret."""

    secret_name: str
    items: Items[KeyToPath]
    default_mode: int | None
    optional: bool | None


class NFSVolumeSource(View):
    """The value of Volume.nfs."""

    server: str
    path: str
    read_only: bool


class LocalObjectReference(View):
    """The value of ISCSIVolumeSource.secretRef."""

    name: str


class ISCSIVolumeSource(View):
    """The value of Volume.iscsi."""

    target_portal: str
    iqn: str
    lun: int
    iscsi_interface: str
    fs_type: str
    read_only: bool
    portals: Items[str]
    chap_auth_discovery: bool
    chap_auth_session: bool
    secret_ref: LocalObjectReference | None
    initiator_name: str | None


class GlusterfsVolumeSource(View):
    """The value of Volume.glusterfs."""

    endpoints: str
    path: str
    read_only: bool


class PersistentVolumeClaimVolumeSource(View):
    """The value of Volume.persistentVolumeClaim."""

    claim_name: str
    read_only: bool


class RBDVolumeSource(View):
    """The value of Volume.rbd."""

    monitors: Items[str]
    image: str
    fs_type: str
    pool: str
    user: str
    keyring: str
    secret_ref: LocalObjectReference | None
    read_only: bool


class FlexVolumeSource(View):
    """The value of Volume.flexVolume."""

    driver: str
    fs_type: str
    secret_ref: LocalObjectReference | None
    read_only: bool
    options: Mapping[str, str]


class CinderVolumeSource(View):
    """The value of Volume.cinder."""

    volume_id: str
    fs_type: str
    read_only: bool
    secret_ref: LocalObjectReference | None


class CephFSVolumeSource(View):
    """The value of Volume.cephfs."""

    monitors: Items[str]
    path: str
    user: str
    secret_file: str
    secret_ref: LocalObjectReference | None
    read_only: bool


class FlockerVolumeSource(View):
    """The value of Volume.flocker."""

    dataset_name: str
    dataset_uuid: str


class ObjectFieldSelector(View):
    """The value of DownwardAPIVolumeFile.fieldRef."""

    api_version: str
    field_path: str


class ResourceFieldSelector(View):
    """The value of DownwardAPIVolumeFile.resourceFieldRef."""

    container_name: str
    resource: str
    divisor: str


class DownwardAPIVolumeFile(View):
    """One item of DownwardAPIVolumeSource.items."""

    path: str
    field_ref: ObjectFieldSelector | None
    resource_field_ref: ResourceFieldSelector | None
    mode: int | None


class DownwardAPIVolumeSource(View):
    """The value of Volume.downwardAPI."""

    items: Items[DownwardAPIVolumeFile]
    default_mode: int | None


class FCVolumeSource(View):
    """The value of Volume.fc."""

    target_wwns: Items[str]
    lun: int | None
    fs_type: str
    read_only: bool
    wwids: Items[str]


class AzureFileVolumeSource(View):
    """The value of Volume.azureFile."""

    secret_name: str
    share_name: str
    read_only: bool


class ConfigMapVolumeSource(View):
    """The value of Volume.configMap."""

    name: str
    items: Items[KeyToPath]
    default_mode: int | None
    optional: bool | None


class VsphereVirtualDiskVolumeSource(View):
    """The value of Volume.vsphereVolume."""

    volume_path: str
    fs_type: str
    storage_policy_name: str
    storage_policy_id: str


class QuobyteVolumeSource(View):
    """The value of Volume.quobyte."""

    registry: str
    volume: str
    read_only: bool
    user: str
    group: str
    tenant: str


class AzureDiskVolumeSource(View):
    """The value of Volume.azureDisk."""

    disk_name: str
    disk_uri: str
    caching_mode: str | None
    fs_type: str | None
    read_only: bool | None
    kind: str | None


class PhotonPersistentDiskVolumeSource(View):
    """The value of Volume.photonPersistentDisk."""

    pd_id: str
    fs_type: str


class SecretProjection(View):
    """The value of VolumeProjection.secret."""

    name: str
    items: Items[KeyToPath]
    optional: bool | None


class DownwardAPIProjection(View):
    """The value of VolumeProjection.downwardAPI."""

    items: Items[DownwardAPIVolumeFile]


class ConfigMapProjection(View):
    """The value of VolumeProjection.configMap."""

    name: str
    items: Items[KeyToPath]
    optional: bool | None


class ServiceAccountTokenProjection(View):
    """The value of VolumeProjection.serviceAccountToken."""

    audience: str
    expiration_seconds: int | None
    path: str


class ClusterTrustBundleProjection(View):
    """The value of VolumeProjection.clusterTrustBundle."""

    name: str | None
    signer_name: str | None
    label_selector: LabelSelector | None
    optional: bool | None
    path: str


class PodCertificateProjection(View):
    """The value of VolumeProjection.podCertificate."""

    signer_name: str
    key_type: str
    max_expiration_seconds: int | None
    credential_bundle_path: str
    key_path: str
    certificate_chain_path: str
    user_annotations: Mapping[str, str]


class VolumeProjection(View):
    """One item of ProjectedVolumeSource.sources."""

    secret: SecretProjection | None
    downward_api: DownwardAPIProjection | None
    config_map: ConfigMapProjection | None
    service_account_token: ServiceAccountTokenProjection | None
    cluster_trust_bundle: ClusterTrustBundleProjection | None
    pod_certificate: PodCertificateProjection | None


class ProjectedVolumeSource(View):
    """The value of Volume.projected."""

    sources: Items[VolumeProjection]
    default_mode: int | None


class PortworxVolumeSource(View):
    """The value of Volume.portworxVolume."""

    volume_id: str
    fs_type: str
    read_only: bool


class ScaleIOVolumeSource(View):
    """The value of Volume.scaleIO."""

    gateway: str
    system: str
    secret_ref: LocalObjectReference | None
    ssl_enabled: bool
    protection_domain: str
    storage_pool: str
    storage_mode: str
    volume_name: str
    fs_type: str
    read_only: bool


class StorageOSVolumeSource(View):
    """The value of Volume.storageos."""

    volume_name: str
    volume_namespace: str
    fs_type: str
    read_only: bool
    secret_ref: LocalObjectReference | None


class CSIVolumeSource(View):
    """The value of Volume.csi."""

    driver: str
    read_only: bool | None
    fs_type: str | None
    volume_attributes: Mapping[str, str]
    node_publish_secret_ref: LocalObjectReference | None


class VolumeResourceRequirements(View):
    """The value of PersistentVolumeClaimSpec.resources."""

    limits: Mapping[str, str]
    requests: Mapping[str, str]


class TypedLocalObjectReference(View):
    """The value of PersistentVolumeClaimSpec.dataSource."""

    api_group: str | None
    kind: str
    name: str


class TypedObjectReference(View):
    """The value of PersistentVolumeClaimSpec.dataSourceRef."""

    api_group: str | None
    kind: str
    name: str
    namespace: str | None


class PersistentVolumeClaimSpec(View):
    """The value of PersistentVolumeClaimTemplate.spec."""

    access_modes: Items[str]
    selector: LabelSelector | None
    resources: VolumeResourceRequirements
    volume_name: str
    storage_class_name: str | None
    volume_mode: str | None
    data_source: TypedLocalObjectReference | None
    data_source_ref: TypedObjectReference | None
    volume_attributes_class_name: str | None


class PersistentVolumeClaimTemplate(View):
    """The value of EphemeralVolumeSource.volumeClaimTemplate."""

    metadata: ObjectMeta
    spec: PersistentVolumeClaimSpec


class EphemeralVolumeSource(View):
    """The value of Volume.ephemeral."""

    volume_claim_template: PersistentVolumeClaimTemplate | None


class ImageVolumeSource(View):
    """The value of Volume.image."""

    reference: str
    pull_policy: str


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


class ObjectReference(View):
    """The value of EndpointAddress.targetRef."""

    kind: str
    namespace: str
    name: str
    uid: str
    api_version: str
    resource_version: str
    field_path: str


class ConfigMapNodeConfigSource(View):
    """The value of NodeConfigSource.configMap."""

    namespace: str
    name: str
    uid: str
    resource_version: str
    kubelet_config_key: str


class AttachedVolume(View):
    """One item of NodeStatus.volumesAttached."""

    name: str
    device_path: str


class GlusterfsPersistentVolumeSource(View):
    """The value of PersistentVolumeSpec.glusterfs."""

    endpoints: str
    path: str
    read_only: bool
    endpoints_namespace: str | None


class SecretReference(View):
    """The value of RBDPersistentVolumeSource.secretRef."""

    name: str
    namespace: str


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


class PersistentVolumeClaimCondition(View):
    """One item of PersistentVolumeClaimStatus.conditions."""

    type: str
    status: str
    last_probe_time: Time
    last_transition_time: Time
    reason: str
    message: str


class ModifyVolumeStatus(View):
    """The value of PersistentVolumeClaimStatus.modifyVolumeStatus."""

    target_volume_attributes_class_name: str
    status: str


class PersistentVolumeClaimStatus(View):
    """The value of PersistentVolumeClaim.status."""

    phase: str
    access_modes: Items[str]
    capacity: Mapping[str, str]
    conditions: Items[PersistentVolumeClaimCondition]
    allocated_resources: Mapping[str, str]
    allocated_resource_statuses: Mapping[str, str]
    current_volume_attributes_class_name: str | None
    modify_volume_status: ModifyVolumeStatus | None


class PersistentVolumeClaim(Resource):
    """A PersistentVolumeClaim."""

    spec: PersistentVolumeClaimSpec
    status: PersistentVolumeClaimStatus
