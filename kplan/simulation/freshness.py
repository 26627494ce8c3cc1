"""How old a state is that is planned on, and how old it may be.

Upstream: none; kubectl and terraform ask the cluster itself.
"""

from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import SECOND, Instant


class Freshness(NamedTuple):
    """The age of a state at the time when somebody plans on it."""

    state: str
    """What the state is called: ``revision-12``, ``dump.yaml``."""
    seen: Instant
    """The newest timestamp of the state."""
    asked: Instant
    """When the plan is asked for."""
    most: int
    """How many seconds may lie between the two."""

    def __str__(self) -> str:
        return f"{self.state} is {self.age} seconds old and may be {self.most}"

    @property
    def age(self) -> int:
        """Whole seconds from the last thing seen to the plan."""
        return (self.asked - self.seen) // SECOND

    @property
    def is_over(self) -> bool:
        """Whether the state is too old."""
        return self.age > self.most
