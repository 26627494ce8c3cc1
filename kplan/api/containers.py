"""Reads of containers and of what became of them.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping, Sequence
from typing import Any

Reading = Mapping[str, Any]


def requests_of(holder: Reading) -> Reading:
    """``resources.requests`` of a container, or of a pod's spec."""
    return resources_of(holder, "requests")


def resources_of(holder: Reading, field: str) -> Reading:
    """``requests`` or ``limits`` of a container, or of a pod's spec."""
    return (holder.get("resources") or {}).get(field) or {}


def container_ports_of(container: Reading) -> Sequence[Reading]:
    """The ports a container names."""
    return container.get("ports") or ()


def state_of(status: Reading) -> Reading:
    """``waiting``, ``running`` or ``terminated`` of a container's status, and since when."""
    return status.get("state") or {}


def waiting_reason_of(status: Reading) -> str:
    """Why a container waits; empty if it does not, or nobody says."""
    return (state_of(status).get("waiting") or {}).get("reason") or ""


def end_of(status: Reading) -> Reading | None:
    """How a container ended; None if it has not."""
    return state_of(status).get("terminated")


def environment_of(container: Reading) -> Sequence[Reading]:
    """The variables a container names one by one."""
    return container.get("env") or ()


def environment_sources_of(container: Reading) -> Sequence[Reading]:
    """The ConfigMaps and Secrets whose keys become variables."""
    return container.get("envFrom") or ()


def value_source_of(variable: Reading) -> Reading:
    """Where a variable's value comes from; empty if it is written out."""
    return variable.get("valueFrom") or {}


def stop_sleep_of(container: Reading) -> int:
    """How many seconds a container's preStop hook sleeps."""
    hook = ((container.get("lifecycle") or {}).get("preStop") or {}).get("sleep") or {}
    return int(hook.get("seconds") or 0)


def readiness_probe_of(container: Reading) -> Reading:
    """How a container is asked whether it is ready; empty if it is not asked."""
    return container.get("readinessProbe") or {}


def last_state_of(status: Reading) -> Reading:
    """How a container's last run ended; empty if this is its first."""
    return status.get("lastState") or {}
