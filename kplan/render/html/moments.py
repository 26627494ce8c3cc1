"""The simulated time, cut into moments: what a reader can tell apart with a slider."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final, Self

from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import MILLISECOND, SECOND, Instant

_MOST: Final = 500
"""Moments beyond which neighbours are drawn together."""
_GRAINS: Final = (MILLISECOND, SECOND // 10, SECOND, 10 * SECOND, 60 * SECOND, 600 * SECOND, 3600 * SECOND)


class Moments(NamedTuple):
    """The moments after the beginning; number 0 is the time before anything happens."""

    started: Instant
    grain: Instant
    ticks: Sequence[int]
    """Ascending, in time units since the start."""

    @classmethod
    def of(cls, started: Instant, instants: Iterable[Instant]) -> Self:
        """The moments at which something happens, at most as many as a slider can show."""
        since = {when - started for when in instants}
        grains = ((grain, _ticks(since, grain)) for grain in _GRAINS)
        found = next(
            ((grain, ticks) for grain, ticks in grains if len(ticks) <= _MOST or grain == _GRAINS[-1])
        )
        return cls(started, *found)

    @property
    def seconds(self) -> list[float]:
        """Seconds since the start, for every moment but the one before."""
        return [round(tick * self.grain / SECOND, 3) for tick in self.ticks]

    def number(self, when: Instant) -> int:
        """The number of the moment of an instant."""
        return bisect_left(self.ticks, -(-(when - self.started) // self.grain)) + 1


def _ticks(since: Iterable[Instant], grain: Instant) -> list[int]:
    """Instants rounded up to whole grains."""
    return sorted({-(-one // grain) for one in since})
