"""Processes of this machine; one that dies takes no target along."""

import pickle
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from kplan.fleet.engines import Work
from kplan.fleet.engines.timing import within
from kplan.fleet.model import Outcome, Result, Task

_AHEAD = 2
"""Tasks a process that wait for it, so that inputs are not all held at once."""
_TRIES = 3


class Processes:
    """Works on tasks in a pool."""

    def __init__(self, jobs: int, timeout: float = 0) -> None:
        self._jobs = jobs
        self._timeout = timeout

    def run(self, tasks: Iterable[Task], work: Work) -> Iterator[Result]:
        """Results as they come. A task whose process was lost is tried again, after others alone."""
        pending, tries = iter(tasks), dict[str, int]()
        again: list[Task] = []
        while True:
            lost = list[Task]()
            yield from self._round(again, pending, work, lost)
            again = []
            for task in lost:
                tries[task.name] = tries.get(task.name, 0) + 1
                if tries[task.name] < _TRIES:
                    again.append(task)
                else:
                    yield _lost(task)
            if not again:
                return

    def _round(
        self, again: list[Task], pending: Iterator[Task], work: Work, lost: list[Task]
    ) -> Iterator[Result]:
        """Work until all is done or a process is lost; what was in work then is in ``lost``."""
        retries = iter(again)
        alone = bool(again)
        pool = ProcessPoolExecutor(1 if alone else self._jobs)
        running: dict[Future[bytes], Task] = {}
        try:
            while True:
                for task in retries if alone else pending:
                    running[pool.submit(_worked, self._timeout, pickle.dumps(task), work)] = task
                    if len(running) >= (1 if alone else self._jobs * _AHEAD):
                        break
                if not running and alone:
                    alone = False
                    continue
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    task = running[future]
                    result: Result = pickle.loads(future.result())  # noqa: S301 - of a process of our own
                    del running[future]
                    yield result
        except BrokenProcessPool:
            lost += [*running.values(), *retries]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _worked(timeout: float, packed: bytes, work: Work) -> bytes:
    """Do the work of a task, in a process of the pool. What cannot be packed fails where it is packed, not on its way."""
    return pickle.dumps(within(timeout, pickle.loads(packed), work))  # noqa: S301 - likewise


def _lost(task: Task) -> Result:
    text = f"its process ended {_TRIES} times before the work was done; there may be too little memory"
    return Result(task.name, task.labels, Outcome.FAILED, 2, error=text)
