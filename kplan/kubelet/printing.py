"""What a container has printed by a time, where its command or its image says it.

Upstream: none; kubelets read the files that the container runtime writes.
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.kubelet.programs import program_of
from kplan.kubelet.shell.commands import DATE
from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import SECOND, Instant, as_datetime
from kplan.simulation.scenario import Scenario

_AGES: Final = 1e9
"""Seconds that no run takes."""


class Line(NamedTuple):
    """A line of a container's log."""

    when: Instant
    text: str


def _line(when: Instant, text: str) -> Line:
    return Line(when, as_datetime(when).strftime("%a %b %e %H:%M:%S UTC %Y") if text == DATE else text)


def printed(container: Json, scenario: Scenario, start: Instant, end: Instant) -> Sequence[Line] | None:
    """The lines of a run between its start and now, or its end; None if nothing is known."""
    image = str(container.get("image") or "")
    assumed = scenario.image(image)
    program = None if scenario.is_said_of(image) else program_of(container)
    if program is not None:
        if program.prints_more or end > start + min(program.until, _AGES) * SECOND:
            return None
        every = [_line(start + int(after * SECOND), text) for after, text in program.lines]
        return [line for line in every if line.when <= end]
    if assumed.prints is None:
        return None
    return [Line(start, text) for text in assumed.prints.splitlines()]
