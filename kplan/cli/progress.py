"""A line on standard error that tells how far a long simulation is, with a bar where its end is known.

Only a terminal gets it, only after a moment, and it is wiped away when the run is over.
"""

import sys
import time
from types import TracebackType
from typing import Final, Self

from kplan.simulation.clock import Instant

_PATIENCE: Final = 0.7
"""Seconds of real time before anything is shown."""
_PAUSE: Final = 0.1
_WIDTH: Final = 24
_WIPE: Final = "\r\x1b[K"


class ProgressBar:
    """Told by an engine how far it is; a context manager that leaves no trace on the screen."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._next = time.monotonic() + _PATIENCE
        self._shown = False
        self._start: Instant | None = None
        self._end: Instant | None = None

    def expect(self, start: Instant, end: Instant | None) -> None:
        """What follows runs from here to there, or to rest where no end is known."""
        self._start, self._end = start, end

    def __call__(self, now: Instant, steps: int) -> None:
        """Show the time and the number of steps done."""
        if not self._terminal or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _PAUSE
        self._shown = True
        self._start = now if self._start is None else self._start
        sys.stderr.write(_WIPE + line(self._start, now, self._end, steps))
        sys.stderr.flush()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wipe the line away."""
        if self._shown:
            sys.stderr.write(_WIPE)
            sys.stderr.flush()


def line(start: Instant, now: Instant, end: Instant | None, steps: int) -> str:
    """What the bar says: ``[######------] 2m30s simulated, 51,200 steps``."""
    from kplan.render.timeline import elapsed

    told = f"{elapsed(max(0, now - start))} simulated, {steps:,} steps"
    if end is None or end <= start:
        return told
    done = round(_WIDTH * min(1.0, max(0.0, (now - start) / (end - start))))
    return f"[{'#' * done}{'-' * (_WIDTH - done)}] {told}"
