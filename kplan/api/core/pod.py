"""Pods and their templates, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

from pydantic import Field

from kplan.api.core.container import (
    AppArmorProfile,
    Container,
    ContainerExtendedResourceRequest,
    ContainerStatus,
    EphemeralContainer,
    ResourceRequirements,
    SeccompProfile,
    SELinuxOptions,
    WindowsSecurityContextOptions,
)
from kplan.api.core.node import NodeAllocatableResourceClaimStatus
from kplan.api.core.placement import (
    Affinity,
    PodSchedulingGate,
    PodSchedulingGroup,
    Toleration,
    TopologySpreadConstraint,
)
from kplan.api.core.volume import LocalObjectReference, Volume
from kplan.api.meta import ObjectMeta
from kplan.api.view import Items, Time, View


class Sysctl(View):
    """One item of PodSecurityContext.sysctls."""

    name: str = ""
    value: str = ""


class PodSecurityContext(View):
    """The value of PodSpec.securityContext."""

    se_linux_options: SELinuxOptions | None = None
    windows_options: WindowsSecurityContextOptions | None = None
    run_as_user: int | None = None
    run_as_group: int | None = None
    run_as_non_root: bool | None = None
    supplemental_groups: Items[int] = ()
    supplemental_groups_policy: str | None = None
    fs_group: int | None = None
    sysctls: Items[Sysctl] = ()
    fs_group_change_policy: str | None = None
    seccomp_profile: SeccompProfile | None = None
    app_armor_profile: AppArmorProfile | None = None
    se_linux_change_policy: str | None = None


class HostAlias(View):
    """One item of PodSpec.hostAliases."""

    ip: str = ""
    hostnames: Items[str] = ()


class PodDNSConfigOption(View):
    """One item of PodDNSConfig.options."""

    name: str = ""
    value: str | None = None


class PodDNSConfig(View):
    """The value of PodSpec.dnsConfig."""

    nameservers: Items[str] = ()
    searches: Items[str] = ()
    options: Items[PodDNSConfigOption] = ()


class PodReadinessGate(View):
    """One item of PodSpec.readinessGates."""

    condition_type: str = ""


class PodOS(View):
    """The value of PodSpec.os."""

    name: str = ""


class PodResourceClaim(View):
    """One item of PodSpec.resourceClaims."""

    name: str = ""
    resource_claim_name: str | None = None
    resource_claim_template_name: str | None = None


class PodSpec(View):
    """The value of Pod.spec."""

    volumes: Items[Volume] = ()
    init_containers: Items[Container] = ()
    containers: Items[Container] = ()
    ephemeral_containers: Items[EphemeralContainer] = ()
    restart_policy: str = ""
    termination_grace_period_seconds: int | None = None
    active_deadline_seconds: int | None = None
    dns_policy: str = ""
    node_selector: Mapping[str, str] = Field(default_factory=dict)
    service_account_name: str = ""
    service_account: str = ""
    automount_service_account_token: bool | None = None
    node_name: str = ""
    host_network: bool = False
    host_pid: bool = False
    host_ipc: bool = False
    share_process_namespace: bool | None = None
    security_context: PodSecurityContext | None = None
    image_pull_secrets: Items[LocalObjectReference] = ()
    hostname: str = ""
    subdomain: str = ""
    affinity: Affinity | None = None
    scheduler_name: str = ""
    tolerations: Items[Toleration] = ()
    host_aliases: Items[HostAlias] = ()
    priority_class_name: str = ""
    priority: int | None = None
    dns_config: PodDNSConfig | None = None
    readiness_gates: Items[PodReadinessGate] = ()
    runtime_class_name: str | None = None
    enable_service_links: bool | None = None
    preemption_policy: str | None = None
    overhead: Mapping[str, str] = Field(default_factory=dict)
    topology_spread_constraints: Items[TopologySpreadConstraint] = ()
    set_hostname_as_fqdn: bool | None = Field(default=None, alias="setHostnameAsFQDN")
    os: PodOS | None = None
    host_users: bool | None = None
    scheduling_gates: Items[PodSchedulingGate] = ()
    resource_claims: Items[PodResourceClaim] = ()
    resources: ResourceRequirements | None = None
    hostname_override: str | None = None
    scheduling_group: PodSchedulingGroup | None = None


class PodCondition(View):
    """One item of PodStatus.conditions."""

    type: str = ""
    observed_generation: int = 0
    status: str = ""
    last_probe_time: Time = ""
    last_transition_time: Time = ""
    reason: str = ""
    message: str = ""


class HostIP(View):
    """One item of PodStatus.hostIPs."""

    ip: str = ""


class PodIP(View):
    """One item of PodStatus.podIPs."""

    ip: str = ""


class PodResourceClaimStatus(View):
    """One item of PodStatus.resourceClaimStatuses."""

    name: str = ""
    resource_claim_name: str | None = None


class PodExtendedResourceClaimStatus(View):
    """The value of PodStatus.extendedResourceClaimStatus."""

    request_mappings: Items[ContainerExtendedResourceRequest] = ()
    resource_claim_name: str = ""


class PodStatus(View):
    """The value of Pod.status."""

    observed_generation: int = 0
    phase: str = ""
    conditions: Items[PodCondition] = ()
    message: str = ""
    reason: str = ""
    nominated_node_name: str = ""
    host_ip: str = ""
    host_ips: Items[HostIP] = ()
    pod_ip: str = ""
    pod_ips: Items[PodIP] = ()
    start_time: Time | None = None
    init_container_statuses: Items[ContainerStatus] = ()
    container_statuses: Items[ContainerStatus] = ()
    qos_class: str = ""
    ephemeral_container_statuses: Items[ContainerStatus] = ()
    resize: str = ""
    resource_claim_statuses: Items[PodResourceClaimStatus] = ()
    extended_resource_claim_status: PodExtendedResourceClaimStatus | None = None
    allocated_resources: Mapping[str, str] = Field(default_factory=dict)
    resources: ResourceRequirements | None = None
    node_allocatable_resource_claim_statuses: Items[NodeAllocatableResourceClaimStatus] = ()


class Pod(View):
    """A Pod."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: PodSpec = Field(default_factory=PodSpec)
    status: PodStatus = Field(default_factory=PodStatus)


class PodTemplateSpec(View):
    """The value of PodTemplate.template."""

    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: PodSpec = Field(default_factory=PodSpec)


class PodTemplate(View):
    """A PodTemplate."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    template: PodTemplateSpec = Field(default_factory=PodTemplateSpec)


class ReplicationControllerSpec(View):
    """The value of ReplicationController.spec."""

    replicas: int | None = None
    min_ready_seconds: int = 0
    selector: Mapping[str, str] = Field(default_factory=dict)
    template: PodTemplateSpec | None = None


class ReplicationControllerCondition(View):
    """One item of ReplicationControllerStatus.conditions."""

    type: str = ""
    status: str = ""
    last_transition_time: Time = ""
    reason: str = ""
    message: str = ""


class ReplicationControllerStatus(View):
    """The value of ReplicationController.status."""

    replicas: int = 0
    fully_labeled_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    observed_generation: int = 0
    conditions: Items[ReplicationControllerCondition] = ()


class ReplicationController(View):
    """A ReplicationController."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: ReplicationControllerSpec = Field(default_factory=ReplicationControllerSpec)
    status: ReplicationControllerStatus = Field(default_factory=ReplicationControllerStatus)
