"""A command line of kplan, run in this process, and what it said."""

import contextlib
import io
from collections.abc import Callable
from typing import NamedTuple

from kplan.cli.main import run


class Ran(NamedTuple):
    """What a run said."""

    code: int
    out: str
    err: str


Kplan = Callable[..., Ran]


def kplan(*arguments: str) -> Ran:
    """Run a command line; both streams take bytes as well, as those of a process do."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(list(arguments))
    return Ran(code, _text(out), _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
