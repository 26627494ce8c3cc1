"""What a volume may be made from, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

from kplan.api.core.references import LocalObjectReference
from kplan.api.meta import LabelSelector
from kplan.api.view import Items, View


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


class ImageVolumeSource(View):
    """The value of Volume.image."""

    reference: str
    pull_policy: str
