"""Liveness: which probes of a run fail, and when so many have that the container is ended and started again.

Upstream: pkg/kubelet/prober/worker.go, pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions)
"""

from typing import Final

from kplan.api.object import Json
from kplan.kubelet import commandprobes
from kplan.kubelet.shell.program import Program
from kplan.simulation.clock import Instant
from kplan.simulation.scenario import Fate, ImageAssumption

KILLED: Final = 137


def failures(
    container: Json, assumed: ImageAssumption, program: Program | None, started: Instant
) -> tuple[Instant, ...]:
    """How long after the start each probe fails, up to the one that ends the container; nothing if none does."""
    probe = container.get("livenessProbe")
    if not probe:
        return ()
    threshold, row = int(probe.get("failureThreshold") or 3), list[Instant]()
    complaints: list[Instant] = []
    for time in commandprobes.times(probe, program or Program(), started, threshold):
        if not _fails(container, assumed, program, time):
            row = []
            continue
        row.append(time)
        complaints.append(time)
        if len(row) == threshold:
            return tuple(complaints)
    return ()


def failure_text(container: Json, program: Program | None, time: Instant) -> str:
    """What the probe says that fails at a time."""
    probe = container["livenessProbe"]
    found = commandprobes.answer(container, "livenessProbe", program, time)
    if found is not None:
        return found.text
    if "exec" in probe:
        return "command failed"
    if "tcpSocket" in probe:
        return "connect: connection refused"
    if "grpc" in probe:
        return 'service unhealthy (responded with "NOT_SERVING")'
    return "HTTP probe failed with statuscode: 500"


def _fails(container: Json, assumed: ImageAssumption, program: Program | None, time: Instant) -> bool:
    if assumed.fate is Fate.UNHEALTHY:
        return True
    found = commandprobes.answer(container, "livenessProbe", program, time)
    return found is not None and found.status != 0
