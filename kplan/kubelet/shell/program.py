"""What one run of a container comes to.

Upstream: none; a container runtime runs the program.
"""

import math
from typing import Final

from kplan.namedtuples import NamedTuple

_SHORTEST: Final = 0.5
"""Seconds that even a container with nothing to do takes."""


class Program(NamedTuple):
    """What one run of a container comes to, in seconds since its start."""

    seconds: float = 0.0
    """How long it runs."""
    exit_code: int = 0
    for_ever: bool = False
    lines: tuple[tuple[float, str], ...] = ()
    """When it prints what; ``DATE`` is the time then."""
    prints_more: bool = False
    """Whether it prints something that is not known."""
    files: tuple[tuple[float, str, bool], ...] = ()
    """When which file comes to be, or goes."""
    until: float = math.inf
    """Up to when it is known what it prints and which files there are."""
    is_deaf: bool = False
    """Whether it is known that nothing in its pod listens, so that no probe over the network succeeds."""

    @property
    def run(self) -> float:
        """How long the container runs."""
        return max(self.seconds, _SHORTEST)

    def has(self, path: str, at: float) -> bool | None:
        """Whether a file is there at a time; None where the program never touches it, or that is not known."""
        if at > self.until:
            return None
        known = [there for when, name, there in self.files if name == path and when <= at]
        if known:
            return known[-1]
        return None if all(name != path for _, name, _ in self.files) else False
