"""The status a kubelet writes: phase, conditions, container states, addresses.

Upstream: pkg/kubelet/status/generate.go, pkg/kubelet/kubelet_pods.go
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kplan.api import conditions
from kplan.api.conditions import Conditions
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import Instant, rfc3339

_STORED = ("type", "status", "lastTransitionTime")
_STORED_WITH_REASON = (*_STORED, "reason")


class Addresses(NamedTuple):
    """Where a pod is: its node's address and its own."""

    host: str = ""
    pod: str = ""


def container_status(
    name: str, image: str, state: Json, *, ready: bool = False, started: bool = False, restarts: int = 0, last: Json | None = None,
) -> Json:  # fmt: skip
    """What one container is doing, as an entry of containerStatuses."""
    return {
        "name": name,
        "state": state,
        "lastState": {} if last is None else last,
        "ready": ready,
        "restartCount": restarts,
        "image": image,
        "imageID": "",
        "started": started,
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
    containers: list[Json],
    init: list[Json] | None = None,
    addresses: Addresses | None = None,
    reason: str = "",
    host_ips: bool = True,
) -> Json:
    """A whole status; conditions keep their transition time as long as they do not change,
    and what is as before is the same.
    """
    before = status_of(pod)
    present = _conditions(conditions.listed(before), truths, now, reason)
    status: Json = {**before, "phase": phase, "conditions": present}
    if "startTime" not in status:
        status["startTime"] = rfc3339(now)
    if containers != status.get("containerStatuses"):
        status["containerStatuses"] = containers
    if init and init != status.get("initContainerStatuses"):
        status["initContainerStatuses"] = init
    if addresses is not None:
        status |= _addresses(addresses, host_ips=host_ips)
    return status


def says_the_same(status: Json, stored: Json) -> bool:
    """Whether writing a status would change nothing; the API server stores no null as the time of the last probe."""
    if status == stored:
        return True
    if {**status, "conditions": None} != {**stored, "conditions": None}:
        return False
    return _without_nulls(status) == _without_nulls(stored)


def _without_nulls(status: Json) -> Conditions:
    listed = conditions.listed(status)
    return [{name: value for name, value in one.items() if value is not None} for one in listed]


def _conditions(before: Sequence[Json], truths: Mapping[str, bool], now: Instant, reason: str) -> Conditions:
    """The conditions where they stand, those that are missing behind them."""
    made, missing = [], {**truths}
    for condition in before:
        kind = condition.get("type", "")
        if kind in truths:
            missing.pop(kind, None)
            made.append(_renewed(condition, kind, truths[kind], now, reason))
        else:
            made.append(condition)
    return made + [_condition(kind, truth, now, reason) for kind, truth in missing.items()]


def _renewed(condition: Json, kind: str, truth: bool, now: Instant, reason: str) -> Json:
    """The new condition; the stored one if it says the same."""
    if condition.get("status") != ("True" if truth else "False"):
        return _condition(kind, truth, now, reason)
    if truth or not reason:
        if tuple(condition) == _STORED:
            return condition
    elif tuple(condition) == _STORED_WITH_REASON and condition["reason"] == reason:
        return condition
    made = _condition(kind, truth, now, reason)
    if "lastTransitionTime" in condition:
        made["lastTransitionTime"] = condition["lastTransitionTime"]
    return made


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
