"""NetworkPolicies.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (NetworkPolicyDescriber)
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from kplan.api.networking import NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec
from kplan.api.object import Json
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, joined, selector

Rule = tuple[Sequence[NetworkPolicyPort], Sequence[NetworkPolicyPeer]]
"""The ports and the peers of one rule."""


def network_policy(value: Json, page: Page, scene: Scene) -> None:
    """A NetworkPolicy: whom it is about, and what it lets in and out."""
    del scene
    found = NetworkPolicy(value)
    spec = found.spec
    identity(page, value)
    page.field(0, "Created on", _created(found.metadata.creation_timestamp))
    labelled(page, value)
    page.row(0, "Spec:")
    about = selector(spec.pod_selector)
    everyone = f"{NONE} (Allowing the specific traffic to all pods in this namespace)"
    page.row(1, f"PodSelector:     {everyone if about == NONE else about}")
    _direction(page, spec, "ingress", [(rule.ports, rule.from_) for rule in spec.ingress])
    _direction(page, spec, "egress", [(rule.ports, rule.to) for rule in spec.egress])
    page.row(1, f"Policy Types: {joined(spec.policy_types, ', ', NONE)}")


def _created(stamp: str) -> str:
    when = datetime.fromisoformat(stamp).astimezone(UTC) if stamp else datetime(1, 1, 1, tzinfo=UTC)
    return f"{when.year:04d}-{when:%m-%d %H:%M:%S} +0000 UTC"


def _direction(page: Page, spec: NetworkPolicySpec, direction: str, rules: Sequence[Rule]) -> None:
    if direction.capitalize() not in spec.policy_types:
        page.row(1, f"Not affecting {direction} traffic")
        return
    page.row(1, f"Allowing {direction} traffic:")
    if not rules:
        page.row(2, f"{NONE} (Selected pods are isolated for {direction} connectivity)")
    title, side = ("From", "source") if direction == "ingress" else ("To", "destination")
    for index, (ports, peers) in enumerate(rules):
        if index:
            page.row(2, "----------")
        for port in ports:
            page.row(2, _port(port))
        if not ports:
            page.row(2, "To Port: <any> (traffic allowed to all ports)")
        for peer in peers:
            page.row(2, f"{title}:")
            _peer(page, peer)
        if not peers:
            page.row(2, f"{title}: <any> (traffic not restricted by {side})")


def _port(port: NetworkPolicyPort) -> str:
    number = "<nil>" if port.port is None else port.port
    protocol = "TCP" if port.protocol is None else port.protocol
    if port.end_port is None:
        return f"To Port: {number}/{protocol}"
    return f"To Port Range: {number}-{port.end_port}/{protocol}"


def _peer(page: Page, peer: NetworkPolicyPeer) -> None:
    selectors = (("NamespaceSelector", peer.namespace_selector), ("PodSelector", peer.pod_selector))
    found = [(title, wanted) for title, wanted in selectors if wanted is not None]
    for title, wanted in found:
        page.row(3, f"{title}: {selector(wanted)}")
    if peer.ip_block is not None and not found:
        page.row(3, "IPBlock:")
        page.row(4, f"CIDR: {peer.ip_block.cidr}")
        page.row(4, f"Except: {joined(peer.ip_block.except_, ', ')}")
