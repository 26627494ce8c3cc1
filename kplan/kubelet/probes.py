"""Probes: when a container counts as started and ready, by its probes and by how fast its application is assumed to be.

Upstream: pkg/kubelet/prober/worker.go
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.api.containers import readiness_probe_of
from kplan.api.object import Json
from kplan.kubelet import commandprobes
from kplan.kubelet.networkprobes import unknown_port
from kplan.kubelet.shell.program import Program
from kplan.simulation.clock import SECOND, Instant, seconds
from kplan.simulation.scenario import Fate, ImageAssumption

_UNTIL_READY: Final = ("startupProbe", "readinessProbe")
"""The probes that a container has to pass to be ready, in their order."""


def until_started(
    container: Json, assumed: ImageAssumption, program: Program | None = None
) -> Instant | None:
    """How long after its start the startup probe has succeeded; 0 without one, None for never."""
    probe = container.get("startupProbe")
    if not probe:
        return 0
    if unknown_port(container, "startupProbe") or startup_failures(container, assumed, program):
        return None
    if commandprobes.is_known(container, "startupProbe", program):
        return next(time for time in _startup_times(probe) if not _is_failing(container, program, time))
    return _first_success(probe, assumed)


def startup_failures(
    container: Json, assumed: ImageAssumption, program: Program | None = None
) -> tuple[Instant, ...]:
    """How long after the start the startup probe fails, up to the time that ends the container;
    nothing if it succeeds.
    """
    probe = container.get("startupProbe")
    if not probe or unknown_port(container, "startupProbe"):
        return ()
    times = _startup_times(probe)
    if commandprobes.is_known(container, "startupProbe", program):
        return times if all(_is_failing(container, program, time) for time in times) else ()
    answers = None if assumed.fate is Fate.NEVER_READY else seconds(assumed.ready or 0)
    return times if answers is None or answers > times[-1] else ()


def _startup_times(probe: Json) -> tuple[Instant, ...]:
    """When a startup probe is run that never succeeds."""
    first = int(probe.get("initialDelaySeconds") or 0) * SECOND
    return tuple(first + number * _period(probe) for number in range(int(probe.get("failureThreshold") or 3)))


def _is_failing(container: Json, program: Program | None, time: Instant) -> bool:
    found = commandprobes.answer(container, "startupProbe", program, time)
    return found is not None and found.status != 0


def until_ready(container: Json, assumed: ImageAssumption, program: Program | None = None) -> Instant | None:
    """How long after its start the container is ready; None for never."""
    started = None if assumed.fate is Fate.NEVER_READY else until_started(container, assumed, program)
    if started is None or unknown_port(container, "readinessProbe"):
        return None
    probe = container.get("readinessProbe")
    if not probe:
        return started
    again = (int(probe.get("successThreshold", 1)) - 1) * _period(probe)
    return max(started, _first_success(probe, assumed)) + again


def first_failure(
    container: Json, assumed: ImageAssumption, program: Program | None = None
) -> Instant | None:
    """When the first startup or readiness probe fails; None if none does."""
    errs = next((name for name in _UNTIL_READY if unknown_port(container, name)), "")
    probe = container.get(errs or "readinessProbe")
    if not probe or (not errs and startup_failures(container, assumed, program)):
        return None
    first = int(probe.get("initialDelaySeconds") or 0) * SECOND
    answers = seconds(assumed.ready or 0)
    fails = assumed.fate is Fate.NEVER_READY or answers > first or errs
    return first + SECOND if fails else None


def failure_message(container: Json) -> str:
    """The kubelet's message for the first probe that fails."""
    for name in _UNTIL_READY:
        if port := unknown_port(container, name):
            title = name.removesuffix("Probe").capitalize()
            why = f'strconv.Atoi: parsing "{port}": invalid syntax'
            return f"{title} probe errored and resulted in unknown state: {why}"
    return f"Readiness probe failed: {_failure_text(readiness_probe_of(container))}"


def startup_failure_message(container: Json, program: Program | None = None) -> str:
    """The kubelet's message for the startup probe of an application that does not answer."""
    found = commandprobes.answer(container, "startupProbe", program, 0)
    if found is not None:
        return f"Startup probe failed: {found.text}"
    return f"Startup probe failed: {_failure_text(container['startupProbe'])}"


def _failure_text(probe: Mapping[str, Any]) -> str:
    """What a failing probe says."""
    if "httpGet" in probe:
        return "HTTP probe failed with statuscode: 503"
    if "tcpSocket" in probe:
        return "connect: connection refused"
    if "grpc" in probe:
        return 'service unhealthy (responded with "NOT_SERVING")'
    return "command failed"


def _first_success(probe: Json, assumed: ImageAssumption) -> Instant:
    """The first probe after the application answers."""
    first, period = int(probe.get("initialDelaySeconds") or 0) * SECOND, _period(probe)
    answers = seconds(assumed.ready or 0)
    late = max(0, answers - first)
    return first + -(-late // period) * period


def _period(probe: Json) -> Instant:
    return int(probe.get("periodSeconds", 10)) * SECOND
