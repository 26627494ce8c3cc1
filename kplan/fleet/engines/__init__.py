"""Where tasks run: here, in processes of this machine, or on an existing Dask cluster.

An engine gives results as they come. Which one it is changes nothing in them.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from kplan.fleet.model import Result, Task

Work = Callable[[Task], Result]


class Engine(Protocol):
    """Carries tasks to where they are worked on."""

    def run(self, tasks: Iterable[Task], work: Work) -> Iterator[Result]:
        """The results, in the order in which they are ready; closing it gives up what is not begun."""
        ...


def engine(jobs: int, scheduler: str = "", timeout: float = 0) -> Engine:
    """The engine for so many processes, or for the Dask scheduler at an address. Raises UsageError.

    ``timeout`` is in seconds a target; 0 is none.
    """
    if scheduler:
        from kplan.fleet.engines.dask import Dask

        return Dask(scheduler, timeout)
    from kplan.fleet.engines.processes import Processes
    from kplan.fleet.engines.serial import Serial

    return Processes(jobs, timeout) if jobs > 1 else Serial(timeout)
