"""A target that takes too long is given up; the others go on."""

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from kplan.fleet.engines import Work
from kplan.fleet.model import Outcome, Result, Task


class _TooLongError(BaseException):
    """Raised in the middle of the work; nothing in it catches everything."""


def within(seconds: float, task: Task, work: Work) -> Result:
    """Do the work, for so many seconds at most; 0 is without end."""
    if not seconds:
        return work(task)
    limited = _alarm if threading.current_thread() is threading.main_thread() else _timer
    try:
        with limited(seconds):
            return work(task)
    except _TooLongError:
        return Result(
            task.name, task.labels, Outcome.FAILED, 2, error=f"it took more than {seconds:g} seconds"
        )


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """A signal, which interrupts whatever the main thread of a process does."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _timer(seconds: float) -> Iterator[None]:
    """An exception sent to this thread, which meets it between two steps of Python: workers of Dask work in threads."""
    thread, lock = threading.get_ident(), threading.Lock()
    over = sent = False

    def stop() -> None:
        nonlocal sent
        with lock:
            if not over:
                sent = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread), ctypes.py_object(_TooLongError)
                )

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except _TooLongError:
        sent = False
        raise
    finally:
        with lock:
            over = True
        timer.cancel()
        while sent:  # it is on its way, and must not arrive later
            pass
