"""Services.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (ServiceDescriber)
"""

from collections.abc import Sequence

from kplan.api.object import Json
from kplan.kubectl.printers.describe.endpoints import behind, slices_of
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, UNSET, joined, label_list


def service(value: Json, page: Page, scene: Scene) -> None:
    """A Service: its addresses, its ports and who is behind them."""
    metadata, spec = value["metadata"], value["spec"]
    identity(page, value)
    labelled(page, value)
    page.field(0, "Selector", label_list(spec.get("selector")))
    page.field(0, "Type", spec.get("type") or "")
    _addresses(page, spec)
    balancer = ((value.get("status") or {}).get("loadBalancer") or {}).get("ingress")
    if balancer:
        page.field(0, "LoadBalancer Ingress", ", ".join(map(_ingress, balancer)))
    slices = slices_of(scene, metadata.get("namespace") or "", metadata["name"])
    for port in spec.get("ports") or ():
        _port(page, port, slices)
    _policies(page, spec)
    events(page, value, scene)


def _addresses(page: Page, spec: Json) -> None:
    if spec.get("ipFamilyPolicy") is not None:
        page.field(0, "IP Family Policy", spec["ipFamilyPolicy"])
    page.field(0, "IP Families", joined(spec.get("ipFamilies"), default=NONE))
    page.field(0, "IP", spec.get("clusterIP") or "")
    page.field(0, "IPs", joined(spec.get("clusterIPs"), default=NONE))
    if spec.get("externalIPs"):
        page.field(0, "External IPs", joined(spec["externalIPs"]))
    if spec.get("loadBalancerIP"):
        page.field(0, "Desired LoadBalancer IP", spec["loadBalancerIP"])
    if spec.get("externalName"):
        page.field(0, "External Name", spec["externalName"])


def _ingress(ingress: Json) -> str:
    if not ingress.get("ip"):
        return str(ingress.get("hostname") or "")
    mode = ingress.get("ipMode")
    return str(ingress["ip"]) if mode is None else f"{ingress['ip']} ({mode})"


def _port(page: Page, port: Json, slices: Sequence[Json]) -> None:
    name, protocol = port.get("name") or UNSET, port.get("protocol") or ""
    page.row(0, "Port:", name, f"{port.get('port', 0)}/{protocol}")
    page.field(0, "TargetPort", f"{port.get('targetPort', 0)}/{protocol}")
    if port.get("appProtocol") is not None:
        page.field(0, "AppProtocol", port["appProtocol"])
    if port.get("nodePort"):
        page.row(0, "NodePort:", name, f"{port['nodePort']}/{protocol}")
    page.field(0, "Endpoints", behind(slices, port.get("name") or ""))


def _policies(page: Page, spec: Json) -> None:
    page.field(0, "Session Affinity", spec.get("sessionAffinity") or "")
    for title, field in (
        ("External Traffic Policy", "externalTrafficPolicy"),
        ("Internal Traffic Policy", "internalTrafficPolicy"),
        ("HealthCheck NodePort", "healthCheckNodePort"),
    ):
        if spec.get(field):
            page.field(0, title, spec[field])
    if spec.get("loadBalancerSourceRanges"):
        page.field(0, "LoadBalancer Source Ranges", joined(spec["loadBalancerSourceRanges"]))
    if spec.get("trafficDistribution") is not None:
        page.field(0, "Traffic Distribution", spec["trafficDistribution"])
