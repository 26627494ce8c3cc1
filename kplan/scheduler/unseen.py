"""What the pods of nodes take at rest: known in sum, so that pods are looked at only where somebody asks for them.

Upstream: none; a real scheduler reads every pod when it starts.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from kplan.api.object import Json
from kplan.api.podresources import Resources
from kplan.namedtuples import NamedTuple


class Pods(Protocol):
    """The pods of a cluster, by if they run."""

    def on(self, node: str) -> Iterable[Json]:
        """The pods of a node that take something of it, in order of creation."""

    def places_of(self, namespace: str, label: tuple[str, str]) -> Iterable[str]:
        """The nodes that pods with a label run on."""

    def places_naming(self, word: str) -> Iterable[str]:
        """The nodes of pods in which a word may stand."""


class Use(NamedTuple):
    """What the pods of one node take in sum."""

    pods: int
    requested: Resources
    non_zero: tuple[int, int]
    """Cpu and memory, if containers that request nothing count with a small default."""
    ports: Mapping[tuple[str, int], list[str]]
    claims: Mapping[tuple[str, str], int]

    def to_json(self) -> Any:
        """As JSON."""
        ports = [[*port, addresses] for port, addresses in self.ports.items()]
        claims = [[*claim, number] for claim, number in self.claims.items()]
        return [self.pods, self.requested, list(self.non_zero), ports, claims]

    @classmethod
    def from_json(cls, value: Any) -> "Use":
        """Read what ``to_json`` wrote; raises ValueError or TypeError for anything else."""
        pods, requested, (cpu, memory), ports, claims = value
        return cls(
            int(pods), {str(name): int(amount) for name, amount in requested.items()}, (int(cpu), int(memory)),
            {(protocol, port): [*addresses] for protocol, port, addresses in ports},
            {(namespace, claim): number for namespace, claim, number in claims},
        )  # fmt: skip


class Unseen:
    """The nodes whose pods nobody has looked at."""

    def __init__(self, uses: Mapping[str, Use], pods: Pods) -> None:
        self._uses = dict(uses)
        self._pods = pods

    def __bool__(self) -> bool:
        return bool(self._uses)

    def __contains__(self, node: str) -> bool:
        return node in self._uses

    def items(self) -> Iterator[tuple[str, Use]]:
        """What each of them takes."""
        yield from self._uses.items()

    def use(self, node: str) -> Use | None:
        """What the pods of a node take; None if they were looked at."""
        return self._uses.get(node)

    def look(self, node: str) -> Iterable[Json]:
        """The pods of a node, which is seen from now on."""
        del self._uses[node]
        return self._pods.on(node)

    def labelled(self, namespace: str, label: tuple[str, str]) -> list[str]:
        """The unseen nodes that may have pods with a label."""
        return [name for name in dict.fromkeys(self._pods.places_of(namespace, label)) if name in self]

    def naming(self, word: str) -> list[str]:
        """The unseen nodes that may have pods in which a word stands."""
        return [name for name in dict.fromkeys(self._pods.places_naming(word)) if name in self]
