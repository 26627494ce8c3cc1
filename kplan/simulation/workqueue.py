"""A controller's queue: keys without duplicates, delays, and exponential backoff after failures.

Upstream: staging/src/k8s.io/client-go/util/workqueue/{queue,delaying_queue}.go
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from kplan.simulation.backoff import USUAL, Backoff
from kplan.simulation.clock import Instant
from kplan.simulation.engine import Engine, Timer

Key = TypeVar("Key", bound=Hashable)


class WorkQueue(Generic[Key]):
    """Keys to work on, each with its cause; ``work`` returns how long it keeps its key busy.

    Several workers share a queue upstream, so only the same key has to wait for itself.
    """

    def __init__(
        self, engine: Engine, work: Callable[[Key, int | None], Instant], backoff: Backoff = USUAL
    ) -> None:
        self._engine = engine
        self._backoff = backoff
        self._work = work
        self._ready: OrderedDict[Key, int | None] = OrderedDict()
        """What waits for a worker, which comes after the latency, the first first."""
        self._delayed: dict[Key, tuple[Timer, int | None]] = {}
        self._requeues: dict[Key, Timer] = {}
        self._failures: dict[Key, int] = {}
        self._busy: dict[Key, Instant] = {}
        self._held: dict[Key, int | None] = {}
        self._processing: Key | None = None
        self._dirty: dict[Key, int | None] = {}
        self._working = False

    def add(self, key: Key, cause: int | None = None) -> None:
        """Queue a key; one that waits already stays if it is and keeps the first cause that it was given."""
        if self._processing == key:
            _note(self._dirty, key, cause)
            return
        if key in self._busy and self._busy[key] > self._engine.clock.now:
            if _note(self._held, key, cause):
                self._engine.after(self._busy[key] - self._engine.clock.now, lambda: self._release(key))
            return
        ready = self._ready
        if key not in ready:
            ready[key] = cause
            if not self._working:
                self._working = True
                self._engine.soon(self._next)
        elif ready[key] is None:
            ready[key] = cause

    def add_after(
        self, key: Key, delay: Instant, cause: int | None = None, *, background: bool = False
    ) -> None:
        """Queue a key later; of two delays the earlier one counts, and a cause that one of them has."""
        waiting = self._delayed.get(key)
        if cause is None and waiting is not None:
            cause = waiting[1]
        if delay <= 0:
            self.add(key, cause)
            return
        if waiting is not None:
            if waiting[0].time <= self._engine.clock.now + delay:
                if waiting[1] is None:
                    self._delayed[key] = (waiting[0], cause)
                return
            self._engine.cancel(waiting[0])
        timer = self._engine.after(delay, lambda: self._due(key), background=background)
        self._delayed[key] = (timer, cause)

    def add_rate_limited(self, key: Key, cause: int | None = None, *, background: bool = False) -> None:
        """Queue a key after its backoff, which doubles with every failure."""
        pause = self.pause(key)
        self._failures[key] = self._failures.get(key, 0) + 1
        self.add_after(key, pause, cause, background=background)

    def pause(self, key: Key) -> Instant:
        """How long a key waits when it fails now."""
        return self._backoff.after(self._failures.get(key, 0))

    def hurry(self, key: Key) -> None:
        """Work on a key that waits for its next attempt now."""
        if key in self._delayed:
            timer, cause = self._delayed.pop(key)
            self._engine.cancel(timer)
            self.add(key, cause)

    def settle(
        self, key: Key, delay: Instant | None, cause: int | None = None, *, background: bool = False
    ) -> None:
        """Take note that a key was worked on without failure, and of when the worker itself wants to look at it again.

        None cancels an earlier request of that kind.
        """
        if key in self._failures:
            del self._failures[key]
        if key in self._requeues:
            self._engine.cancel(self._requeues.pop(key))
        if delay is not None:
            timer = self._engine.after(
                max(delay, 0), lambda: self._requeue_due(key, cause), background=background
            )
            self._requeues[key] = timer

    def failures(self, key: Key) -> int:
        """How often a key failed since it was last forgotten."""
        return self._failures.get(key, 0)

    def waiting(self) -> Sequence[Key]:
        """The keys that a timer will bring, the next one first; those that would be worked on now come before them."""
        timers = [*self._requeues.items(), *((key, timer) for key, (timer, _) in self._delayed.items())]
        later = sorted(timers, key=lambda item: item[1].time)
        return list(dict.fromkeys([*self._ready, *self._held, *(key for key, _ in later)]))

    def pressing(self) -> Sequence[Key]:
        """The keys that keep a simulation going."""
        timers = [*self._requeues.items(), *((key, timer) for key, (timer, _) in self._delayed.items())]
        due = (key for key, timer in timers if not timer.background)
        return list(dict.fromkeys([*self._ready, *self._held, *due]))

    def _requeue_due(self, key: Key, cause: int | None) -> None:
        self._requeues.pop(key, None)
        self.add(key, cause)

    def _due(self, key: Key) -> None:
        _, cause = self._delayed.pop(key)
        self.add(key, cause)

    def _release(self, key: Key) -> None:
        cause = self._held[key]
        del self._held[key]
        if key in self._busy:
            del self._busy[key]
        self.add(key, cause)

    def _next(self) -> None:
        key, cause = self._ready.popitem(last=False)
        self._working = bool(self._ready)
        if self._working:
            self._engine.soon(self._next)
        if key in self._busy:
            del self._busy[key]
        self._processing = key
        took = self._work(key, cause)
        self._processing = None
        if took:
            self._busy[key] = self._engine.clock.now + took
        if self._dirty and key in self._dirty:
            self.add(key, self._dirty.pop(key))


def _note(causes: dict[Key, int | None], key: Key, cause: int | None) -> bool:
    """Note a key with its cause, and say whether it is new; nothing caused what has no cause, so a later one counts."""
    known = key in causes
    if not known or causes[key] is None:
        causes[key] = cause
    return not known
