"""Tasks and results travel as bytes: what cannot be packed fails where it is packed, not on its way."""

import pickle

from kplan.fleet.engines import Work
from kplan.fleet.engines.timing import within
from kplan.fleet.model import Result, Task


def packed(task: Task) -> bytes:
    """A task for ``worked``."""
    return pickle.dumps(task)


def worked(timeout: float, task: bytes, work: Work) -> bytes:
    """Run a task on the worker that received it."""
    return pickle.dumps(within(timeout, pickle.loads(task), work))  # noqa: S301 - packed by kplan


def unpacked(done: bytes) -> Result:
    """The result of ``worked``."""
    result: Result = pickle.loads(done)  # noqa: S301 - likewise
    return result
