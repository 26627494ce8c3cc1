"""The columns of Services, endpoints, Ingresses and network policies.

Upstream: pkg/printers/internalversion/printers.go
"""

from collections.abc import Iterable

from kplan.api.core.service import Endpoints, LoadBalancerIngress, Service, ServicePort
from kplan.api.discovery import EndpointSlice
from kplan.api.networking import Ingress, IngressClass, IngressLoadBalancerIngress, NetworkPolicy
from kplan.kubectl.printers.columns.column import (
    AGE,
    NAME,
    NONE,
    UNSET,
    Column,
    Roster,
    at,
    at_most,
    labels_text,
    of,
    selector_text,
)


def _balancer(places: Iterable[LoadBalancerIngress | IngressLoadBalancerIngress]) -> str:
    """All addresses: a server makes every table wide, and kubectl leaves out columns alone."""
    return ",".join(sorted({one.ip or one.hostname for one in places} - {""}))


def _external(service: Service) -> str:
    kind, ips = service.spec.type, service.spec.external_ips
    if kind == "ExternalName":
        return service.spec.external_name
    if kind == "LoadBalancer":
        balancer = _balancer(service.status.load_balancer.ingress)
        return ",".join(filter(None, [balancer, *ips])) or "<pending>"
    return ",".join(ips) or NONE


def _address(ingress: Ingress) -> str:
    return _balancer(ingress.status.load_balancer.ingress)


def _ports(service: Service) -> str:
    return ",".join(_port(one) for one in service.spec.ports) or NONE


def _port(port: ServicePort) -> str:
    node = f":{port.node_port}" if port.node_port else ""
    return f"{port.port}{node}/{port.protocol or 'TCP'}"


def _cluster_ip(service: Service) -> str:
    return next(iter(service.spec.cluster_ips), NONE)


def _hosts(ingress: Ingress) -> str:
    """The first three hosts; rules without a host count among those that are left out."""
    rules = ingress.spec.rules
    named = [place for place, rule in enumerate(rules) if rule.host][:3]
    text = ",".join(rules[place].host for place in named)
    more = len(named) == 3 and named[-1] < len(rules) - 1
    return f"{text} + {len(rules) - 3} more..." if more else text or "*"


def _endpoints(found: Endpoints) -> str:
    places: list[str] = []
    for subset in found.subsets:
        for number in [port.port for port in subset.ports] or [0]:
            suffix = f":{number}" if number else ""
            places += [f"{_bracketed(one.ip, suffix)}{suffix}" for one in subset.addresses]
    return at_most(places, 3) if found.subsets else NONE


def _bracketed(address: str, suffix: str) -> str:
    return f"[{address}]" if ":" in address and suffix else address


def _slice_ports(found: EndpointSlice) -> str:
    names = [str(one.port or one.name or "*") for one in found.ports]
    return at_most(names, 3) if names else UNSET


def _slice_endpoints(found: EndpointSlice) -> str:
    places = [address for one in found.endpoints for address in one.addresses]
    return at_most(places, 3) if places else UNSET


def _class_name(found: IngressClass) -> str:
    default = found.metadata.annotations.get("ingressclass.kubernetes.io/is-default-class") == "true"
    return f"{found.metadata.name} (default)" if default else found.metadata.name


def _parameters(found: IngressClass) -> str:
    given = found.spec.parameters
    if given is None:
        return NONE
    return f"{given.kind}{f'.{given.api_group}' if given.api_group else ''}/{given.name}"


COLUMNS: Roster = {
    ("", "Service"): (
        NAME, Column("TYPE", at("spec", "type")), Column("CLUSTER-IP", of(Service, _cluster_ip)), Column("EXTERNAL-IP", of(Service, _external)),
        Column("PORT(S)", of(Service, _ports)), AGE,
        Column("SELECTOR", of(Service, lambda one: labels_text(one.spec.selector)), wide=True),
    ),
    ("", "Endpoints"): (NAME, Column("ENDPOINTS", of(Endpoints, _endpoints)), AGE),
    ("discovery.k8s.io", "EndpointSlice"): (
        NAME, Column("ADDRESSTYPE", at("addressType")), Column("PORTS", of(EndpointSlice, _slice_ports)), Column("ENDPOINTS", of(EndpointSlice, _slice_endpoints)), AGE,
    ),
    ("networking.k8s.io", "Ingress"): (
        NAME, Column("CLASS", at("spec", "ingressClassName", default=NONE)), Column("HOSTS", of(Ingress, _hosts)), Column("ADDRESS", of(Ingress, _address)),
        Column("PORTS", of(Ingress, lambda one: "80, 443" if one.spec.tls else "80")), AGE,
    ),
    ("networking.k8s.io", "IngressClass"): (
        Column("NAME", of(IngressClass, _class_name)), Column("CONTROLLER", at("spec", "controller")), Column("PARAMETERS", of(IngressClass, _parameters)), AGE,
    ),
    ("networking.k8s.io", "NetworkPolicy"): (
        NAME, Column("POD-SELECTOR", of(NetworkPolicy, lambda one: selector_text(one.spec.pod_selector))), AGE,
    ),
}  # fmt: skip
