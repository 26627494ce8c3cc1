"""Typed views of the networking.k8s.io group.

Upstream: staging/src/k8s.io/api/networking/v1/types.go
"""

from kplan.api.core.references import TypedLocalObjectReference
from kplan.api.meta import Condition, LabelSelector, Resource
from kplan.api.view import Items, View


class ServiceBackendPort(View):
    """The value of IngressServiceBackend.port."""

    name: str
    number: int


class IngressServiceBackend(View):
    """The value of IngressBackend.service."""

    name: str
    port: ServiceBackendPort


class IngressBackend(View):
    """The value of IngressSpec.defaultBackend."""

    service: IngressServiceBackend | None
    resource: TypedLocalObjectReference | None


class IngressTLS(View):
    """One item of IngressSpec.tls."""

    hosts: Items[str]
    secret_name: str


class HTTPIngressPath(View):
    """One item of HTTPIngressRuleValue.paths."""

    path: str
    path_type: str | None
    backend: IngressBackend


class HTTPIngressRuleValue(View):
    """The value of IngressRule.http."""

    paths: Items[HTTPIngressPath]


class IngressRule(View):
    """One item of IngressSpec.rules."""

    host: str
    http: HTTPIngressRuleValue | None


class IngressSpec(View):
    """The value of Ingress.spec."""

    ingress_class_name: str | None
    default_backend: IngressBackend | None
    tls: Items[IngressTLS]
    rules: Items[IngressRule]


class IngressPortStatus(View):
    """One item of IngressLoadBalancerIngress.ports."""

    port: int
    protocol: str
    error: str | None


class IngressLoadBalancerIngress(View):
    """One item of IngressLoadBalancerStatus.ingress."""

    ip: str
    hostname: str
    ports: Items[IngressPortStatus]


class IngressLoadBalancerStatus(View):
    """The value of IngressStatus.loadBalancer."""

    ingress: Items[IngressLoadBalancerIngress]


class IngressStatus(View):
    """The value of Ingress.status."""

    load_balancer: IngressLoadBalancerStatus


class Ingress(Resource):
    """An Ingress."""

    spec: IngressSpec
    status: IngressStatus


class IngressClassParametersReference(View):
    """The value of IngressClassSpec.parameters."""

    api_group: str | None
    kind: str
    name: str
    scope: str | None
    namespace: str | None


class IngressClassSpec(View):
    """The value of IngressClass.spec."""

    controller: str
    parameters: IngressClassParametersReference | None


class IngressClass(Resource):
    """An IngressClass."""

    spec: IngressClassSpec


class NetworkPolicyPort(View):
    """One item of NetworkPolicyIngressRule.ports."""

    protocol: str | None
    port: int | str | None
    end_port: int | None


class IPBlock(View):
    """The value of NetworkPolicyPeer.ipBlock."""

    cidr: str
    except_: Items[str]


class NetworkPolicyPeer(View):
    """One item of NetworkPolicyIngressRule.from."""

    pod_selector: LabelSelector | None
    namespace_selector: LabelSelector | None
    ip_block: IPBlock | None


class NetworkPolicyIngressRule(View):
    """One item of NetworkPolicySpec.ingress."""

    ports: Items[NetworkPolicyPort]
    from_: Items[NetworkPolicyPeer]


class NetworkPolicyEgressRule(View):
    """One item of NetworkPolicySpec.egress."""

    ports: Items[NetworkPolicyPort]
    to: Items[NetworkPolicyPeer]


class NetworkPolicySpec(View):
    """The value of NetworkPolicy.spec."""

    pod_selector: LabelSelector
    ingress: Items[NetworkPolicyIngressRule]
    egress: Items[NetworkPolicyEgressRule]
    policy_types: Items[str]


class NetworkPolicy(Resource):
    """A NetworkPolicy."""

    spec: NetworkPolicySpec


class ServiceCIDRSpec(View):
    """The value of ServiceCIDR.spec."""

    cidrs: Items[str]


class ServiceCIDRStatus(View):
    """The value of ServiceCIDR.status."""

    conditions: Items[Condition]


class ServiceCIDR(Resource):
    """A ServiceCIDR."""

    spec: ServiceCIDRSpec
    status: ServiceCIDRStatus


class ParentReference(View):
    """The value of IPAddressSpec.parentRef."""

    group: str
    resource: str
    namespace: str
    name: str


class IPAddressSpec(View):
    """The value of IPAddress.spec."""

    parent_ref: ParentReference | None


class IPAddress(Resource):
    """An IPAddress."""

    spec: IPAddressSpec
