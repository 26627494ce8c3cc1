"""Nodes, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

from kplan.api.meta import Resource
from kplan.api.view import Items, Time, View


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


class NodeAllocatableResourceClaimStatus(View):
    """One item of PodStatus.nodeAllocatableResourceClaimStatuses."""

    resource_claim_name: str
    containers: Items[str]
    resources: Mapping[str, str]


class Taint(View):
    """One item of NodeSpec.taints."""

    key: str
    value: str
    effect: str
    time_added: Time | None


class NodeConfigSource(View):
    """The value of NodeSpec.configSource."""

    config_map: ConfigMapNodeConfigSource | None


class NodeSpec(View):
    """The value of Node.spec."""

    pod_cidr: str
    pod_cidrs: Items[str]
    provider_id: str
    unschedulable: bool
    taints: Items[Taint]
    config_source: NodeConfigSource | None
    external_id: str


class NodeCondition(View):
    """One item of NodeStatus.conditions."""

    type: str
    status: str
    last_heartbeat_time: Time
    last_transition_time: Time
    reason: str
    message: str


class NodeAddress(View):
    """One item of NodeStatus.addresses."""

    type: str
    address: str


class DaemonEndpoint(View, names={"port": "Port"}):
    """The value of NodeDaemonEndpoints.kubeletEndpoint."""

    port: int


class NodeDaemonEndpoints(View):
    """The value of NodeStatus.daemonEndpoints."""

    kubelet_endpoint: DaemonEndpoint


class NodeSwapStatus(View):
    """The value of NodeSystemInfo.swap."""

    capacity: int | None


class NodeSystemInfo(View):
    """The value of NodeStatus.nodeInfo."""

    machine_id: str
    system_uuid: str
    boot_id: str
    kernel_version: str
    os_image: str
    container_runtime_version: str
    kubelet_version: str
    kube_proxy_version: str
    operating_system: str
    architecture: str
    swap: NodeSwapStatus | None


class ContainerImage(View):
    """One item of NodeStatus.images."""

    names: Items[str]
    size_bytes: int


class NodeConfigStatus(View):
    """The value of NodeStatus.config."""

    assigned: NodeConfigSource | None
    active: NodeConfigSource | None
    last_known_good: NodeConfigSource | None
    error: str


class NodeRuntimeHandlerFeatures(View):
    """The value of NodeRuntimeHandler.features."""

    recursive_read_only_mounts: bool | None
    user_namespaces: bool | None


class NodeRuntimeHandler(View):
    """One item of NodeStatus.runtimeHandlers."""

    name: str
    features: NodeRuntimeHandlerFeatures | None


class NodeFeatures(View):
    """The value of NodeStatus.features."""

    supplemental_groups_policy: bool | None


class NodeStatus(View):
    """The value of Node.status."""

    capacity: Mapping[str, str]
    allocatable: Mapping[str, str]
    phase: str
    conditions: Items[NodeCondition]
    addresses: Items[NodeAddress]
    daemon_endpoints: NodeDaemonEndpoints
    node_info: NodeSystemInfo
    images: Items[ContainerImage]
    volumes_in_use: Items[str]
    volumes_attached: Items[AttachedVolume]
    config: NodeConfigStatus | None
    runtime_handlers: Items[NodeRuntimeHandler]
    features: NodeFeatures | None
    declared_features: Items[str]


class Node(Resource):
    """A Node."""

    spec: NodeSpec
    status: NodeStatus
