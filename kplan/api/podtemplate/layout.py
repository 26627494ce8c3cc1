"""The Go structs behind a pod template, field by field in declaration order, for every release kplan knows.

The pod-template-hash is taken over a dump that prints all of them, set or not, so a release that adds a field gives
every template another hash. A line is ``Struct: Field Type; Field=jsonName Type``; ``inline`` embeds, ``@1.28`` says
since when a field exists, ``@-1.28`` until when, ``@1.35-1.35`` both.

Upstream: staging/src/k8s.io/api/core/v1/types.go, staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go
"""

from functools import cache

from kplan.namedtuples import NamedTuple

NEWEST = (1, 37)
OLDEST = (1, 25)

# fmt: off
_STRUCTS = """
PodTemplateSpec: ObjectMeta=metadata ObjectMeta; Spec PodSpec
ObjectMeta: Name string; GenerateName string; Namespace string; SelfLink string; UID=uid types.UID;
  ResourceVersion string; Generation int64; CreationTimestamp Time; DeletionTimestamp *Time;
  DeletionGracePeriodSeconds *int64; Labels map[string]string; Annotations map[string]string;
  OwnerReferences []OwnerReference; Finalizers []string; ManagedFields []ManagedFieldsEntry
PodSpec: Volumes []Volume; InitContainers []Container; Containers []Container; EphemeralContainers
  []EphemeralContainer; RestartPolicy RestartPolicy; TerminationGracePeriodSeconds *int64;
  ActiveDeadlineSeconds *int64; DNSPolicy=dnsPolicy DNSPolicy; NodeSelector map[string]string;
  ServiceAccountName string; DeprecatedServiceAccount=serviceAccount string;
  AutomountServiceAccountToken *bool; NodeName string; HostNetwork bool; HostPID bool; HostIPC bool;
  ShareProcessNamespace *bool; SecurityContext *PodSecurityContext; ImagePullSecrets
  []LocalObjectReference; Hostname string; Subdomain string; Affinity *Affinity; SchedulerName string;
  Tolerations []Toleration; HostAliases []HostAlias; PriorityClassName string; Priority *int32;
  DNSConfig=dnsConfig *PodDNSConfig; ReadinessGates []PodReadinessGate; RuntimeClassName *string;
  EnableServiceLinks *bool; PreemptionPolicy *PreemptionPolicy; Overhead ResourceList;
  TopologySpreadConstraints []TopologySpreadConstraint; SetHostnameAsFQDN *bool; OS=os *PodOS; HostUsers
  *bool; SchedulingGates []PodSchedulingGate @1.26; ResourceClaims []PodResourceClaim @1.26; Resources
  *ResourceRequirements @1.32; HostnameOverride *string @1.34; WorkloadRef *WorkloadReference
  @1.35-1.35; SchedulingGroup *PodSchedulingGroup @1.36
OwnerReference: APIVersion=apiVersion string; Kind string; Name string; UID=uid types.UID; Controller
  *bool; BlockOwnerDeletion *bool
ManagedFieldsEntry: Manager string; Operation ManagedFieldsOperationType; APIVersion=apiVersion string;
  Time *Time; FieldsType string; FieldsV1 *FieldsV1; Subresource string
Volume: Name string; VolumeSource VolumeSource inline
Container: Name string; Image string; Command []string; Args []string; WorkingDir string; Ports
  []ContainerPort; EnvFrom []EnvFromSource; Env []EnvVar; Resources ResourceRequirements; ResizePolicy
  []ContainerResizePolicy @1.27; RestartPolicy *ContainerRestartPolicy @1.28; RestartPolicyRules
  []ContainerRestartRule @1.34; VolumeMounts []VolumeMount; VolumeDevices []VolumeDevice; LivenessProbe
  *Probe; ReadinessProbe *Probe; StartupProbe *Probe; Lifecycle *Lifecycle; TerminationMessagePath
  string; TerminationMessagePolicy TerminationMessagePolicy; ImagePullPolicy PullPolicy; SecurityContext
  *SecurityContext; Stdin bool; StdinOnce bool; TTY=tty bool
EphemeralContainer: EphemeralContainerCommon EphemeralContainerCommon inline; TargetContainerName string
PodSecurityContext: SELinuxOptions=seLinuxOptions *SELinuxOptions; WindowsOptions
  *WindowsSecurityContextOptions; RunAsUser *int64; RunAsGroup *int64; RunAsNonRoot *bool;
  SupplementalGroups []int64; SupplementalGroupsPolicy *SupplementalGroupsPolicy @1.31; FSGroup=fsGroup
  *int64; Sysctls []Sysctl; FSGroupChangePolicy=fsGroupChangePolicy *PodFSGroupChangePolicy;
  SeccompProfile *SeccompProfile; AppArmorProfile *AppArmorProfile @1.30;
  SELinuxChangePolicy=seLinuxChangePolicy *PodSELinuxChangePolicy @1.32
LocalObjectReference: Name string
Affinity: NodeAffinity *NodeAffinity; PodAffinity *PodAffinity; PodAntiAffinity *PodAntiAffinity
Toleration: Key string; Operator TolerationOperator; Value string; Effect TaintEffect; TolerationSeconds
  *int64
HostAlias: IP=ip string; Hostnames []string
PodDNSConfig: Nameservers []string; Searches []string; Options []PodDNSConfigOption
PodReadinessGate: ConditionType PodConditionType
TopologySpreadConstraint: MaxSkew int32; TopologyKey string; WhenUnsatisfiable
  UnsatisfiableConstraintAction; LabelSelector *LabelSelector; MinDomains *int32; NodeAffinityPolicy
  *NodeInclusionPolicy; NodeTaintsPolicy *NodeInclusionPolicy; MatchLabelKeys []string
PodOS: Name OSName
PodSchedulingGate: Name string
PodResourceClaim: Name string; Source ClaimSource inline @-1.30; ResourceClaimName *string @1.31;
  ResourceClaimTemplateName *string @1.31
ResourceRequirements: Limits ResourceList; Requests ResourceList; Claims []ResourceClaim @1.26
PodSchedulingGroup: PodGroupName *string
VolumeSource: HostPath *HostPathVolumeSource; EmptyDir *EmptyDirVolumeSource;
  GCEPersistentDisk=gcePersistentDisk *GCEPersistentDiskVolumeSource;
  AWSElasticBlockStore=awsElasticBlockStore *AWSElasticBlockStoreVolumeSource; GitRepo
  *GitRepoVolumeSource; Secret *SecretVolumeSource; NFS=nfs *NFSVolumeSource; ISCSI=iscsi
  *ISCSIVolumeSource; Glusterfs *GlusterfsVolumeSource; PersistentVolumeClaim
  *PersistentVolumeClaimVolumeSource; RBD=rbd *RBDVolumeSource; FlexVolume *FlexVolumeSource; Cinder
  *CinderVolumeSource; CephFS=cephfs *CephFSVolumeSource; Flocker *FlockerVolumeSource; DownwardAPI
  *DownwardAPIVolumeSource; FC=fc *FCVolumeSource; AzureFile *AzureFileVolumeSource; ConfigMap
  *ConfigMapVolumeSource; VsphereVolume *VsphereVirtualDiskVolumeSource; Quobyte *QuobyteVolumeSource;
  AzureDisk *AzureDiskVolumeSource; PhotonPersistentDisk *PhotonPersistentDiskVolumeSource; Projected
  *ProjectedVolumeSource; PortworxVolume *PortworxVolumeSource; ScaleIO *ScaleIOVolumeSource;
  StorageOS=storageos *StorageOSVolumeSource; CSI=csi *CSIVolumeSource; Ephemeral
  *EphemeralVolumeSource; Image *ImageVolumeSource @1.31
ContainerPort: Name string; HostPort int32; ContainerPort int32; Protocol Protocol; HostIP string
EnvFromSource: Prefix string; ConfigMapRef *ConfigMapEnvSource; SecretRef *SecretEnvSource
EnvVar: Name string; Value string; ValueFrom *EnvVarSource
ContainerResizePolicy: ResourceName ResourceName; RestartPolicy ResourceResizeRestartPolicy
ContainerRestartRule: Action ContainerRestartRuleAction; ExitCodes *ContainerRestartRuleOnExitCodes
VolumeMount: Name string; ReadOnly bool; RecursiveReadOnly *RecursiveReadOnlyMode @1.30; MountPath
  string; SubPath string; MountPropagation *MountPropagationMode; SubPathExpr string
VolumeDevice: Name string; DevicePath string
Probe: ProbeHandler ProbeHandler inline; InitialDelaySeconds int32; TimeoutSeconds int32; PeriodSeconds
  int32; SuccessThreshold int32; FailureThreshold int32; TerminationGracePeriodSeconds *int64
Lifecycle: PostStart *LifecycleHandler; PreStop *LifecycleHandler; StopSignal *Signal @1.33
SecurityContext: Capabilities *Capabilities; Privileged *bool; SELinuxOptions=seLinuxOptions
  *SELinuxOptions; WindowsOptions *WindowsSecurityContextOptions; RunAsUser *int64; RunAsGroup *int64;
  RunAsNonRoot *bool; ReadOnlyRootFilesystem *bool; AllowPrivilegeEscalation *bool; ProcMount
  *ProcMountType; SeccompProfile *SeccompProfile; AppArmorProfile *AppArmorProfile @1.30
EphemeralContainerCommon: Name string; Image string; Command []string; Args []string; WorkingDir string;
  Ports []ContainerPort; EnvFrom []EnvFromSource; Env []EnvVar; Resources ResourceRequirements;
  ResizePolicy []ContainerResizePolicy; RestartPolicy *ContainerRestartPolicy; RestartPolicyRules
  []ContainerRestartRule; VolumeMounts []VolumeMount; VolumeDevices []VolumeDevice; LivenessProbe
  *Probe; ReadinessProbe *Probe; StartupProbe *Probe; Lifecycle *Lifecycle; TerminationMessagePath
  string; TerminationMessagePolicy TerminationMessagePolicy; ImagePullPolicy PullPolicy; SecurityContext
  *SecurityContext; Stdin bool; StdinOnce bool; TTY=tty bool
SELinuxOptions: User string; Role string; Type string; Level string
WindowsSecurityContextOptions: GMSACredentialSpecName=gmsaCredentialSpecName *string;
  GMSACredentialSpec=gmsaCredentialSpec *string; RunAsUserName *string; HostProcess *bool
Sysctl: Name string; Value string
SeccompProfile: Type SeccompProfileType; LocalhostProfile *string
AppArmorProfile: Type AppArmorProfileType; LocalhostProfile *string
NodeAffinity: RequiredDuringSchedulingIgnoredDuringExecution *NodeSelector;
  PreferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm
PodAffinity: RequiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm;
  PreferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm
PodAntiAffinity: RequiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm;
  PreferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm
PodDNSConfigOption: Name string; Value *string
LabelSelector: MatchLabels map[string]string; MatchExpressions []LabelSelectorRequirement
ResourceClaim: Name string; Request string @1.31
HostPathVolumeSource: Path string; Type *HostPathType
EmptyDirVolumeSource: Medium StorageMedium; SizeLimit *resource.Quantity
GCEPersistentDiskVolumeSource: PDName=pdName string; FSType=fsType string; Partition int32; ReadOnly
  bool
AWSElasticBlockStoreVolumeSource: VolumeID string; FSType=fsType string; Partition int32; ReadOnly bool
GitRepoVolumeSource: Repository string; Revision string; Directory string
SecretVolumeSource: SecretName string; Items []KeyToPath; DefaultMode *int32; Optional *bool
NFSVolumeSource: Server string; Path string; ReadOnly bool
ISCSIVolumeSource: TargetPortal string; IQN=iqn string; Lun int32; ISCSIInterface=iscsiInterface string;
  FSType=fsType string; ReadOnly bool; Portals []string; DiscoveryCHAPAuth=chapAuthDiscovery bool;
  SessionCHAPAuth=chapAuthSession bool; SecretRef *LocalObjectReference; InitiatorName *string
GlusterfsVolumeSource: EndpointsName=endpoints string; Path string; ReadOnly bool
PersistentVolumeClaimVolumeSource: ClaimName string; ReadOnly bool
RBDVolumeSource: CephMonitors=monitors []string; RBDImage=image string; FSType=fsType string;
  RBDPool=pool string; RadosUser=user string; Keyring string; SecretRef *LocalObjectReference; ReadOnly
  bool
FlexVolumeSource: Driver string; FSType=fsType string; SecretRef *LocalObjectReference; ReadOnly bool;
  Options map[string]string
CinderVolumeSource: VolumeID string; FSType=fsType string; ReadOnly bool; SecretRef
  *LocalObjectReference
CephFSVolumeSource: Monitors []string; Path string; User string; SecretFile string; SecretRef
  *LocalObjectReference; ReadOnly bool
FlockerVolumeSource: DatasetName string; DatasetUUID string
DownwardAPIVolumeSource: Items []DownwardAPIVolumeFile; DefaultMode *int32
FCVolumeSource: TargetWWNs []string; Lun *int32; FSType=fsType string; ReadOnly bool; WWIDs=wwids
  []string
AzureFileVolumeSource: SecretName string; ShareName string; ReadOnly bool
ConfigMapVolumeSource: LocalObjectReference LocalObjectReference inline; Items []KeyToPath; DefaultMode
  *int32; Optional *bool
VsphereVirtualDiskVolumeSource: VolumePath string; FSType=fsType string; StoragePolicyName string;
  StoragePolicyID string
QuobyteVolumeSource: Registry string; Volume string; ReadOnly bool; User string; Group string; Tenant
  string
AzureDiskVolumeSource: DiskName string; DataDiskURI=diskURI string; CachingMode
  *AzureDataDiskCachingMode; FSType=fsType *string; ReadOnly *bool; Kind *AzureDataDiskKind
PhotonPersistentDiskVolumeSource: PdID string; FSType=fsType string
ProjectedVolumeSource: Sources []VolumeProjection; DefaultMode *int32
PortworxVolumeSource: VolumeID string; FSType=fsType string; ReadOnly bool
ScaleIOVolumeSource: Gateway string; System string; SecretRef *LocalObjectReference;
  SSLEnabled=sslEnabled bool; ProtectionDomain string; StoragePool string; StorageMode string;
  VolumeName string; FSType=fsType string; ReadOnly bool
StorageOSVolumeSource: VolumeName string; VolumeNamespace string; FSType=fsType string; ReadOnly bool;
  SecretRef *LocalObjectReference
CSIVolumeSource: Driver string; ReadOnly *bool; FSType=fsType *string; VolumeAttributes
  map[string]string; NodePublishSecretRef *LocalObjectReference
EphemeralVolumeSource: VolumeClaimTemplate *PersistentVolumeClaimTemplate
ImageVolumeSource: Reference string; PullPolicy PullPolicy
ConfigMapEnvSource: LocalObjectReference LocalObjectReference inline; Optional *bool
SecretEnvSource: LocalObjectReference LocalObjectReference inline; Optional *bool
EnvVarSource: FieldRef *ObjectFieldSelector; ResourceFieldRef *ResourceFieldSelector; ConfigMapKeyRef
  *ConfigMapKeySelector; SecretKeyRef *SecretKeySelector; FileKeyRef *FileKeySelector @1.34
ContainerRestartRuleOnExitCodes: Operator ContainerRestartRuleOnExitCodesOperator; Values []int32
ProbeHandler: Exec *ExecAction; HTTPGet=httpGet *HTTPGetAction; TCPSocket=tcpSocket *TCPSocketAction;
  GRPC=grpc *GRPCAction
LifecycleHandler: Exec *ExecAction; HTTPGet=httpGet *HTTPGetAction; TCPSocket=tcpSocket
  *TCPSocketAction; Sleep *SleepAction @1.29
Capabilities: Add []Capability; Drop []Capability
NodeSelector: NodeSelectorTerms []NodeSelectorTerm
PreferredSchedulingTerm: Weight int32; Preference NodeSelectorTerm
PodAffinityTerm: LabelSelector *LabelSelector; Namespaces []string; TopologyKey string;
  NamespaceSelector *LabelSelector; MatchLabelKeys []string @1.29; MismatchLabelKeys []string @1.29
WeightedPodAffinityTerm: Weight int32; PodAffinityTerm PodAffinityTerm
LabelSelectorRequirement: Key string; Operator LabelSelectorOperator; Values []string
KeyToPath: Key string; Path string; Mode *int32
DownwardAPIVolumeFile: Path string; FieldRef *ObjectFieldSelector; ResourceFieldRef
  *ResourceFieldSelector; Mode *int32
VolumeProjection: Secret *SecretProjection; DownwardAPI *DownwardAPIProjection; ConfigMap
  *ConfigMapProjection; ServiceAccountToken *ServiceAccountTokenProjection; ClusterTrustBundle
  *ClusterTrustBundleProjection @1.29; PodCertificate *PodCertificateProjection @1.34
PersistentVolumeClaimTemplate: ObjectMeta=metadata ObjectMeta; Spec PersistentVolumeClaimSpec
ObjectFieldSelector: APIVersion=apiVersion string; FieldPath string
ResourceFieldSelector: ContainerName string; Resource string; Divisor resource.Quantity
ConfigMapKeySelector: LocalObjectReference LocalObjectReference inline; Key string; Optional *bool
SecretKeySelector: LocalObjectReference LocalObjectReference inline; Key string; Optional *bool
FileKeySelector: VolumeName string; Path string; Key string; Optional *bool
ExecAction: Command []string
HTTPGetAction: Path string; Port intstr.IntOrString; Host string; Scheme URIScheme;
  HTTPHeaders=httpHeaders []HTTPHeader
TCPSocketAction: Port intstr.IntOrString; Host string
GRPCAction: Port int32; Service *string
SleepAction: Seconds int64
NodeSelectorTerm: MatchExpressions []NodeSelectorRequirement; MatchFields []NodeSelectorRequirement
SecretProjection: LocalObjectReference LocalObjectReference inline; Items []KeyToPath; Optional *bool
DownwardAPIProjection: Items []DownwardAPIVolumeFile
ConfigMapProjection: LocalObjectReference LocalObjectReference inline; Items []KeyToPath; Optional *bool
ServiceAccountTokenProjection: Audience string; ExpirationSeconds *int64; Path string
ClusterTrustBundleProjection: Name *string; SignerName *string; LabelSelector *LabelSelector; Optional
  *bool; Path string
PodCertificateProjection: SignerName string; KeyType string; MaxExpirationSeconds *int32;
  CredentialBundlePath string; KeyPath string; CertificateChainPath string; UserAnnotations
  map[string]string @1.35
PersistentVolumeClaimSpec: AccessModes []PersistentVolumeAccessMode; Selector *LabelSelector; Resources
  ResourceRequirements @-1.28; Resources VolumeResourceRequirements @1.29; VolumeName string;
  StorageClassName *string; VolumeMode *PersistentVolumeMode; DataSource *TypedLocalObjectReference;
  DataSourceRef *TypedLocalObjectReference @-1.25; DataSourceRef *TypedObjectReference @1.26;
  VolumeAttributesClassName *string @1.29
HTTPHeader: Name string; Value string
NodeSelectorRequirement: Key string; Operator NodeSelectorOperator; Values []string
VolumeResourceRequirements: Limits ResourceList; Requests ResourceList
TypedLocalObjectReference: APIGroup=apiGroup *string; Kind string; Name string
TypedObjectReference: APIGroup=apiGroup *string; Kind string; Name string; Namespace *string
ClaimSource: ResourceClaimName *string; ResourceClaimTemplateName *string
WorkloadReference: Name string; PodGroup string; PodGroupReplicaKey string
"""
# fmt: on


class StructField(NamedTuple):
    """One field of a Go struct: its Go name, the name in JSON (empty for an embedded struct) and its Go type."""

    go: str
    json: str
    type: str


class _Versioned(NamedTuple):
    field: StructField
    since: tuple[int, int]
    until: tuple[int, int]


def release(version: str) -> tuple[int, int]:
    """``1.36`` or ``v1.36.2`` as (1, 36), held within the releases whose layout is known."""
    major, minor = version.removeprefix("v").split(".")[:2]
    return min(max((int(major), int(minor)), OLDEST), NEWEST)


@cache
def structs(version: tuple[int, int]) -> dict[str, tuple[StructField, ...]]:
    """Every struct as the given release declares it."""
    return {
        name: tuple(entry.field for entry in fields if entry.since <= version <= entry.until)
        for name, fields in _parsed().items()
    }


@cache
def _parsed() -> dict[str, tuple[_Versioned, ...]]:
    text = _STRUCTS.replace("\n  ", " ").strip()
    pairs = (line.split(": ", 1) for line in text.splitlines())
    return {name: tuple(_field(entry.strip()) for entry in fields.split(";")) for name, fields in pairs}


def _field(text: str) -> _Versioned:
    names, kind, *rest = text.split()
    go, _, json = names.partition("=")
    span = next((word[1:] for word in rest if word.startswith("@")), "")
    since, _, until = span.partition("-")
    json = "" if "inline" in rest else json or go[0].lower() + go[1:]
    until_version = release(until) if until else NEWEST
    return _Versioned(StructField(go, json, kind), release(since) if since else OLDEST, until_version)
