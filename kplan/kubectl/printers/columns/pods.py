"""The columns of pods, and the one word for a pod's state.

Upstream: pkg/printers/internalversion/printers.go
"""

from typing import Any

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
    dig,
    labels_text,
    since,
)


def ready(pod: Json, moment: Moment) -> str:
    """``1/2``: ready containers of all that stay."""
    del moment
    sidecars = _sidecars(pod)
    total = len(dig(pod, "spec", "containers", default=())) + len(sidecars)
    running = [
        one
        for one in dig(pod, "status", "containerStatuses", default=())
        if one.get("ready") and dig(one, "state", "running") is not None
    ]
    started = [
        one
        for one in dig(pod, "status", "initContainerStatuses", default=())
        if one.get("name") in sidecars and one.get("ready")
    ]
    return f"{len(running) + len(started)}/{total}"


def status(pod: Json, moment: Moment) -> str:
    """The word kubectl finds for the pod's state."""
    del moment
    phase = dig(pod, "status", "phase", default="")
    word = dig(pod, "status", "reason") or phase
    conditions = dig(pod, "status", "conditions", default=())
    if any(
        one.get("type") == "PodScheduled" and one.get("reason") == "SchedulingGated" for one in conditions
    ):
        word = "SchedulingGated"
    initializing = _initializing(pod)
    done = any(one.get("type") == "Initialized" and one.get("status") == "True" for one in conditions)
    word = initializing or word
    if not initializing or done:
        word = _container_word(pod, str(word))
    if dig(pod, "metadata", "deletionTimestamp"):
        if dig(pod, "status", "reason") == "NodeLost":
            return "Unknown"
        if phase not in ("Succeeded", "Failed"):
            return "Terminating"
    return str(word)


def restarts(pod: Json, moment: Moment) -> str:
    """How often containers were restarted, and when last."""
    statuses = list(dig(pod, "status", "containerStatuses", default=()))
    sidecars = _sidecars(pod)
    statuses += [
        one
        for one in dig(pod, "status", "initContainerStatuses", default=())
        if one.get("name") in sidecars or _initializing(pod)
    ]
    count = sum(int(one.get("restartCount") or 0) for one in statuses)
    ends = [str(end) for one in statuses if (end := dig(one, "lastState", "terminated", "finishedAt"))]
    return f"{count} ({since(max(ends), moment)} ago)" if count and ends else str(count)


def _sidecars(pod: Json) -> set[str]:
    return {
        one["name"]
        for one in dig(pod, "spec", "initContainers", default=())
        if one.get("restartPolicy") == "Always"
    }


def _initializing(pod: Json) -> str:
    """``Init:0/2`` and its like while init containers are at work; else nothing."""
    sidecars = _sidecars(pod)
    for index, one in enumerate(dig(pod, "status", "initContainerStatuses", default=())):
        ended, waiting = dig(one, "state", "terminated"), dig(one, "state", "waiting", "reason", default="")
        if (ended and not ended.get("exitCode")) or (one.get("name") in sidecars and one.get("started")):
            continue
        if ended:
            return "Init:" + _ended_word(ended)
        if waiting and waiting != "PodInitializing":
            return f"Init:{waiting}"
        return f"Init:{index}/{len(dig(pod, 'spec', 'initContainers', default=()))}"
    return ""


def _container_word(pod: Json, word: str) -> str:
    running, failed = False, ""
    for one in reversed(dig(pod, "status", "containerStatuses", default=())):
        waiting, ended = dig(one, "state", "waiting", "reason"), dig(one, "state", "terminated")
        if waiting:
            word = str(waiting)
        elif ended:
            word = _ended_word(ended)
            failed = word if ended.get("exitCode") else failed
        elif one.get("ready") and dig(one, "state", "running") is not None:
            running = True
    if word == "Completed":
        conditions = dig(pod, "status", "conditions", default=())
        is_ready = any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)
        word = "Running" if running and is_ready else failed or ("NotReady" if running else word)
    return word


def _ended_word(ended: dict[str, Any]) -> str:
    if ended.get("reason"):
        return str(ended["reason"])
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"


def _gates(pod: Json, moment: Moment) -> str:
    del moment
    gates = dig(pod, "spec", "readinessGates", default=())
    true = {
        one.get("type") for one in dig(pod, "status", "conditions", default=()) if one.get("status") == "True"
    }
    return f"{sum(gate.get('conditionType') in true for gate in gates)}/{len(gates)}" if gates else NONE


def _or_none(*path: str) -> Any:
    return lambda value, _: dig(value, *path) or NONE


COLUMNS: Roster = {
    ("", "Pod"): (
        NAME, Column("READY", ready), Column("STATUS", status), Column("RESTARTS", restarts), AGE,
        Column("IP", _or_none("status", "podIP"), wide=True), Column("NODE", _or_none("spec", "nodeName"), wide=True),
        Column("NOMINATED NODE", _or_none("status", "nominatedNodeName"), wide=True),
        Column("READINESS GATES", _gates, wide=True),
    ),
    ("", "PodTemplate"): (
        NAME, *(Column(one.heading, one.cell) for one in containers_of("template", "spec")),
        Column("POD LABELS", lambda value, _: labels_text(dig(value, "template", "metadata", "labels"))),
    ),
    ("policy", "PodDisruptionBudget"): (
        NAME, Column("MIN AVAILABLE", at("spec", "minAvailable", default="N/A")),
        Column("MAX UNAVAILABLE", at("spec", "maxUnavailable", default="N/A")),
        Column("ALLOWED DISRUPTIONS", at("status", "disruptionsAllowed", default=0)), AGE,
    ),
}  # fmt: skip
