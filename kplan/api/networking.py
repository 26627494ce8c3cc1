"""Typed views of the networking.k8s.io group.

Upstream: staging/src/k8s.io/api/networking/v1/types.go
"""

from pydantic import Field

from kplan.api.core.volume import TypedLocalObjectReference
from kplan.api.meta import LabelSelector, ObjectMeta
from kplan.api.view import Items, View


class ServiceBackendPort(View):
    """The value of IngressServiceBackend.port."""

    name: str = ""
    number: int = 0


class IngressServiceBackend(View):
    """The value of IngressBackend.service."""

    name: str = ""
    port: ServiceBackendPort = Field(default_factory=ServiceBackendPort)


class IngressBackend(View):
    """The value of IngressSpec.defaultBackend."""

    service: IngressServiceBackend | None = None
    resource: TypedLocalObjectReference | None = None


class IngressTLS(View):
    """One item of IngressSpec.tls."""

    hosts: Items[str] = ()
    secret_name: str = ""


class HTTPIngressPath(View):
    """One item of HTTPIngressRuleValue.paths."""

    path: str = ""
    path_type: str | None = None
    backend: IngressBackend = Field(default_factory=IngressBackend)


class HTTPIngressRuleValue(View):
    """The value of IngressRule.http."""

    paths: Items[HTTPIngressPath] = ()


class IngressRule(View):
    """One item of IngressSpec.rules."""

    host: str = ""
    http: HTTPIngressRuleValue | None = None


class IngressSpec(View):
    """The value of Ingress.spec."""

    ingress_class_name: str | None = None
    default_backend: IngressBackend | None = None
    tls: Items[IngressTLS] = ()
    rules: Items[IngressRule] = ()


class IngressPortStatus(View):
    """One item of IngressLoadBalancerIngress.ports."""

    port: int = 0
    protocol: str = ""
    error: str | None = None


class IngressLoadBalancerIngress(View):
    """One item of IngressLoadBalancerStatus.ingress."""

    ip: str = ""
    hostname: str = ""
    ports: Items[IngressPortStatus] = ()


class IngressLoadBalancerStatus(View):
    """The value of IngressStatus.loadBalancer."""

    ingress: Items[IngressLoadBalancerIngress] = ()


class IngressStatus(View):
    """The value of Ingress.status."""

    load_balancer: IngressLoadBalancerStatus = Field(default_factory=IngressLoadBalancerStatus)


class Ingress(View):
    """An Ingress."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: IngressSpec = Field(default_factory=IngressSpec)
    status: IngressStatus = Field(default_factory=IngressStatus)


class IngressClassParametersReference(View):
    """The value of IngressClassSpec.parameters."""

    api_group: str | None = None
    kind: str = ""
    name: str = ""
    scope: str | None = None
    namespace: str | None = None


class IngressClassSpec(View):
    """The value of IngressClass.spec."""

    controller: str = ""
    parameters: IngressClassParametersReference | None = None


class IngressClass(View):
    """An IngressClass."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: IngressClassSpec = Field(default_factory=IngressClassSpec)


class NetworkPolicyPort(View):
    """One item of NetworkPolicyIngressRule.ports."""

    protocol: str | None = None
    port: int | str | None = None
    end_port: int | None = None


class IPBlock(View):
    """The value of NetworkPolicyPeer.ipBlock."""

    cidr: str = ""
    except_: Items[str] = ()


class NetworkPolicyPeer(View):
    """One item of NetworkPolicyIngressRule.from."""

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IPBlock | None = None


class NetworkPolicyIngressRule(View):
    """One item of NetworkPolicySpec.ingress."""

    ports: Items[NetworkPolicyPort] = ()
    from_: Items[NetworkPolicyPeer] = ()


class NetworkPolicyEgressRule(View):
    """One item of NetworkPolicySpec.egress."""

    ports: Items[NetworkPolicyPort] = ()
    to: Items[NetworkPolicyPeer] = ()


class NetworkPolicySpec(View):
    """The value of NetworkPolicy.spec."""

    pod_selector: LabelSelector = Field(default_factory=LabelSelector)
    ingress: Items[NetworkPolicyIngressRule] = ()
    egress: Items[NetworkPolicyEgressRule] = ()
    policy_types: Items[str] = ()


class NetworkPolicy(View):
    """A NetworkPolicy."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: NetworkPolicySpec = Field(default_factory=NetworkPolicySpec)
