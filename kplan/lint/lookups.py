"""Whether a NetworkPolicy lets pods look up names: whether a rule of it lets them out to a DNS server.

A rule is taken to do so wherever that cannot be told: where the server is differs between clusters.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any, Final

from kplan.api.walk import items, mapping, text
from kplan.lint.world import Subject

_PORTS: Final = frozenset({53, 1053, 5353, 8053})
"""Where the pods of a cluster's DNS server listen: a policy sees the port behind the Service."""
_NAME: Final = "kubernetes.io/metadata.name"
_OF_DNS: Final = ("dns", "kube-system")
"""What is in the labels and names of a DNS server and its namespace."""


def restricts_egress(policy: Subject) -> bool:
    """Whether a policy has a say in where its pods may connect to."""
    types = policy.spec.get("policyTypes")
    return "Egress" in types if isinstance(types, list) and types else bool(policy.spec.get("egress"))


def lets_look_up(policy: Subject) -> bool:
    """Whether a rule of a NetworkPolicy allows pods to reach a DNS server over UDP, as far as that can be known."""
    return any(
        _names_port(rule, "UDP") and _may_be_dns(rule, policy) for _, rule in items(policy.spec, "egress")
    )


def over_tcp_only(policy: Subject) -> Iterator[tuple[int, int]]:
    """Where its rules have the port of DNS without UDP: the numbers of the rule and of the port."""
    for number, rule in items(policy.spec, "egress"):
        for place, port in items(rule, "ports"):
            if port.get("port") in _PORTS and text(port, "protocol") in ("", "TCP"):
                yield number, place


def goes_to_addresses(policy: Subject) -> bool:
    """Whether all its rules are about addresses: pods that connect to these may need no name."""
    peers = [peer for _, rule in items(policy.spec, "egress") for _, peer in items(rule, "to")]
    return all("ipBlock" in peer for peer in peers)


def _names_port(rule: Mapping[str, Any], protocol: str) -> bool:
    ports = [port for _, port in items(rule, "ports")]
    return not ports or any(
        (text(port, "protocol") or "TCP") == protocol and _may_be_port(port) for port in ports
    )


def _may_be_port(port: Mapping[str, Any]) -> bool:
    number, last = port.get("port"), port.get("endPort")
    if isinstance(number, int):
        most = last if isinstance(last, int) else number
        return any(number <= one <= most for one in _PORTS)
    return not isinstance(number, str) or "dns" in number


def _may_be_dns(rule: Mapping[str, Any], policy: Subject) -> bool:
    if rule.get("ports"):
        return True  # who opens this port means the server by it
    peers = [peer for _, peer in items(rule, "to")]
    return not peers or any(_may_be_server(peer, policy) for peer in peers)


def _may_be_server(peer: Mapping[str, Any], policy: Subject) -> bool:
    """Whether a peer of a rule without ports may be the cluster's DNS server."""
    if "ipBlock" in peer:
        return _is_range(text(peer, "ipBlock", "cidr"))
    if any(word in str(peer) for word in _OF_DNS):
        return True
    if "namespaceSelector" not in peer:
        return policy.namespace == "kube-system"
    labels = mapping(peer, "namespaceSelector", "matchLabels")
    expressions = [one for _, one in items(mapping(peer, "namespaceSelector"), "matchExpressions")]
    by_name = _NAME in labels or any(
        one.get("key") == _NAME and one.get("operator") == "In" for one in expressions
    )
    return not by_name


def _is_range(cidr: str) -> bool:
    """Whether it is more than one address, or one of those that nodes answer on themselves."""
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        return True
    return network.num_addresses > 1 or network.is_link_local
