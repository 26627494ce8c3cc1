"""A Dask cluster that exists already: tasks go there with their inputs, and nothing else is shared."""

from collections.abc import Iterable, Iterator
from typing import Any

from kplan.errors import UsageError
from kplan.fleet.engines import Work
from kplan.fleet.engines.timing import late
from kplan.fleet.model import Outcome, Result, Task

_AHEAD = 4
"""Tasks a thread of the cluster that wait for it."""
_RETRIES = 3
"""How often a task is tried again whose worker was lost."""
_CONNECT = 20
"""Seconds that the scheduler has to answer."""


class Dask:
    """Works on tasks where a scheduler sends them."""

    def __init__(self, scheduler: str, timeout: float = 0) -> None:
        self._scheduler = scheduler
        self._timeout = timeout

    def run(self, tasks: Iterable[Task], work: Work) -> Iterator[Result]:
        """Results as they come; what is not done is cancelled when nobody asks any more. Raises UsageError."""
        try:
            from distributed import Client, as_completed
        except ImportError as error:
            raise UsageError("Dask is not installed", hint="python -m pip install 'kplan[fleet]'") from error
        try:
            client = Client(  # type: ignore[no-untyped-call]  # it has no types
                self._scheduler, timeout=_CONNECT, set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise UsageError(f"no Dask scheduler answers at {self._scheduler}: {error}") from error
        with client:
            yield from self._results(client, as_completed, iter(tasks), work)

    def _results(self, client: Any, as_completed: Any, tasks: Iterator[Task], work: Work) -> Iterator[Result]:
        running: dict[Any, Task] = {}
        most = max(_AHEAD, _AHEAD * sum(client.nthreads().values()))
        completed = as_completed(with_results=False)

        def begin() -> None:
            for task in tasks:
                future = client.submit(
                    work, task, pure=False, retries=_RETRIES, key=f"kplan-{task.name}-{id(task)}"
                )
                running[future] = task
                completed.add(future)
                if len(running) >= most:
                    return

        try:
            begin()
            while running:
                future = self._next(completed)
                if future is None:
                    for task in running.values():
                        yield late(task, self._timeout)
                    return
                task = running.pop(future)
                yield _result(future, task)
                begin()
        finally:
            client.cancel(list(running), force=True)

    def _next(self, completed: Any) -> Any:
        """The next future that is done; None where none was within the time."""
        if not self._timeout:
            return next(completed)
        try:
            return completed.next(timeout=self._timeout) if hasattr(completed, "next") else next(completed)
        except TimeoutError:
            return None


def _result(future: Any, task: Task) -> Result:
    try:
        found: Result = future.result()
    except Exception as error:  # noqa: BLE001 - whatever the cluster says of a task stays with it
        text = f"{type(error).__name__}: {error}"
        return Result(task.name, task.labels, Outcome.FAILED, 2, error=text)
    return found
