"""A target that takes too long is given up; the others go on."""

import signal
from types import FrameType

from kplan.fleet.engines import Work
from kplan.fleet.model import Outcome, Result, Task


class _TooLongError(BaseException):
    """Raised in the middle of the work; nothing in it catches everything."""


def within(seconds: float, task: Task, work: Work) -> Result:
    """Do the work, for so many seconds at most; 0 is without end. Only the main thread of a process can be interrupted."""
    if not seconds:
        return work(task)

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return work(task)
    except _TooLongError:
        return late(task, seconds)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def late(task: Task, seconds: float) -> Result:
    """What is said of a target that took too long."""
    return Result(task.name, task.labels, Outcome.FAILED, 2, error=f"it took more than {seconds:g} seconds")
