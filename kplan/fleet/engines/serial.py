"""One target after the other, in this process."""

from collections.abc import Iterable, Iterator

from kplan.fleet.engines import Work
from kplan.fleet.engines.timing import within
from kplan.fleet.model import Result, Task


class Serial:
    """Works on tasks itself."""

    def __init__(self, timeout: float = 0) -> None:
        self._timeout = timeout

    def run(self, tasks: Iterable[Task], work: Work) -> Iterator[Result]:
        """Each result when it is asked for."""
        for task in tasks:
            yield within(self._timeout, task, work)
