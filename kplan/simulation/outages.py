"""Which nodes have gone silent, and since when: shared by those who play the nodes and those who miss them."""

from dataclasses import dataclass, field

from kplan.simulation.clock import Instant


@dataclass(slots=True)
class Outages:
    """Lost nodes."""

    since: dict[str, Instant] = field(default_factory=dict)

    def lose(self, node: str, now: Instant) -> None:
        """The node stops answering."""
        self.since.setdefault(node, now)

    def recover(self, node: str) -> None:
        """The node answers again."""
        self.since.pop(node, None)

    def is_lost(self, node: str, now: Instant) -> bool:
        """Whether the node is silent."""
        return self.since.get(node, now + 1) <= now
