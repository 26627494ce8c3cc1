"""Pods and their templates, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

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
from kplan.api.core.references import LocalObjectReference
from kplan.api.core.volume import Volume
from kplan.api.meta import ObjectMeta, Resource
from kplan.api.view import Items, Time, View


class Sysctl(View):
    """One item of PodSecurityContext.sysctls."""

    name: str
    value: str


class PodSecurityContext(View):
    """The value of PodSpec.securityContext."""

    se_linux_options: SELinuxOptions | None
    windows_options: WindowsSecurityContextOptions | None
    run_as_user: int | None
    run_as_group: int | None
    run_as_non_root: bool | None
    supplemental_groups: Items[int]
    supplemental_groups_policy: str | None
    fs_group: int | None
    sysctls: Items[Sysctl]
    fs_group_change_policy: str | None
    seccomp_profile: SeccompProfile | None
    app_armor_profile: AppArmorProfile | None
    se_linux_change_policy: str | None


class HostAlias(View):
    """One item of PodSpec.hostAliases."""

    ip: str
    hostnames: Items[str]


class PodDNSConfigOption(View):
    """One item of PodDNSConfig.options."""

    name: str
    value: str | None


class PodDNSConfig(View):
    """The value of PodSpec.dnsConfig."""

    nameservers: Items[str]
    searches: Items[str]
    options: Items[PodDNSConfigOption]


class PodReadinessGate(View):
    """One item of PodSpec.readinessGates."""

    condition_type: str


class PodOS(View):
    """The value of PodSpec.os."""

    name: str


class PodResourceClaim(View):
    """One item of PodSpec.resourceClaims."""

    name: str
    resource_claim_name: str | None
    resource_claim_template_name: str | None


class PodSpec(View):
    """The value of Pod.spec."""

    volumes: Items[Volume]
    init_containers: Items[Container]
    containers: Items[Container]
    ephemeral_containers: Items[EphemeralContainer]
    restart_policy: str
    termination_grace_period_seconds: int | None
    active_deadline_seconds: int | None
    dns_policy: str
    node_selector: Mapping[str, str]
    service_account_name: str
    service_account: str
    automount_service_account_token: bool | None
    node_name: str
    host_network: bool
    host_pid: bool
    host_ipc: bool
    share_process_namespace: bool | None
    security_context: PodSecurityContext | None
    image_pull_secrets: Items[LocalObjectReference]
    hostname: str
    subdomain: str
    affinity: Affinity | None
    scheduler_name: str
    tolerations: Items[Toleration]
    host_aliases: Items[HostAlias]
    priority_class_name: str
    priority: int | None
    dns_config: PodDNSConfig | None
    readiness_gates: Items[PodReadinessGate]
    runtime_class_name: str | None
    enable_service_links: bool | None
    preemption_policy: str | None
    overhead: Mapping[str, str]
    topology_spread_constraints: Items[TopologySpreadConstraint]
    set_hostname_as_fqdn: bool | None
    os: PodOS | None
    host_users: bool | None
    scheduling_gates: Items[PodSchedulingGate]
    resource_claims: Items[PodResourceClaim]
    resources: ResourceRequirements | None
    hostname_override: str | None
    scheduling_group: PodSchedulingGroup | None


class PodCondition(View):
    """One item of PodStatus.conditions."""

    type: str
    observed_generation: int
    status: str
    last_probe_time: Time
    last_transition_time: Time
    reason: str
    message: str


class HostIP(View):
    """One item of PodStatus.hostIPs."""

    ip: str


class PodIP(View):
    """One item of PodStatus.podIPs."""

    ip: str


class PodResourceClaimStatus(View):
    """One item of PodStatus.resourceClaimStatuses."""

    name: str
    resource_claim_name: str | None


class PodExtendedResourceClaimStatus(View):
    """The value of PodStatus.extendedResourceClaimStatus."""

    request_mappings: Items[ContainerExtendedResourceRequest]
    resource_claim_name: str


class PodStatus(View):
    """The value of Pod.status."""

    observed_generation: int
    phase: str
    conditions: Items[PodCondition]
    message: str
    reason: str
    nominated_node_name: str
    host_ip: str
    host_ips: Items[HostIP]
    pod_ip: str
    pod_ips: Items[PodIP]
    start_time: Time | None
    init_container_statuses: Items[ContainerStatus]
    container_statuses: Items[ContainerStatus]
    qos_class: str
    ephemeral_container_statuses: Items[ContainerStatus]
    resize: str
    resource_claim_statuses: Items[PodResourceClaimStatus]
    extended_resource_claim_status: PodExtendedResourceClaimStatus | None
    allocated_resources: Mapping[str, str]
    resources: ResourceRequirements | None
    node_allocatable_resource_claim_statuses: Items[NodeAllocatableResourceClaimStatus]


class Pod(Resource):
    """A Pod."""

    spec: PodSpec
    status: PodStatus


class PodTemplateSpec(View):
    """The value of PodTemplate.template."""

    metadata: ObjectMeta
    spec: PodSpec


class PodTemplate(Resource):
    """A PodTemplate."""

    template: PodTemplateSpec


class ReplicationControllerSpec(View):
    """The value of ReplicationController.spec."""

    replicas: int | None
    min_ready_seconds: int
    selector: Mapping[str, str]
    template: PodTemplateSpec | None


class ReplicationControllerCondition(View):
    """One item of ReplicationControllerStatus.conditions."""

    type: str
    status: str
    last_transition_time: Time
    reason: str
    message: str


class ReplicationControllerStatus(View):
    """The value of ReplicationController.status."""

    replicas: int
    fully_labeled_replicas: int
    ready_replicas: int
    available_replicas: int
    observed_generation: int
    conditions: Items[ReplicationControllerCondition]


class ReplicationController(Resource):
    """A ReplicationController."""

    spec: ReplicationControllerSpec
    status: ReplicationControllerStatus
