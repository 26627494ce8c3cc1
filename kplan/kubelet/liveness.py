"""Liveness: which probes of a run fail, and when so many have that the container is ended and started again.

Upstream: pkg/kubelet/prober/worker.go, pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions)
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.object import Json
from kplan.kubelet.programs import Program
from kplan.simulation.clock import SECOND, Instant
from kplan.simulation.scenario import Fate, ImageAssumption

_READERS: Final = frozenset({"cat", "ls", "stat", "test", "["})
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
    for time in _times(probe, program, started, threshold):
        if not _fails(probe, assumed, program, time):
            row = []
            continue
        row.append(time)
        complaints.append(time)
        if len(row) == threshold:
            return tuple(complaints)
    return ()


def failure_text(container: Json) -> str:
    """What the failing probe says."""
    probe = container["livenessProbe"]
    path = _file_of(probe)
    if path and probe["exec"]["command"][0].rpartition("/")[2] == "cat":
        return f"cat: can't open '{path}': No such file or directory"
    if "exec" in probe:
        return "command failed"
    if "tcpSocket" in probe:
        return "connect: connection refused"
    if "grpc" in probe:
        return 'service unhealthy (responded with "NOT_SERVING")'
    return "HTTP probe failed with statuscode: 500"


def _times(probe: Json, program: Program | None, started: Instant, threshold: int) -> Iterator[Instant]:
    """The times of the probes that may matter: until nothing changes any more."""
    first, period = (
        int(probe.get("initialDelaySeconds") or 0) * SECOND,
        int(probe.get("periodSeconds") or 10) * SECOND,
    )
    last = max((int(when * SECOND) for when, _, _ in program.files), default=0) if program else 0
    time = max(first, started)
    after = 0
    while after <= threshold:
        yield time
        after += time >= last
        time += period


def _fails(probe: Json, assumed: ImageAssumption, program: Program | None, time: Instant) -> bool:
    if assumed.fate is Fate.UNHEALTHY:
        return True
    path = _file_of(probe)
    return bool(path) and program is not None and program.has(path, time / SECOND) is False


def _file_of(probe: Json) -> str:
    """The file that a command looks at."""
    words = (probe.get("exec") or {}).get("command") or [""]
    if words[0].rpartition("/")[2] not in _READERS:
        return ""
    paths = [word for word in words[1:] if word.startswith("/")]
    return paths[0] if len(paths) == 1 else ""
