"""Services and Endpoints, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

from kplan.api.core.references import ObjectReference
from kplan.api.meta import Condition, Resource
from kplan.api.view import Items, View


class ServicePort(View):
    """One item of ServiceSpec.ports."""

    name: str
    protocol: str
    app_protocol: str | None
    port: int
    target_port: int | str
    node_port: int


class ClientIPConfig(View):
    """The value of SessionAffinityConfig.clientIP."""

    timeout_seconds: int | None


class SessionAffinityConfig(View):
    """The value of ServiceSpec.sessionAffinityConfig."""

    client_ip: ClientIPConfig | None


class ServiceSpec(View):
    """The value of Service.spec."""

    ports: Items[ServicePort]
    selector: Mapping[str, str]
    cluster_ip: str
    cluster_ips: Items[str]
    type: str
    external_ips: Items[str]
    session_affinity: str
    load_balancer_ip: str
    load_balancer_source_ranges: Items[str]
    external_name: str
    external_traffic_policy: str
    health_check_node_port: int
    publish_not_ready_addresses: bool
    session_affinity_config: SessionAffinityConfig | None
    ip_families: Items[str]
    ip_family_policy: str | None
    allocate_load_balancer_node_ports: bool | None
    load_balancer_class: str | None
    internal_traffic_policy: str | None
    traffic_distribution: str | None


class PortStatus(View):
    """One item of LoadBalancerIngress.ports."""

    port: int
    protocol: str
    error: str | None


class LoadBalancerIngress(View):
    """One item of LoadBalancerStatus.ingress."""

    ip: str
    hostname: str
    ip_mode: str | None
    ports: Items[PortStatus]


class LoadBalancerStatus(View):
    """The value of ServiceStatus.loadBalancer."""

    ingress: Items[LoadBalancerIngress]


class ServiceStatus(View):
    """The value of Service.status."""

    load_balancer: LoadBalancerStatus
    conditions: Items[Condition]


class Service(Resource):
    """A Service."""

    spec: ServiceSpec
    status: ServiceStatus


class EndpointAddress(View):
    """One item of EndpointSubset.addresses."""

    ip: str
    hostname: str
    node_name: str | None
    target_ref: ObjectReference | None


class EndpointPort(View):
    """One item of EndpointSubset.ports."""

    name: str
    port: int
    protocol: str
    app_protocol: str | None


class EndpointSubset(View):
    """One item of Endpoints.subsets."""

    addresses: Items[EndpointAddress]
    not_ready_addresses: Items[EndpointAddress]
    ports: Items[EndpointPort]


class Endpoints(Resource):
    """An Endpoints."""

    subsets: Items[EndpointSubset]
