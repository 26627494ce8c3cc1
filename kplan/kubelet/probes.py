"""Probes: when a container counts as started and ready, by its probes and by how fast its application is assumed to be.

Upstream: pkg/kubelet/prober/worker.go
"""

from kplan.api.containers import readiness_probe_of
from kplan.api.object import Json
from kplan.simulation.clock import SECOND, Instant, seconds
from kplan.simulation.scenario import Fate, ImageAssumption


def until_started(container: Json, assumed: ImageAssumption) -> Instant:
    """How long after its start the startup probe has succeeded; 0 without one."""
    probe = container.get("startupProbe")
    return _first_success(probe, assumed) if probe else 0


def until_ready(container: Json, assumed: ImageAssumption) -> Instant | None:
    """How long after its start the container is ready; None for never."""
    if assumed.fate is Fate.NEVER_READY:
        return None
    started = until_started(container, assumed)
    probe = container.get("readinessProbe")
    if not probe:
        return started
    again = (int(probe.get("successThreshold", 1)) - 1) * _period(probe)
    return max(started, _first_success(probe, assumed)) + again


def first_failure(container: Json, assumed: ImageAssumption) -> Instant | None:
    """When the first readiness probe fails; None where none does."""
    probe = container.get("readinessProbe")
    if not probe:
        return None
    first = int(probe.get("initialDelaySeconds") or 0) * SECOND
    answers = seconds(assumed.ready or 0)
    fails = assumed.fate is Fate.NEVER_READY or answers > first
    return first + SECOND if fails else None


def failure_text(container: Json) -> str:
    """What the failing probe says."""
    probe = readiness_probe_of(container)
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
