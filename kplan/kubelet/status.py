"""The status a kubelet writes: phase, conditions, container states, addresses.

Upstream: pkg/kubelet/status/generate.go, pkg/kubelet/kubelet_pods.go
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kplan.api import conditions
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.simulation.clock import Instant, rfc3339

_STORED = ("type", "status", "lastTransitionTime")


class Addresses(NamedTuple):
    """Where a pod is: its node's address and its own."""

    host: str = ""
    pod: str = ""


@dataclass(frozen=True, slots=True)
class ContainerState:
    """What one container is doing."""

    name: str
    image: str
    state: Json
    ready: bool = False
    started: bool = False
    restarts: int = 0
    last: Json = field(default_factory=dict)

    def status(self) -> Json:
        """As a containerStatuses entry."""
        return {
            "name": self.name,
            "state": self.state,
            "lastState": self.last,
            "ready": self.ready,
            "restartCount": self.restarts,
            "image": self.image,
            "imageID": "",
            "started": self.started,
        }


def waiting(reason: str, message: str = "") -> Json:
    """The state of a container that does not run yet, or not now."""
    return {"waiting": {"reason": reason, "message": message} if message else {"reason": reason}}


def running(since: Instant) -> Json:
    """The state of a running container."""
    return {"running": {"startedAt": rfc3339(since)}}


def terminated(code: int, started: Instant, finished: Instant, reason: str = "") -> Json:
    """The state of a container that has ended."""
    return {
        "terminated": {
            "exitCode": code,
            "reason": reason or ("Completed" if code == 0 else "Error"),
            "startedAt": rfc3339(started),
            "finishedAt": rfc3339(finished),
        }
    }


def pod_status(
    pod: Json,
    phase: str,
    now: Instant,
    *,
    truths: Mapping[str, bool],
    containers: list[ContainerState],
    init: list[ContainerState] | None = None,
    addresses: Addresses | None = None,
    reason: str = "",
    host_ips: bool = True,
) -> Json:
    """A whole status; conditions keep their transition time as long as they do not change."""
    before = status_of(pod)
    present = conditions.listed(before)
    for kind, truth in truths.items():
        if truth and _stands_already(conditions.find(present, kind)):
            continue
        present = conditions.put(present, _condition(kind, truth, now, reason))
    status: Json = {**before, "phase": phase, "conditions": present}
    status.setdefault("startTime", rfc3339(now))
    status["containerStatuses"] = [container.status() for container in containers]
    if init:
        status["initContainerStatuses"] = [container.status() for container in init]
    if addresses is not None:
        status |= _addresses(addresses, host_ips=host_ips)
    return status


def _stands_already(condition: Json | None) -> bool:
    """Whether a condition is true in the form that is stored of what a kubelet writes: most pods run and go on running."""
    return condition is not None and condition["status"] == "True" and tuple(condition) == _STORED


def says_the_same(status: Json, stored: Json) -> bool:
    """Whether writing a status would change nothing; the API server stores no null as the time of the last probe."""
    return status == stored or _without_nulls(status) == _without_nulls(stored)


def _without_nulls(status: Json) -> Json:
    listed = conditions.listed(status)
    present = [{name: value for name, value in one.items() if value is not None} for one in listed]
    return {**status, "conditions": present}


def _condition(kind: str, truth: bool, now: Instant, reason: str) -> Json:
    made: Json = {"type": kind, "status": "True" if truth else "False", "lastProbeTime": None}
    made["lastTransitionTime"] = rfc3339(now)
    if reason and not truth:
        made["reason"] = reason
    return made


def _addresses(addresses: Addresses, *, host_ips: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if addresses.host:
        found["hostIP"] = addresses.host
    if addresses.host and host_ips:
        found["hostIPs"] = [{"ip": addresses.host}]
    if addresses.pod:
        found |= {"podIP": addresses.pod, "podIPs": [{"ip": addresses.pod}]}
    return found
