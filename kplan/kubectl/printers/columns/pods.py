"""The columns of pods, and the one word for a pod's state.

Upstream: pkg/printers/internalversion/printers.go
"""

from kplan.api.core.container import ContainerStateTerminated
from kplan.api.core.pod import Pod, PodTemplate
from kplan.api.object import Json
from kplan.kubectl.printers.columns.column import (
    AGE,
    NAME,
    NONE,
    Column,
    Moment,
    Roster,
    at,
    containers_of,
    labels_text,
    of,
    since,
)


def ready(pod: Pod) -> str:
    """``1/2``: ready containers of all that stay."""
    sidecars = _sidecars(pod)
    running = [one for one in pod.status.container_statuses if one.ready and one.state.running is not None]
    started = [one for one in pod.status.init_container_statuses if one.name in sidecars and one.ready]
    return f"{len(running) + len(started)}/{len(pod.spec.containers) + len(sidecars)}"


def status(pod: Pod, *, tells_failed: bool = True) -> str:
    """The word kubectl finds for the pod's state; ``tells_failed`` that of a container that failed
    before others completed.
    """
    phase, conditions = pod.status.phase, pod.status.conditions
    word = pod.status.reason or phase
    if any(one.type == "PodScheduled" and one.reason == "SchedulingGated" for one in conditions):
        word = "SchedulingGated"
    initializing = _initializing(pod)
    done = any(one.type == "Initialized" and one.status == "True" for one in conditions)
    word = initializing or word
    if not initializing or done:
        word = _container_word(pod, word, tells_failed=tells_failed)
    if pod.metadata.deletion_timestamp:
        if pod.status.reason == "NodeLost":
            return "Unknown"
        if phase not in ("Succeeded", "Failed"):
            return "Terminating"
    return word


def restarts(value: Json, moment: Moment) -> str:
    """How often containers were restarted, and when last."""
    pod = Pod(value)
    statuses, sidecars, initializing = list(pod.status.container_statuses), _sidecars(pod), _initializing(pod)
    statuses += [one for one in pod.status.init_container_statuses if one.name in sidecars or initializing]
    count = sum(one.restart_count for one in statuses)
    ends = [end.finished_at for one in statuses if (end := one.last_state.terminated) and end.finished_at]
    return f"{count} ({since(max(ends), moment)} ago)" if count and ends else str(count)


def _sidecars(pod: Pod) -> set[str]:
    return {one.name for one in pod.spec.init_containers if one.restart_policy == "Always"}


def _initializing(pod: Pod) -> str:
    """``Init:0/2`` and its like while init containers are at work; else nothing."""
    sidecars = _sidecars(pod)
    for index, one in enumerate(pod.status.init_container_statuses):
        ended, waiting = one.state.terminated, one.state.waiting
        if (ended and not ended.exit_code) or (one.name in sidecars and one.started):
            continue
        if ended:
            return "Init:" + _ended_word(ended)
        if waiting and waiting.reason and waiting.reason != "PodInitializing":
            return f"Init:{waiting.reason}"
        return f"Init:{index}/{len(pod.spec.init_containers)}"
    return ""


def _container_word(pod: Pod, word: str, *, tells_failed: bool) -> str:
    running, failed = False, ""
    for one in reversed(pod.status.container_statuses):
        waiting, ended = one.state.waiting, one.state.terminated
        if waiting and waiting.reason:
            word = waiting.reason
        elif ended:
            word = _ended_word(ended)
            failed = word if ended.exit_code and tells_failed else failed
        elif one.ready and one.state.running is not None:
            running = True
    if word == "Completed":
        is_ready = any(one.type == "Ready" and one.status == "True" for one in pod.status.conditions)
        word = "Running" if running and is_ready else failed or ("NotReady" if running else word)
    return word


def _ended_word(ended: ContainerStateTerminated) -> str:
    if ended.reason:
        return ended.reason
    return f"Signal:{ended.signal}" if ended.signal else f"ExitCode:{ended.exit_code}"


def _gates(pod: Pod) -> str:
    gates = pod.spec.readiness_gates
    true = {one.type for one in pod.status.conditions if one.status == "True"}
    return f"{sum(gate.condition_type in true for gate in gates)}/{len(gates)}" if gates else NONE


COLUMNS: Roster = {
    ("", "Pod"): (
        NAME, Column("READY", of(Pod, ready)), Column("STATUS", of(Pod, status)), Column("RESTARTS", restarts), AGE,
        Column("IP", of(Pod, lambda pod: pod.status.pod_ip or NONE), wide=True), Column("NODE", of(Pod, lambda pod: pod.spec.node_name or NONE), wide=True),
        Column("NOMINATED NODE", of(Pod, lambda pod: pod.status.nominated_node_name or NONE), wide=True),
        Column("READINESS GATES", of(Pod, _gates), wide=True),
    ),
    ("", "PodTemplate"): (
        NAME, *(Column(one.heading, one.cell) for one in containers_of("template", "spec")),
        Column("POD LABELS", of(PodTemplate, lambda one: labels_text(one.template.metadata.labels))),
    ),
    ("policy", "PodDisruptionBudget"): (
        NAME, Column("MIN AVAILABLE", at("spec", "minAvailable", default="N/A")),
        Column("MAX UNAVAILABLE", at("spec", "maxUnavailable", default="N/A")),
        Column("ALLOWED DISRUPTIONS", at("status", "disruptionsAllowed", default=0)), AGE,
    ),
}  # fmt: skip
