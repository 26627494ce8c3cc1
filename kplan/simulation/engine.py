"""A discrete-event simulation: one heap of timers, run by time and then in the order in which they were set.

Foreground work keeps a simulation going; background work (periodic checks, the next run of a CronJob) happens only
while something else still goes on or the caller asked for a certain time.
"""

import heapq
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kplan.simulation.clock import MILLISECOND, Clock, Instant

Action = Callable[[], None]

LATENCY: Instant = MILLISECOND
"""How long what is done soon waits."""
_NEVER: Instant = sys.maxsize


@dataclass(slots=True, eq=False)
class Timer:
    """An action to run at an instant; ``cancelled`` takes it out without searching the heap."""

    time: Instant
    action: Action
    background: bool = False
    cancelled: bool = False


class Progress(Protocol):
    """Called at intervals with how far a run is."""

    def __call__(self, now: Instant, steps: int) -> None:
        """Show the time and the number of steps done."""


class Engine:
    """Runs timers in order and moves the clock."""

    def __init__(self, clock: Clock, progress: Progress | None = None) -> None:
        self.clock = clock
        self.steps = 0
        self.budget: Callable[[], int] | None = None
        """How many steps are done at most, asked now and then; None for as many as there are."""
        self.exhausted = False
        """Whether the run was stopped because there were more."""
        self.last_activity: Instant = clock.now
        self._progress = progress
        self._heap: list[tuple[Instant, int, Timer]] = []
        self._soon: deque[tuple[Instant, int, Action]] = deque()
        """Actions that all wait equally long, so that they come in the order of their times without a heap."""
        self._sequence = 0
        self._foreground = 0

    def after(self, delay: Instant, action: Action, *, background: bool = False) -> Timer:
        """Run an action after a delay; the timer can be cancelled."""
        self._sequence += 1
        time = self.clock.now + delay if delay > 0 else self.clock.now
        timer = Timer(time, action, background)
        heapq.heappush(self._heap, (time, self._sequence, timer))
        if not background:
            self._foreground += 1
        return timer

    def reserve(self) -> int:
        """A place in the order of what happens at one instant, for an action that may be asked for later."""
        self._sequence += 1
        return self._sequence

    def at(self, time: Instant, place: int, action: Action) -> None:
        """Run background work at an instant to come, in its reserved place; it is not cancelled."""
        heapq.heappush(self._heap, (time, place, Timer(time, action, background=True)))

    @property
    def scheduled(self) -> int:
        """How many actions have been asked for so far."""
        return self._sequence

    def soon(self, action: Action) -> None:
        """Run an action after the latency; it is not cancelled."""
        self._sequence += 1
        self._soon.append((self.clock.now + LATENCY, self._sequence, action))

    def cancel(self, timer: Timer) -> None:
        """Cancel a timer; one that has run already is left alone."""
        if not timer.cancelled:
            timer.cancelled = True
            if not timer.background:
                self._foreground -= 1

    def touch(self) -> None:
        """Note that something was written just now."""
        self.last_activity = self.clock.now

    @property
    def idle(self) -> bool:
        """Whether only background work is left."""
        return not self._foreground and not self._soon and not self.exhausted

    def run(self, until: Instant) -> bool:
        """Run to quiescence, but no further than an instant; the answer says whether it came to rest."""
        while (self._foreground or self._soon) and not self.exhausted:
            if not self._step(until):
                self.clock.now = max(self.clock.now, until)
                return False
        return True

    def run_until(self, until: Instant) -> None:
        """Run everything, background work as well, up to an instant, and leave the clock there."""
        while not self.exhausted and self._step(until):
            pass
        if self._due() > until:
            self.clock.now = max(self.clock.now, until)

    def run_quiet(self, quiet: Instant, limit: Instant) -> bool:
        """Run until nothing was written for a while; the answer is False if the limit came first."""
        while (due := self._due()) <= self.last_activity + quiet:
            if due > limit or self.exhausted:
                return False
            self._step(due)
        self.clock.now = max(self.clock.now, self.last_activity + quiet)
        return True

    def run_while(self, condition: Callable[[], bool]) -> None:
        """Run as long as the condition holds and there is anything to do."""
        while condition() and not self.exhausted and self._step(_NEVER):
            pass

    def _due(self) -> Instant:
        """When the next action is due."""
        heap = self._heap
        while heap and heap[0][2].cancelled:
            heapq.heappop(heap)
        waiting = self._soon[0][0] if self._soon else _NEVER
        return min(waiting, heap[0][0]) if heap else waiting

    def _step(self, until: Instant) -> bool:
        """Run the next action, unless it comes after an instant; the answer says whether it ran."""
        heap, soon = self._heap, self._soon
        while heap and heap[0][2].cancelled:
            heapq.heappop(heap)
        action: Action
        if soon and not (heap and heap[0] < soon[0]):  # type: ignore[operator]  # the numbers differ, if no times do
            time, _, action = soon[0]
            if time > until:
                return False
            soon.popleft()
        elif heap and heap[0][0] <= until:
            time, _, timer = heapq.heappop(heap)
            timer.cancelled = True
            self._foreground -= not timer.background
            action = timer.action
        else:
            return False
        self.clock.now = time  # which is never before now
        self.steps += 1
        if self.steps % 512 == 0:
            self._look_up()
        action()
        return True

    def _look_up(self) -> None:
        """Say how far it is, and see whether it may go on."""
        if self._progress is not None:
            self._progress(self.clock.now, self.steps)
        self.exhausted = self.budget is not None and self.steps >= self.budget()
