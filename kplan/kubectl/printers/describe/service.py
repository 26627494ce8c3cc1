"""Services.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (ServiceDescriber)
"""

from collections.abc import Sequence

from kplan.api.core.service import LoadBalancerIngress, Service, ServicePort, ServiceSpec
from kplan.api.discovery import EndpointSlice
from kplan.api.object import Json
from kplan.kubectl.printers.describe.endpoints import behind, slices_of
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, UNSET, joined, label_list


def service(value: Json, page: Page, scene: Scene) -> None:
    """A Service: its addresses, its ports and who is behind them."""
    found = Service(value)
    spec = found.spec
    identity(page, value)
    labelled(page, value)
    page.field(0, "Selector", label_list(spec.selector))
    page.field(0, "Type", spec.type)
    _addresses(page, spec)
    balancer = found.status.load_balancer.ingress
    if balancer:
        page.field(0, "LoadBalancer Ingress", ", ".join(map(_ingress, balancer)))
    slices = slices_of(scene, found.metadata.namespace, found.metadata.name)
    for port in spec.ports:
        _port(page, port, slices)
    _policies(page, spec)
    events(page, value, scene)


def _addresses(page: Page, spec: ServiceSpec) -> None:
    if spec.ip_family_policy is not None:
        page.field(0, "IP Family Policy", spec.ip_family_policy)
    page.field(0, "IP Families", joined(spec.ip_families, default=NONE))
    page.field(0, "IP", spec.cluster_ip)
    page.field(0, "IPs", joined(spec.cluster_ips, default=NONE))
    for title, text in (
        ("External IPs", joined(spec.external_ips)),
        ("Desired LoadBalancer IP", spec.load_balancer_ip),
        ("External Name", spec.external_name),
    ):
        if text:
            page.field(0, title, text)


def _ingress(ingress: LoadBalancerIngress) -> str:
    if not ingress.ip:
        return ingress.hostname
    return ingress.ip if ingress.ip_mode is None else f"{ingress.ip} ({ingress.ip_mode})"


def _port(page: Page, port: ServicePort, slices: Sequence[EndpointSlice]) -> None:
    name = port.name or UNSET
    page.row(0, "Port:", name, f"{port.port}/{port.protocol}")
    page.field(0, "TargetPort", f"{port.target_port}/{port.protocol}")
    if port.app_protocol is not None:
        page.field(0, "AppProtocol", port.app_protocol)
    if port.node_port:
        page.row(0, "NodePort:", name, f"{port.node_port}/{port.protocol}")
    page.field(0, "Endpoints", behind(slices, port.name))


def _policies(page: Page, spec: ServiceSpec) -> None:
    page.field(0, "Session Affinity", spec.session_affinity)
    for title, value in (
        ("External Traffic Policy", spec.external_traffic_policy),
        ("Internal Traffic Policy", spec.internal_traffic_policy),
        ("HealthCheck NodePort", spec.health_check_node_port),
        ("LoadBalancer Source Ranges", joined(spec.load_balancer_source_ranges)),
    ):
        if value:
            page.field(0, title, value)
    if spec.traffic_distribution is not None:
        page.field(0, "Traffic Distribution", spec.traffic_distribution)
