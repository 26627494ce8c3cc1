"""Waiting: the cluster's time goes by until something holds, or for so long."""

from collections.abc import Callable

from kplan.kubectl.verb import LiveContext
from kplan.simulation.clock import seconds


def wait_for_events(context: LiveContext, holds: Callable[[], bool], timeout: float) -> bool:
    """Like ``wait_until``, but returns at once if nothing happens any more."""
    engine = context.engine
    deadline = engine.clock.now + seconds(timeout)
    engine.run_while(lambda: not (engine.idle or holds()) and engine.clock.now < deadline)
    return holds()


def wait_until(context: LiveContext, holds: Callable[[], bool], timeout: float) -> bool:
    """Let time go by until it holds; the answer is whether it did in time."""
    engine = context.engine
    deadline = engine.clock.now + seconds(timeout)
    if holds():
        return True
    end = engine.after(seconds(timeout), lambda: None)
    done = False

    def goes_on() -> bool:
        nonlocal done
        done = holds()
        return not done and engine.clock.now < deadline

    engine.run_while(goes_on)
    engine.cancel(end)
    return done
