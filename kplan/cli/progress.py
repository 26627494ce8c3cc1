"""Progress on standard error: files read, objects checked, time simulated.

Only a terminal gets it, only after a moment, and it is wiped away when the work is over.
"""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from kplan.simulation.clock import Instant

_PATIENCE: Final = 0.7
"""Seconds of real time before anything is shown."""
_PAUSE: Final = 0.1


class ProgressBar:
    """Told by long work how far it is; a context manager that leaves no trace on the screen."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._next = time.monotonic() + _PATIENCE
        self._shown: Progress | None = None
        self._task: TaskID | None = None
        self._start: Instant | None = None
        self._end: Instant | None = None

    def counting(self, what: str) -> Callable[[int, int], None] | None:
        """Takes how many of how many are done; None if nobody would see it."""
        if not self._terminal:
            return None
        return lambda done, total: self._show(f"{what} {done:,} of {total:,}", done, total)

    def expect(self, start: "Instant", end: "Instant | None") -> None:
        """What follows runs from here to there, or to rest if no end is known."""
        self._start, self._end = start, end

    def __call__(self, now: "Instant", steps: int) -> None:
        """Show the time that has been simulated and the number of steps done."""
        if not self._terminal or time.monotonic() < self._next:
            return
        self._start = now if self._start is None else self._start
        span = None if self._end is None else self._end - self._start
        self._show(simulated(now - self._start, steps), now - self._start, span)

    def _show(self, text: str, done: int, total: int | None) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _PAUSE
        if self._shown is None:
            self._shown = _bar()
            self._shown.start()
            self._task = self._shown.add_task("")
        assert self._task is not None
        self._shown.update(self._task, description=text, completed=done, total=total)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wipe it away."""
        if self._shown is not None:
            self._shown.stop()


def simulated(span: "Instant", steps: int) -> str:
    """How far a simulation is: ``2m30s simulated, 51,200 steps``."""
    from kplan.render.timeline import elapsed

    return f"{elapsed(max(0, span))} simulated, {steps:,} steps"


def _bar() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(bar_width=24), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
