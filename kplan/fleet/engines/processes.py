"""Processes of this machine; one that dies takes no target along."""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import islice
from multiprocessing import active_children

from kplan.fleet.engines import Work
from kplan.fleet.engines.packing import packed, unpacked, worked
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
        """Results as they come. Tasks that were in work when a process was lost are tried again, each by itself."""
        pending = iter(tasks)
        while True:
            lost = list[Task]()
            yield from self._round(pending, work, lost)
            for task in lost:
                yield self._again(task, work)
            if not lost:
                return

    def _round(self, pending: Iterator[Task], work: Work, lost: list[Task]) -> Iterator[Result]:
        """Work until all is done or a process is lost; what was in work then is in ``lost``."""
        pool = ProcessPoolExecutor(self._jobs)
        running: dict[Future[bytes], Task] = {}
        try:
            while True:
                for task in islice(pending, self._jobs * _AHEAD - len(running)):
                    running[pool.submit(worked, self._timeout, packed(task), work)] = task
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result = unpacked(future.result())
                    del running[future]
                    yield result
        except BrokenProcessPool:
            lost += running.values()
        except (KeyboardInterrupt, GeneratorExit):
            for child in active_children():
                child.terminate()  # nobody waits for what it works on
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _again(self, task: Task, work: Work) -> Result:
        """Work on a task alone in a process; given up when that is lost too often."""
        for _ in range(_TRIES - 1):
            with ProcessPoolExecutor(1) as pool, suppress(BrokenProcessPool):
                return unpacked(pool.submit(worked, self._timeout, packed(task), work).result())
        text = f"its process ended {_TRIES} times before the work was done; there may be too little memory"
        return Result(task.name, task.labels, Outcome.FAILED, 2, error=text)
