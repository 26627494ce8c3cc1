"""NetworkPolicies: whether a connection between two ends is let out and let in, and by which rule.

Upstream: staging/src/k8s.io/api/networking/v1/types.go (NetworkPolicySpec), as network plug-ins implement it
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from kplan.api.core.pod import Pod
from kplan.api.gvk import ObjectKey
from kplan.api.meta import LabelSelector
from kplan.api.metadata import labels_of
from kplan.api.networking import IPBlock, NetworkPolicy, NetworkPolicySpec
from kplan.api.networking import NetworkPolicyPeer as Peer
from kplan.api.networking import NetworkPolicyPort as Port
from kplan.api.object import Json
from kplan.selectors.labels import Selector
from kplan.state.store import Store


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connection: a pod, or an address outside."""

    address: str = ""
    pod: Json | None = None

    @property
    def namespace(self) -> str:
        """The pod's namespace; empty outside."""
        return str(self.pod["metadata"]["namespace"]) if self.pod else ""

    @property
    def is_outside(self) -> bool:
        """Whether it is somewhere outside, nobody knows where."""
        return self.pod is None and not self.address

    @property
    def labels(self) -> dict[str, str]:
        """The pod's labels."""
        return labels_of(self.pod) if self.pod else {}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one direction is open, and why."""

    allowed: bool
    reason: str


def may_leave(store: Store, source: End, destination: End, port: int, protocol: str = "TCP") -> Verdict:
    """Whether the source's policies let the connection out."""
    return _judge(store, source, destination, destination, port, protocol, "Egress")


def may_enter(store: Store, source: End, destination: End, port: int, protocol: str = "TCP") -> Verdict:
    """Whether the destination's policies let the connection in."""
    return _judge(store, destination, source, destination, port, protocol, "Ingress")


def policies_for(store: Store, end: End, direction: str) -> list[Json]:
    """The policies that isolate a pod in a direction."""
    if end.pod is None or Pod(end.pod).spec.host_network:
        return []
    found = store.list("networking.k8s.io", "NetworkPolicy", end.namespace)
    return [policy for policy in found if direction in types_of(policy) and selects(policy, end)]


def types_of(policy: Json) -> Sequence[str]:
    """The directions a policy applies to; by default ingress, and egress if it has egress rules."""
    spec = NetworkPolicy(policy).spec
    return spec.policy_types or (("Ingress", "Egress") if spec.egress else ("Ingress",))


def _judge(
    store: Store, own: End, other: End, destination: End, port: int, protocol: str, direction: str
) -> Verdict:
    policies = policies_for(store, own, direction)
    word = direction.lower()
    if own.pod is not None and other.pod is not None and own.pod["metadata"] == other.pod["metadata"]:
        return Verdict(allowed=True, reason=f"no policy restricts {word} between a pod and itself")
    if not policies:
        return Verdict(allowed=True, reason=f"no policy restricts {word}")
    for policy in map(NetworkPolicy, policies):
        for number, (peers, ports) in enumerate(rules_of(policy.spec, direction)):
            if ports_match(ports, destination, port, protocol) and _peers_match(
                store, peers, other, own.namespace
            ):
                reason = f"networkpolicy/{policy.metadata.name} allows it by spec.{word}[{number}]"
                return Verdict(allowed=True, reason=reason)
    names = ", ".join(sorted(f"networkpolicy/{policy['metadata']['name']}" for policy in policies))
    return Verdict(
        allowed=False,
        reason=f"{names} restrict{'s' if len(policies) == 1 else ''} {word} and no rule allows it",
    )


def rules_of(spec: NetworkPolicySpec, direction: str) -> list[tuple[Sequence[Peer], Sequence[Port]]]:
    """The peers and ports of each rule of a direction."""
    if direction == "Ingress":
        return [(rule.from_, rule.ports) for rule in spec.ingress]
    return [(rule.to, rule.ports) for rule in spec.egress]


def selects(policy: Json, end: End) -> bool:
    """Whether a policy of the pod's namespace is about the pod."""
    return _matches(NetworkPolicy(policy).spec.pod_selector, end.labels)


def _matches(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    return Selector.from_label_selector(selector.raw).matches(labels)


def _peers_match(store: Store, peers: Sequence[Peer], end: End, namespace: str) -> bool:
    return not peers or any(_peer_matches(store, peer, end, namespace) for peer in peers)


def _peer_matches(store: Store, peer: Peer, end: End, namespace: str) -> bool:
    if peer.ip_block is not None:
        return in_block(end, peer.ip_block)
    if end.pod is None:
        return False
    if peer.namespace_selector is None:
        if end.namespace != namespace:
            return False
    elif not _matches(peer.namespace_selector, namespace_labels(store, end.namespace)):
        return False
    return peer.pod_selector is None or _matches(peer.pod_selector, end.labels)


def namespace_labels(store: Store, name: str) -> Mapping[str, str]:
    """The labels of a namespace, with its name among them."""
    place = store.get(ObjectKey("", "Namespace", "", name))
    return {**(labels_of(place) if place else {}), "kubernetes.io/metadata.name": name}


def in_block(end: End, block: IPBlock) -> bool:
    """Whether an end is in a range; of one outside whose address is not known only that it is somewhere."""
    if not end.address:
        return end.pod is None and ip_network(block.cidr, strict=False).prefixlen == 0
    place = ip_address(end.address)
    inside = place in ip_network(block.cidr, strict=False)
    return inside and not any(place in ip_network(item, strict=False) for item in block.except_)


def ports_match(ports: Sequence[Port], destination: End, port: int, protocol: str) -> bool:
    """Whether a rule allows a port of the destination; a rule without ports allows all."""
    return not ports or any(_port_matches(item, destination, port, protocol) for item in ports)


def _port_matches(wanted: Port, destination: End, port: int, protocol: str) -> bool:
    if (wanted.protocol or "TCP") != protocol:
        return False
    number = wanted.port
    if number is None:
        return True
    if isinstance(number, str):
        return any(
            offered.name == number and offered.container_port == port
            for container in (Pod(destination.pod).spec.containers if destination.pod else ())
            for offered in container.ports
        )
    return number <= port <= (wanted.end_port or number)
