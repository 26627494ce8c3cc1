"""The rate limit of Event recorders: of many Events about one object, all but a few are dropped.

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
    """A token bucket for each object that one source records Events about."""

    _buckets: dict[ObjectKey, tuple[float, Instant]] = field(default_factory=dict)

    def allows(self, key: ObjectKey, now: Instant) -> bool:
        """Whether an Event about the object may be recorded; takes a token of its bucket."""
        tokens, since = self._buckets.get(key, (float(BURST), now))
        tokens = min(float(BURST), tokens + (now - since) / REFILL)
        passes = tokens >= 1
        self._buckets[key] = (tokens - passes, now)
        return passes
