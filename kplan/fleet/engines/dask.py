"""An existing Dask cluster: tasks are sent there with their inputs, and nothing else is shared."""

import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from kplan.errors import UsageError
from kplan.fleet.engines import Work
from kplan.fleet.engines.packing import packed, unpacked, worked
from kplan.fleet.model import Outcome, Result, Task

if TYPE_CHECKING:
    from distributed import Future

_AHEAD = 4
"""Tasks a thread of the cluster that wait for it, so that inputs are not all held at once."""
_CONNECT = 20
"""Seconds that the scheduler, and its first worker, have to answer."""


class Dask:
    """Works on tasks where a scheduler sends them;
    what was on a worker that is lost, the scheduler sends to another.
    """

    def __init__(self, scheduler: str, timeout: float = 0, connect: float = _CONNECT) -> None:
        self._scheduler = scheduler
        self._timeout = timeout
        self._connect = connect

    def run(self, tasks: Iterable[Task], work: Work) -> Iterator[Result]:
        """Results as they come; what is not done is cancelled when nobody asks any more. Raises UsageError."""
        client = self._client()
        try:
            yield from self._results(client, iter(tasks), work)
        finally:
            _quietly(client)

    def _client(self) -> Any:
        """The connection. Raises UsageError."""
        try:
            from distributed import Client
        except ImportError as error:
            raise UsageError("Dask is not installed", hint="python -m pip install 'kplan[fleet]'") from error
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said of the targets
        try:
            client: Any = Client(  # type: ignore[no-untyped-call]  # it has no types
                self._scheduler, timeout=self._connect, set_as_default=False
            )
        except (OSError, ValueError) as error:
            hint = "begin one with 'dask scheduler', and workers with 'dask worker ADDRESS'"
            raise UsageError(f"no Dask scheduler answers at {self._scheduler}", hint=hint) from error
        try:
            client.wait_for_workers(1, timeout=self._connect)
        except TimeoutError as error:
            _quietly(client)
            hint = f"begin one with 'dask worker {self._scheduler}'"
            raise UsageError(f"the Dask scheduler at {self._scheduler} has no worker", hint=hint) from error
        return client

    def _results(self, client: Any, tasks: Iterator[Task], work: Work) -> Iterator[Result]:
        from distributed import as_completed

        running: dict[Future[bytes], Task] = {}
        completed: Any = as_completed(loop=client.loop, with_results=False)  # type: ignore[no-untyped-call]

        def begin() -> None:
            most = _AHEAD * max(1, sum(client.nthreads().values()))
            while len(running) < most and (task := next(tasks, None)):
                future = client.submit(worked, self._timeout, packed(task), work, pure=False)
                running[future] = task
                completed.add(future)

        try:
            begin()
            while running:
                future = next(completed)
                yield _result(future, running.pop(future))
                begin()
        finally:
            client.cancel(list(running), force=True)


def _quietly(client: Any) -> None:
    """Close a connection, which may be lost by now."""
    try:
        client.close(timeout=2)
    except (OSError, TimeoutError):
        return


def _result(future: Any, task: Task) -> Result:
    try:
        return unpacked(future.result())
    except Exception as error:  # noqa: BLE001 - whatever the cluster says of a task stays with it
        return Result(task.name, task.labels, Outcome.FAILED, 2, error=_told(error))


def _told(error: Exception) -> str:
    """Why a task did not come back, in one line."""
    if type(error).__name__ == "KilledWorker":
        return "the workers that it was sent to were lost; there may be too little memory"
    if type(error).__name__ in {"CancelledError", "FutureCancelledError"}:
        return "the Dask scheduler gave it up"
    return f"{type(error).__name__}: {error}".splitlines()[0]
