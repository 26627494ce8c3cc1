"""Which nodes have gone silent, and since when: shared by those who play the nodes and those who miss them."""

from dataclasses import dataclass, field

from kplan.simulation.clock import Instant


@dataclass(slots=True)
class Outages:
    """Lost nodes."""

    since: dict[str, Instant] = field(default_factory=dict)
    _back: set[str] = field(default_factory=set)

    def lose(self, node: str, now: Instant) -> None:
        """The node stops answering."""
        self.since.setdefault(node, now)
        self._back.discard(node)

    def recover(self, node: str) -> None:
        """The node answers again; its kubelet has yet to say so."""
        self.since.pop(node, None)
        self._back.add(node)

    def forget(self, node: str) -> None:
        """The node is another machine now."""
        self.since.pop(node, None)
        self._back.discard(node)

    def is_lost(self, node: str, now: Instant) -> bool:
        """Whether the node is silent."""
        return self.since.get(node, now + 1) <= now

    def came_back(self, node: str) -> bool:
        """Whether the node answers again since this was last asked."""
        if node not in self._back:
            return False
        self._back.discard(node)
        return True
