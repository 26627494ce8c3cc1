"""NetworkPolicies.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (NetworkPolicyDescriber)
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from kplan.api.object import Json
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, joined, selector

_DIRECTIONS: Final = (("Ingress", "from", "source"), ("Egress", "to", "destination"))


def network_policy(value: Json, page: Page, scene: Scene) -> None:
    """A NetworkPolicy: whom it is about, and what it lets in and out."""
    del scene
    spec = value.get("spec") or {}
    identity(page, value)
    page.field(0, "Created on", _created(value["metadata"].get("creationTimestamp")))
    labelled(page, value)
    page.row(0, "Spec:")
    about = selector(spec.get("podSelector") or {})
    everyone = f"{NONE} (Allowing the specific traffic to all pods in this namespace)"
    page.row(1, f"PodSelector:     {everyone if about == NONE else about}")
    types = spec.get("policyTypes") or ()
    for direction, peers, side in _DIRECTIONS:
        traffic = f"{direction.lower()} traffic"
        if direction in types:
            page.row(1, f"Allowing {traffic}:")
            _rules(page, spec.get(direction.lower()) or (), peers, side)
        else:
            page.row(1, f"Not affecting {traffic}")
    page.row(1, f"Policy Types: {joined(types, ', ', NONE)}")


def _created(stamp: object) -> str:
    when = datetime.fromisoformat(str(stamp)).astimezone(UTC) if stamp else datetime(1, 1, 1, tzinfo=UTC)
    return f"{when.year:04d}-{when:%m-%d %H:%M:%S} +0000 UTC"


def _rules(page: Page, rules: Sequence[Json], peers: str, side: str) -> None:
    if not rules:
        direction = "ingress" if peers == "from" else "egress"
        page.row(2, f"{NONE} (Selected pods are isolated for {direction} connectivity)")
    for index, rule in enumerate(rules):
        if index:
            page.row(2, "----------")
        for port in rule.get("ports") or ():
            page.row(2, _port(port))
        if not rule.get("ports"):
            page.row(2, "To Port: <any> (traffic allowed to all ports)")
        for peer in rule.get(peers) or ():
            page.row(2, f"{peers.capitalize()}:")
            _peer(page, peer)
        if not rule.get(peers):
            page.row(2, f"{peers.capitalize()}: <any> (traffic not restricted by {side})")


def _port(port: Json) -> str:
    number, last = port.get("port", "<nil>"), port.get("endPort")
    protocol = port.get("protocol", "TCP")
    return f"To Port: {number}/{protocol}" if last is None else f"To Port Range: {number}-{last}/{protocol}"


def _peer(page: Page, peer: Json) -> None:
    found = False
    for title, field in (("NamespaceSelector", "namespaceSelector"), ("PodSelector", "podSelector")):
        if peer.get(field) is not None:
            page.row(3, f"{title}: {selector(peer[field])}")
            found = True
    block = peer.get("ipBlock")
    if block is not None and not found:
        page.row(3, "IPBlock:")
        page.row(4, f"CIDR: {block.get('cidr') or ''}")
        page.row(4, f"Except: {joined(block.get('except'), ', ')}")
