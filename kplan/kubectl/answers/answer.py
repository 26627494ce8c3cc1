"""What a command within a container is asked with, and what it answers."""

from collections.abc import Callable, Sequence

from kplan.api.object import Json
from kplan.apiserver.server import Server
from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import Instant


class Inside(NamedTuple):
    """A running container."""

    server: Server
    pod: Json
    container: Json
    started: Instant


class Answer(NamedTuple):
    """What a command prints, and its exit code."""

    out: str = ""
    code: int = 0
    err: str = ""
    remark: str = ""
    """What kplan has to say about the answer, as a line of its own."""


Command = Callable[[Sequence[str], Inside], Answer | None]
"""Answers a command line without its name; None if that is no question kplan can answer."""
