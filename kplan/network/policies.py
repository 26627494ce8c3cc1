"""NetworkPolicies: whether a connection between two ends is let out and let in, and by which rule.

Upstream: staging/src/k8s.io/api/networking/v1/types.go (NetworkPolicySpec), as network plug-ins implement it
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from kplan.api.gvk import ObjectKey
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
        return (self.pod["metadata"].get("labels") or {}) if self.pod else {}


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
    if end.pod is None or (end.pod.get("spec") or {}).get("hostNetwork"):
        return []
    found = store.list("networking.k8s.io", "NetworkPolicy", end.namespace)
    return [policy for policy in found if direction in types_of(policy) and _selects(policy, end)]


def types_of(policy: Json) -> Sequence[str]:
    """The directions a policy is about; where it does not say, ingress, and egress where it has such rules."""
    spec = policy.get("spec") or {}
    if spec.get("policyTypes"):
        return list(spec["policyTypes"])
    return ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def _judge(
    store: Store, own: End, other: End, destination: End, port: int, protocol: str, direction: str
) -> Verdict:
    policies = policies_for(store, own, direction)
    word = direction.lower()
    if own.pod is not None and other.pod is not None and own.pod["metadata"] == other.pod["metadata"]:
        return Verdict(allowed=True, reason=f"no policy restricts {word} between a pod and itself")
    if not policies:
        return Verdict(allowed=True, reason=f"no policy restricts {word}")
    for policy in policies:
        rules = (policy["spec"].get(word)) or ()
        for number, rule in enumerate(rules):
            peers = rule.get("from" if direction == "Ingress" else "to")
            if _ports_match(rule.get("ports"), destination, port, protocol) and _peers_match(
                store, peers, other, own.namespace
            ):
                name = policy["metadata"]["name"]
                return Verdict(
                    allowed=True, reason=f"networkpolicy/{name} allows it by spec.{word}[{number}]"
                )
    names = ", ".join(sorted(f"networkpolicy/{policy['metadata']['name']}" for policy in policies))
    return Verdict(
        allowed=False,
        reason=f"{names} restrict{'s' if len(policies) == 1 else ''} {word} and no rule allows it",
    )


def _selects(policy: Json, end: End) -> bool:
    selector = (policy.get("spec") or {}).get("podSelector") or {}
    return Selector.from_label_selector(selector).matches(end.labels)


def _peers_match(store: Store, peers: Sequence[Json] | None, end: End, namespace: str) -> bool:
    return not peers or any(_peer_matches(store, peer, end, namespace) for peer in peers)


def _peer_matches(store: Store, peer: Json, end: End, namespace: str) -> bool:
    block = peer.get("ipBlock")
    if block is not None:
        return _in_block(end, block)
    if end.pod is None:
        return False
    pods, namespaces = peer.get("podSelector"), peer.get("namespaceSelector")
    if namespaces is None:
        if end.namespace != namespace:
            return False
    else:
        place = store.get(ObjectKey("", "Namespace", "", end.namespace)) or {}
        labels = {
            **(place.get("metadata", {}).get("labels") or {}),
            "kubernetes.io/metadata.name": end.namespace,
        }
        if not Selector.from_label_selector(namespaces).matches(labels):
            return False
    return pods is None or Selector.from_label_selector(pods).matches(end.labels)


def _in_block(end: End, block: Json) -> bool:
    """Whether an end is in a range; of one outside whose address is not known only that it is somewhere."""
    if not end.address:
        return end.pod is None and ip_network(block["cidr"], strict=False).prefixlen == 0
    place = ip_address(end.address)
    inside = place in ip_network(block["cidr"], strict=False)
    return inside and not any(place in ip_network(item, strict=False) for item in block.get("except") or ())


def _ports_match(ports: Sequence[Json] | None, destination: End, port: int, protocol: str) -> bool:
    return not ports or any(_port_matches(item, destination, port, protocol) for item in ports)


def _port_matches(wanted: Json, destination: End, port: int, protocol: str) -> bool:
    if wanted.get("protocol", "TCP") != protocol:
        return False
    number = wanted.get("port")
    if number is None:
        return True
    if isinstance(number, str):
        return any(
            offered.get("name") == number and offered.get("containerPort") == port
            for container in ((destination.pod or {}).get("spec") or {}).get("containers") or ()
            for offered in container.get("ports") or ()
        )
    return bool(number <= port <= (wanted.get("endPort") or number))
