"""Services and Endpoints, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

from pydantic import Field

from kplan.api.core.volume import ObjectReference
from kplan.api.meta import Condition, ObjectMeta
from kplan.api.view import Items, View


class ServicePort(View):
    """One item of ServiceSpec.ports."""

    name: str = ""
    protocol: str = ""
    app_protocol: str | None = None
    port: int = 0
    target_port: int | str = 0
    node_port: int = 0


class ClientIPConfig(View):
    """The value of SessionAffinityConfig.clientIP."""

    timeout_seconds: int | None = None


class SessionAffinityConfig(View):
    """The value of ServiceSpec.sessionAffinityConfig."""

    client_ip: ClientIPConfig | None = None


class ServiceSpec(View):
    """The value of Service.spec."""

    ports: Items[ServicePort] = ()
    selector: Mapping[str, str] = Field(default_factory=dict)
    cluster_ip: str = ""
    cluster_ips: Items[str] = ()
    type: str = ""
    external_ips: Items[str] = ()
    session_affinity: str = ""
    load_balancer_ip: str = ""
    load_balancer_source_ranges: Items[str] = ()
    external_name: str = ""
    external_traffic_policy: str = ""
    health_check_node_port: int = 0
    publish_not_ready_addresses: bool = False
    session_affinity_config: SessionAffinityConfig | None = None
    ip_families: Items[str] = ()
    ip_family_policy: str | None = None
    allocate_load_balancer_node_ports: bool | None = None
    load_balancer_class: str | None = None
    internal_traffic_policy: str | None = None
    traffic_distribution: str | None = None


class PortStatus(View):
    """One item of LoadBalancerIngress.ports."""

    port: int = 0
    protocol: str = ""
    error: str | None = None


class LoadBalancerIngress(View):
    """One item of LoadBalancerStatus.ingress."""

    ip: str = ""
    hostname: str = ""
    ip_mode: str | None = None
    ports: Items[PortStatus] = ()


class LoadBalancerStatus(View):
    """The value of ServiceStatus.loadBalancer."""

    ingress: Items[LoadBalancerIngress] = ()


class ServiceStatus(View):
    """The value of Service.status."""

    load_balancer: LoadBalancerStatus = Field(default_factory=LoadBalancerStatus)
    conditions: Items[Condition] = ()


class Service(View):
    """A Service."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: ServiceSpec = Field(default_factory=ServiceSpec)
    status: ServiceStatus = Field(default_factory=ServiceStatus)


class EndpointAddress(View):
    """One item of EndpointSubset.addresses."""

    ip: str = ""
    hostname: str = ""
    node_name: str | None = None
    target_ref: ObjectReference | None = None


class EndpointPort(View):
    """One item of EndpointSubset.ports."""

    name: str = ""
    port: int = 0
    protocol: str = ""
    app_protocol: str | None = None


class EndpointSubset(View):
    """One item of Endpoints.subsets."""

    addresses: Items[EndpointAddress] = ()
    not_ready_addresses: Items[EndpointAddress] = ()
    ports: Items[EndpointPort] = ()


class Endpoints(View):
    """An Endpoints."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    subsets: Items[EndpointSubset] = ()
