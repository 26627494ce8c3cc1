"""Recording Events, with the bounds a real recorder has: an object that is talked about too much falls silent.

Upstream: staging/src/k8s.io/client-go/tools/record/events_cache.go (EventSourceObjectSpamFilter)
"""

from dataclasses import dataclass, field

from kplan.api.gvk import ObjectKey
from kplan.simulation.clock import SECOND, Instant

BURST = 25
REFILL: Instant = 300 * SECOND
"""One more Event every five minutes."""


@dataclass(slots=True)
class SpamFilter:
    """A bucket of Events for each object one source talks about."""

    _buckets: dict[ObjectKey, tuple[float, Instant]] = field(default_factory=dict)

    def lets_pass(self, key: ObjectKey, now: Instant) -> bool:
        """Take an Event out of the object's bucket; False where it is empty."""
        tokens, since = self._buckets.get(key, (float(BURST), now))
        tokens = min(float(BURST), tokens + (now - since) / REFILL)
        passes = tokens >= 1
        self._buckets[key] = (tokens - passes, now)
        return passes
