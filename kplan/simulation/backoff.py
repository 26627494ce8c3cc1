"""How long a queue waits before it tries again what failed.

Upstream: staging/src/k8s.io/client-go/util/workqueue/default_rate_limiters.go (ItemExponentialFailureRateLimiter)
"""

from typing import Final, Protocol, runtime_checkable

from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import MILLISECOND, SECOND, Instant


class Backoff(NamedTuple):
    """A pause that doubles with every failure in a row."""

    base: Instant
    most: Instant

    def after(self, failures: int) -> Instant:
        """The pause after so many failures before the last one."""
        return min(self.base << min(failures, 30), self.most)


USUAL: Final = Backoff(5 * MILLISECOND, 1000 * SECOND)
"""What controllers have that say nothing else."""


@runtime_checkable
class BackingOff(Protocol):
    """An actor whose queue has a pause of its own."""

    @property
    def backoff(self) -> Backoff:
        """How long its queue waits."""
