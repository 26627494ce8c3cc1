"""One node as the scheduler sees it: what it offers and what its pods have taken.

Upstream: pkg/scheduler/framework/types.go, pkg/scheduler/backend/cache/node_tree.go
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.api.podresources import PODS, Resources, parse_resources
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.unseen import Use

_ZONES: Final = ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone")
_REGIONS: Final = ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region")
_ANY_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - a value of the API, nothing is bound

Room = tuple[Hashable, int, tuple[int, int], tuple[tuple[str, int], ...]]
"""What nodes can allocate, and of their pods how many there are and what they request."""


class NodeInfo:
    """A node, its pods, and the sums over them; changed only through add and remove.

    Where the sums are known from a state at rest, its pods are looked at when somebody asks for them.
    """

    __slots__ = (
        "_look",
        "_pods",
        "_room",
        "allocatable",
        "claims",
        "declared_features",
        "generation",
        "images",
        "index",
        "labels",
        "name",
        "non_zero_cpu",
        "non_zero_memory",
        "offer",
        "pod_count",
        "ports",
        "requested",
        "taints",
        "unschedulable",
        "value",
    )

    def __init__(self, value: Json, index: int = 0) -> None:
        spec, status = value.get("spec") or {}, value.get("status") or {}
        self.value = value
        self.index = index
        self.name: str = value["metadata"].get("name", "")
        self.labels: Mapping[str, str] = value["metadata"].get("labels") or {}
        self.taints: list[Json] = spec.get("taints") or []
        self.unschedulable = bool(spec.get("unschedulable"))
        self.allocatable: Resources = parse_resources(status.get("allocatable"))
        self.declared_features = frozenset(status.get("declaredFeatures") or ())
        self.images: dict[str, tuple[int, int]] = {}
        self.requested: Resources = {}
        self.non_zero_cpu = 0
        self.non_zero_memory = 0
        self.pod_count = 0
        self._pods: list[PodInfo] = []
        self._look: Callable[[str], Iterable[PodInfo]] | None = None
        self.ports: dict[tuple[str, int], list[str]] = {}
        self.claims: dict[tuple[str, str], int] = {}
        self.generation = 0
        self.offer: Hashable = frozenset(self.allocatable.items())
        """Equal for nodes that can allocate the same."""
        self._room: Room | None = None

    @property
    def room(self) -> Room:
        """Equal for nodes that can allocate the same and whose pods request the same in sum."""
        if self._room is None:
            non_zero = (self.non_zero_cpu, self.non_zero_memory)
            self._room = (self.offer, self.pod_count, non_zero, tuple(self.requested.items()))
        return self._room

    @property
    def allowed_pods(self) -> int:
        """How many pods the node takes."""
        return self.allocatable.get(PODS, 0)

    @property
    def pods(self) -> list[PodInfo]:
        """Its pods."""
        self.see()
        return self._pods

    def see(self) -> None:
        """Look at its pods, if nobody has looked yet."""
        if self._look is not None:
            look, self._look = self._look, None
            self._pods = list(look(self.name))

    def take(self, use: Use, look: Callable[[str], Iterable[PodInfo]]) -> None:
        """Count in pods that are known in sum; ``look`` gives them, by the node's name."""
        self._look = look
        self.pod_count = use.pods
        self.requested, self.non_zero_cpu, self.non_zero_memory = dict(use.requested), *use.non_zero
        self.ports = {port: list(addresses) for port, addresses in use.ports.items()}
        self.claims = dict(use.claims)
        self.generation += use.pods
        self._room = None

    @property
    def use(self) -> Use:
        """What its pods take in sum."""
        non_zero = (self.non_zero_cpu, self.non_zero_memory)
        return Use(self.pod_count, self.requested, non_zero, self.ports, self.claims)

    def add(self, pod: PodInfo) -> None:
        """Count a pod in."""
        self.pods.append(pod)
        self._count(pod, 1)
        for address, protocol, port in pod.template.ports:
            self.ports.setdefault((protocol, port), []).append(address)
        for claim in pod.template.claims:
            self.claims[pod.namespace, claim] = self.claims.get((pod.namespace, claim), 0) + 1

    def remove(self, pod: PodInfo) -> None:
        """Count a pod out; the last pod takes its place in the list, as upstream has it."""
        pods = self.pods
        place = _place(pods, pod)
        known = pods[place]
        pods[place] = pods[-1]
        pods.pop()
        self._count(known, -1)
        for address, protocol, port in known.template.ports:
            self.ports[protocol, port].remove(address)
            if not self.ports[protocol, port]:
                del self.ports[protocol, port]
        for claim in known.template.claims:
            self.claims[known.namespace, claim] -= 1
            if not self.claims[known.namespace, claim]:
                del self.claims[known.namespace, claim]

    def _count(self, pod: PodInfo, sign: int) -> None:
        requested = self.requested
        for name, amount in pod.requests.items():
            requested[name] = requested.get(name, 0) + sign * amount
        self.non_zero_cpu += sign * pod.non_zero[0]
        self.non_zero_memory += sign * pod.non_zero[1]
        self.pod_count += sign
        self.generation += 1
        self._room = None

    def copy(self) -> "NodeInfo":
        """A copy that can be changed without touching this one."""
        self.see()
        clone = NodeInfo.__new__(NodeInfo)
        for name in self.__slots__:
            setattr(clone, name, getattr(self, name))
        clone.requested = dict(self.requested)
        clone._pods = list(self._pods)  # noqa: SLF001 - a node like this one
        clone.ports = {port: list(addresses) for port, addresses in self.ports.items()}
        clone.claims = dict(self.claims)
        return clone

    def port_taken(self, address: str, protocol: str, port: int) -> bool:
        """Whether a port of the node is in use at this address; no address means every address."""
        return overlaps(address, self.ports.get((protocol, port), ()))

    def __repr__(self) -> str:
        return f"NodeInfo({self.name})"


def overlaps(address: str, addresses: Collection[str]) -> bool:
    """Whether a port at one address is the same at another of these: 0.0.0.0 is every address."""
    return bool(addresses) and (address == _ANY_ADDRESS or _ANY_ADDRESS in addresses or address in addresses)


def _place(pods: Sequence[PodInfo], pod: PodInfo) -> int:
    """Where a pod is in the list, most often itself, else as it was read another time."""
    try:
        return pods.index(pod)
    except ValueError:
        return next(index for index, other in enumerate(pods) if other.key == pod.key)


def zone_key(labels: Mapping[str, str]) -> str:
    """Region and zone of a node in one text; empty if it has neither."""
    zone = next((labels[name] for name in _ZONES if name in labels), "")
    region = next((labels[name] for name in _REGIONS if name in labels), "")
    return f"{region}:\x00:{zone}" if zone or region else ""


def in_zone_order(nodes: Iterable[Json]) -> list[Json]:
    """The order in which nodes are visited: one of every zone in turn, zones as first seen."""
    zones: dict[str, list[Json]] = {}
    for node in nodes:
        zones.setdefault(zone_key(node["metadata"].get("labels") or {}), []).append(node)
    longest = max((len(members) for members in zones.values()), default=0)
    return [members[turn] for turn in range(longest) for members in zones.values() if turn < len(members)]
