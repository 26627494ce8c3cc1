"""Who may connect to whom, for very many ends at once: ends that no policy tells apart are judged once.

Upstream: staging/src/k8s.io/api/networking/v1/types.go (NetworkPolicySpec), as network plug-ins implement it
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from kplan.api.containers import container_ports_of
from kplan.api.labelselectors import match_expressions_of, match_labels_of
from kplan.api.metadata import labels_of, spec_of
from kplan.api.networking import IPBlock, NetworkPolicy
from kplan.api.networking import NetworkPolicyPeer as Peer
from kplan.api.networking import NetworkPolicyPort as RulePort
from kplan.api.object import Json
from kplan.api.pods import containers_of
from kplan.namedtuples import NamedTuple
from kplan.network.policies import (
    End,
    in_block,
    namespace_labels,
    ports_match,
    rules_of,
    selects,
    types_of,
)
from kplan.selectors.labels import Selector
from kplan.state.store import Store

INGRESS: Final = "Ingress"
EGRESS: Final = "Egress"
Port = tuple[int, str]
"""Number and protocol."""
Key = Hashable
_Words = Mapping[str, set[str]]
"""Labels that selectors ask for, with the values that they name."""


class Party(NamedTuple):
    """An end, and what policies can see of it: two ends of the same key are judged alike."""

    end: End
    key: Key


class Vocabulary:
    """What the policies of some states look at: labels, namespaces and names of ports."""

    def __init__(self, stores: Iterable[Store]) -> None:
        self._pods: defaultdict[str, set[str]] = defaultdict(set)
        self._namespaces: defaultdict[str, set[str]] = defaultdict(set)
        self._restricted: set[str] = set()
        self._names_ports = False
        self._blocks: dict[str, IPBlock] = {}
        for store in stores:
            for policy in policies_of(store):
                self._learn(policy)

    def party(self, end: End, stores: Sequence[Store]) -> Party:
        """An end with the key that it has in all the states together."""
        pod = end.pod
        if pod is None:
            return Party(end, end.address)
        spec, name = spec_of(pod), end.namespace
        labels = [_seen(namespace_labels(store, name), self._namespaces) for store in stores]
        ports = tuple(_named_ports(spec)) if self._names_ports else ()
        own = name if name in self._restricted else ""
        blocks = tuple(in_block(end, block) for block in self._blocks.values())
        key = (own, *labels, _seen(end.labels, self._pods), ports, bool(spec.get("hostNetwork")), blocks)
        return Party(end, key)

    def _learn_peer(self, peer: Peer) -> None:
        if peer.ip_block is not None:
            self._blocks[str(peer.ip_block.raw)] = peer.ip_block
        if peer.pod_selector is not None:
            _collect(peer.pod_selector.raw, self._pods)
        if peer.namespace_selector is not None:
            _collect(peer.namespace_selector.raw, self._namespaces)

    def _learn(self, policy: Json) -> None:
        spec = NetworkPolicy(policy).spec
        self._restricted.add(policy["metadata"]["namespace"])
        _collect(spec.pod_selector.raw, self._pods)
        for direction in (INGRESS, EGRESS):
            for peers, ports in rules_of(spec, direction):
                for peer in peers:
                    self._learn_peer(peer)
                self._names_ports |= any(isinstance(port.port, str) for port in ports)


class _Peer(NamedTuple):
    """A peer of a rule, ready to be asked often."""

    peer: Peer
    namespace: str
    namespaces: Selector | None
    """None if the pods have to be in the namespace of the policy."""
    pods: Selector | None
    """None if any pod will do."""


class _Rule(NamedTuple):
    peers: Sequence[_Peer]
    ports: Sequence[RulePort]


class _Policy(NamedTuple):
    value: Json
    rules: Mapping[str, Sequence[_Rule]]


Rules = Sequence[_Rule] | None
"""What lets connections through; None if no policy restricts them."""


class Reach:
    """The policies of one state, asked about many pairs of endpoints.

    What another state has in common with it has the same rules in both, so that they can be told to be the same.
    """

    def __init__(self, store: Store, earlier: "Reach | None" = None) -> None:
        self._store = store
        self.compiled: dict[int, _Policy] = {}
        known = earlier.compiled if earlier else {}
        self._policies: defaultdict[str, list[_Policy]] = defaultdict(list)
        for policy in policies_of(store):
            compiled = known.get(id(policy)) or _compiled(policy)
            self.compiled[id(policy)] = compiled
            self._policies[policy["metadata"]["namespace"]].append(compiled)
        self._rules: dict[tuple[Key, str], Rules] = {}
        self._labels: dict[str, Mapping[str, str]] = {}

    def may_enter(self, source: Party, destination: Party, port: Port) -> bool:
        """Whether the policies of the destination let a connection in."""
        return self.lets(self.rules(destination, INGRESS), source, destination, port)

    def may_leave(self, source: Party, destination: Party, port: Port) -> bool:
        """Whether the policies of the source let a connection out."""
        return self.lets(self.rules(source, EGRESS), destination, destination, port)

    def rules(self, party: Party, direction: str) -> Rules:
        """The rules of all policies that restrict a pod in a direction."""
        asked = (party.key, direction)
        if asked not in self._rules:
            self._rules[asked] = self._rules_of(party.end, direction)
        return self._rules[asked]

    def lets(self, rules: Rules, other: Party, destination: Party, port: Port) -> bool:
        """Whether rules let a connection through, from the other end or to it."""
        if rules is None:
            return True
        for rule in rules:
            if (not rule.peers or self._is_peer(rule.peers, other.end)) and (
                not rule.ports or ports_match(rule.ports, destination.end, *port)
            ):
                return True
        return False

    def ports(self, party: Party, direction: str) -> Iterator[Port]:
        """The numbers of ports that rules for a pod name."""
        for rule in self.rules(party, direction) or ():
            for port in rule.ports:
                if isinstance(port.port, int):
                    yield port.port, port.protocol or "TCP"

    def _rules_of(self, end: End, direction: str) -> Rules:
        if end.pod is None or spec_of(end.pod).get("hostNetwork"):
            return None
        restricting = [
            policy
            for policy in self._policies.get(end.namespace, ())
            if direction in types_of(policy.value) and selects(policy.value, end)
        ]
        if not restricting:
            return None
        return [rule for policy in restricting for rule in policy.rules[direction]]

    def _is_peer(self, peers: Sequence[_Peer], end: End) -> bool:
        pod = end.pod
        for one in peers:
            if one.peer.ip_block is not None:
                if in_block(end, one.peer.ip_block):
                    return True
            elif pod is not None:
                namespace, labels = pod["metadata"]["namespace"], labels_of(pod)
                within = (
                    namespace == one.namespace
                    if one.namespaces is None
                    else one.namespaces.matches(self._labels_of(namespace))
                )
                if within and (one.pods is None or one.pods.matches(labels)):
                    return True
        return False

    def _labels_of(self, namespace: str) -> Mapping[str, str]:
        if namespace not in self._labels:
            self._labels[namespace] = namespace_labels(self._store, namespace)
        return self._labels[namespace]


def are_same(one: Rules, other: Rules) -> bool:
    """Whether two states have the same rules."""
    if one is None or other is None:
        return one is other
    return len(one) == len(other) and all(left is right for left, right in zip(one, other, strict=True))


def policies_of(store: Store) -> Sequence[Json]:
    """Every NetworkPolicy of a state."""
    return store.list("networking.k8s.io", "NetworkPolicy")


def _compiled(policy: Json) -> _Policy:
    spec, namespace = NetworkPolicy(policy).spec, policy["metadata"]["namespace"]
    rules = {
        direction: [
            _Rule(tuple(_peer(one, namespace) for one in peers), tuple(ports))
            for peers, ports in rules_of(spec, direction)
        ]
        for direction in (INGRESS, EGRESS)
    }
    return _Policy(policy, rules)


def _peer(peer: Peer, namespace: str) -> _Peer:
    namespaces, pods = (
        None if one is None else Selector.from_label_selector(one.raw)
        for one in (peer.namespace_selector, peer.pod_selector)
    )
    return _Peer(peer, namespace, namespaces, pods)


def _collect(selector: Json, words: defaultdict[str, set[str]]) -> None:
    for key, value in match_labels_of(selector).items():
        words[key].add(value)
    for expression in match_expressions_of(selector):
        words[expression["key"]].update(expression.get("values") or ())


def _seen(labels: Mapping[str, str], words: _Words) -> tuple[tuple[str, str | None], ...]:
    """What selectors see of labels: a value that none of them names is like any other."""
    return tuple(
        (key, labels[key] if labels[key] in values else None)
        for key, values in words.items()
        if key in labels
    )


def _named_ports(spec: Json) -> Iterator[tuple[str, int, str]]:
    for container in containers_of(spec):
        for port in container_ports_of(container):
            if port.get("name"):
                yield port["name"], port["containerPort"], port.get("protocol", "TCP")
