"""Containers, probes, resources and security contexts, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

from kplan.api.core.volume import VolumeDevice, VolumeMount, VolumeMountStatus
from kplan.api.core.volumesources import ObjectFieldSelector, ResourceFieldSelector
from kplan.api.view import Items, Time, View


class ContainerPort(View):
    """One item of Container.ports."""

    name: str
    host_port: int
    container_port: int
    protocol: str
    host_ip: str


class ConfigMapEnvSource(View):
    """The value of EnvFromSource.configMapRef."""

    name: str
    optional: bool | None


class SecretEnvSource(View):
    """The value of EnvFromSource.secretRef."""

    name: str
    optional: bool | None


class EnvFromSource(View):
    """One item of Container.envFrom."""

    prefix: str
    config_map_ref: ConfigMapEnvSource | None
    secret_ref: SecretEnvSource | None


class ConfigMapKeySelector(View):
    """The value of EnvVarSource.configMapKeyRef."""

    name: str
    key: str
    optional: bool | None


class SecretKeySelector(View):
    """The value of EnvVarSource.secretKeyRef."""

    name: str
    key: str
    optional: bool | None


class FileKeySelector(View):
    """The value of EnvVarSource.fileKeyRef."""

    volume_name: str
    path: str
    key: str
    optional: bool | None


class EnvVarSource(View):
    """The value of EnvVar.valueFrom."""

    field_ref: ObjectFieldSelector | None
    resource_field_ref: ResourceFieldSelector | None
    config_map_key_ref: ConfigMapKeySelector | None
    secret_key_ref: SecretKeySelector | None
    file_key_ref: FileKeySelector | None


class EnvVar(View):
    """One item of Container.env."""

    name: str
    value: str
    value_from: EnvVarSource | None


class ResourceClaim(View):
    """One item of ResourceRequirements.claims."""

    name: str
    request: str


class ResourceRequirements(View):
    """The value of Container.resources."""

    limits: Mapping[str, str]
    requests: Mapping[str, str]
    claims: Items[ResourceClaim]


class ContainerResizePolicy(View):
    """One item of Container.resizePolicy."""

    resource_name: str
    restart_policy: str


class ContainerRestartRuleOnExitCodes(View):
    """The value of ContainerRestartRule.exitCodes."""

    operator: str
    values: Items[int]


class ContainerRestartRule(View):
    """One item of Container.restartPolicyRules."""

    action: str
    exit_codes: ContainerRestartRuleOnExitCodes | None


class ExecAction(View):
    """The value of Probe.exec."""

    command: Items[str]


class HTTPHeader(View):
    """One item of HTTPGetAction.httpHeaders."""

    name: str
    value: str


class HTTPGetAction(View):
    """The value of Probe.httpGet."""

    path: str
    port: int | str
    host: str
    scheme: str
    http_headers: Items[HTTPHeader]


class TCPSocketAction(View):
    """The value of Probe.tcpSocket."""

    port: int | str
    host: str


class GRPCAction(View):
    """The value of Probe.grpc."""

    port: int
    service: str | None


class Probe(View):
    """The value of Container.livenessProbe."""

    exec: ExecAction | None
    http_get: HTTPGetAction | None
    tcp_socket: TCPSocketAction | None
    grpc: GRPCAction | None
    initial_delay_seconds: int
    timeout_seconds: int
    period_seconds: int
    success_threshold: int
    failure_threshold: int
    termination_grace_period_seconds: int | None


class SleepAction(View):
    """The value of LifecycleHandler.sleep."""

    seconds: int


class LifecycleHandler(View):
    """The value of Lifecycle.postStart."""

    exec: ExecAction | None
    http_get: HTTPGetAction | None
    tcp_socket: TCPSocketAction | None
    sleep: SleepAction | None


class Lifecycle(View):
    """The value of Container.lifecycle."""

    post_start: LifecycleHandler | None
    pre_stop: LifecycleHandler | None
    stop_signal: str | None


class Capabilities(View):
    """The value of SecurityContext.capabilities."""

    add: Items[str]
    drop: Items[str]


class SELinuxOptions(View):
    """The value of SecurityContext.seLinuxOptions."""

    user: str
    role: str
    type: str
    level: str


class WindowsSecurityContextOptions(View):
    """The value of SecurityContext.windowsOptions."""

    gmsa_credential_spec_name: str | None
    gmsa_credential_spec: str | None
    run_as_user_name: str | None
    host_process: bool | None


class SeccompProfile(View):
    """The value of SecurityContext.seccompProfile."""

    type: str
    localhost_profile: str | None


class AppArmorProfile(View):
    """The value of SecurityContext.appArmorProfile."""

    type: str
    localhost_profile: str | None


class SecurityContext(View):
    """The value of Container.securityContext."""

    capabilities: Capabilities | None
    privileged: bool | None
    se_linux_options: SELinuxOptions | None
    windows_options: WindowsSecurityContextOptions | None
    run_as_user: int | None
    run_as_group: int | None
    run_as_non_root: bool | None
    read_only_root_filesystem: bool | None
    allow_privilege_escalation: bool | None
    proc_mount: str | None
    seccomp_profile: SeccompProfile | None
    app_armor_profile: AppArmorProfile | None


class Container(View):
    """One item of PodSpec.initContainers."""

    name: str
    image: str
    command: Items[str]
    args: Items[str]
    working_dir: str
    ports: Items[ContainerPort]
    env_from: Items[EnvFromSource]
    env: Items[EnvVar]
    resources: ResourceRequirements
    resize_policy: Items[ContainerResizePolicy]
    restart_policy: str | None
    restart_policy_rules: Items[ContainerRestartRule]
    volume_mounts: Items[VolumeMount]
    volume_devices: Items[VolumeDevice]
    liveness_probe: Probe | None
    readiness_probe: Probe | None
    startup_probe: Probe | None
    lifecycle: Lifecycle | None
    termination_message_path: str
    termination_message_policy: str
    image_pull_policy: str
    security_context: SecurityContext | None
    stdin: bool
    stdin_once: bool
    tty: bool


class EphemeralContainer(Container):
    """One item of PodSpec.ephemeralContainers."""

    target_container_name: str


class ContainerStateWaiting(View):
    """The value of ContainerState.waiting."""

    reason: str
    message: str


class ContainerStateRunning(View):
    """The value of ContainerState.running."""

    started_at: Time


class ContainerStateTerminated(View):
    """The value of ContainerState.terminated."""

    exit_code: int
    signal: int
    reason: str
    message: str
    started_at: Time
    finished_at: Time
    container_id: str


class ContainerState(View):
    """The value of ContainerStatus.state."""

    waiting: ContainerStateWaiting | None
    running: ContainerStateRunning | None
    terminated: ContainerStateTerminated | None


class LinuxContainerUser(View):
    """The value of ContainerUser.linux."""

    uid: int
    gid: int
    supplemental_groups: Items[int]


class ContainerUser(View):
    """The value of ContainerStatus.user."""

    linux: LinuxContainerUser | None


class ResourceHealth(View):
    """One item of ResourceStatus.resources."""

    resource_id: str
    health: str
    message: str | None


class ResourceStatus(View):
    """One item of ContainerStatus.allocatedResourcesStatus."""

    name: str
    resources: Items[ResourceHealth]


class ContainerStatus(View):
    """One item of PodStatus.initContainerStatuses."""

    name: str
    state: ContainerState
    last_state: ContainerState
    ready: bool
    restart_count: int
    image: str
    image_id: str
    container_id: str
    started: bool | None
    allocated_resources: Mapping[str, str]
    resources: ResourceRequirements | None
    volume_mounts: Items[VolumeMountStatus]
    user: ContainerUser | None
    allocated_resources_status: Items[ResourceStatus]
    stop_signal: str | None


class ContainerExtendedResourceRequest(View):
    """One item of PodExtendedResourceClaimStatus.requestMappings."""

    container_name: str
    resource_name: str
    request_name: str


class TopologySelectorLabelRequirement(View):
    """One item of TopologySelectorTerm.matchLabelExpressions."""

    key: str
    values: Items[str]


class TopologySelectorTerm(View):
    """One item of StorageClass.allowedTopologies."""

    match_label_expressions: Items[TopologySelectorLabelRequirement]
