"""Which nodes are offline, and since when: shared by the kubelets, which stop, and the controllers that notice."""

from dataclasses import dataclass, field

from kplan.simulation.clock import Instant


@dataclass(slots=True)
class Outages:
    """Nodes that are offline."""

    since: dict[str, Instant] = field(default_factory=dict)
    _back: set[str] = field(default_factory=set)

    def copy(self) -> "Outages":
        """The same outages, which go their own way."""
        return Outages(dict(self.since), set(self._back))

    def lose(self, node: str, now: Instant) -> None:
        """Take the node offline."""
        self.since.setdefault(node, now)
        self._back.discard(node)

    def recover(self, node: str) -> None:
        """Bring the node back; its kubelet has yet to report."""
        self.since.pop(node, None)
        self._back.add(node)

    def forget(self, node: str) -> None:
        """Forget a node that was deleted: one of its name is another machine."""
        self.since.pop(node, None)
        self._back.discard(node)

    def is_lost(self, node: str, now: Instant) -> bool:
        """Whether the node is offline."""
        return self.since.get(node, now + 1) <= now

    def came_back(self, node: str) -> bool:
        """Whether the node came back since the last call."""
        if node not in self._back:
            return False
        self._back.discard(node)
        return True
