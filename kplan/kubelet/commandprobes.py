"""Probes of a container whose own command is known: what each comes to, from the files there are and
whether anybody listens.

Upstream: pkg/kubelet/prober/worker.go
"""

from collections.abc import Iterator

from kplan.api.object import Json
from kplan.kubelet.networkprobes import refusal
from kplan.kubelet.programs import Answer, answer_of
from kplan.kubelet.shell.program import Program
from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import SECOND, Instant


class Turn(NamedTuple):
    """When readiness changes, or a row of failures begins."""

    time: Instant
    ready: bool
    failure: str | None = None
    """What the first failure of a row says; None where none begins."""


def answer(container: Json, name: str, program: Program | None, time: Instant) -> Answer | None:
    """What a probe comes to so long after the start; None where that is not known."""
    if program is None:
        return None
    command = ((container.get(name) or {}).get("exec") or {}).get("command")
    if not command:
        text = refusal(container, name) if program.is_deaf else ""
        return Answer(1, text) if text else None
    return answer_of(container, program, command, time / SECOND)


def is_known(container: Json, name: str, program: Program | None) -> bool:
    """Whether it is known what a probe comes to when it is run first."""
    first = int((container.get(name) or {}).get("initialDelaySeconds") or 0) * SECOND
    return answer(container, name, program, first) is not None


def times(probe: Json, program: Program, started: Instant, threshold: int) -> Iterator[Instant]:
    """The times of the probes that may matter: until nothing changes any more."""
    period = int(probe.get("periodSeconds") or 10) * SECOND
    last = max((int(when * SECOND) for when, _, _ in program.files), default=0)
    time = max(int(probe.get("initialDelaySeconds") or 0) * SECOND, started)
    after = 0
    while after <= threshold:
        yield time
        after += time >= last
        time += period


def readiness(container: Json, program: Program, started: Instant) -> tuple[Turn, ...]:
    """How the readiness of a container goes that has started after so long."""
    probe = container["readinessProbe"]
    succeeds, fails = int(probe.get("successThreshold") or 1), int(probe.get("failureThreshold") or 3)
    turns, ready, row = list[Turn](), False, 0
    for time in times(probe, program, started, max(succeeds, fails)):
        found = answer(container, "readinessProbe", program, time)
        if found is None:
            break
        well = found.status == 0
        row = row + (1 if well else -1) if (row > 0) == well else (1 if well else -1)
        begins = found.text if row == -1 else None
        changes = (well and not ready and row >= succeeds) or (not well and ready and -row >= fails)
        if changes or begins is not None:
            ready = well if changes else ready
            turns.append(Turn(time, ready, begins))
    return tuple(turns)
