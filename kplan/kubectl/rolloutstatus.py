"""How far a rollout is, in kubectl's words.

Upstream: staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.rollouts import REVISION

Progress = tuple[str, bool]
"""A sentence, and whether the rollout is over."""


def progress_of(value: Json, kind: str, group: str, revision: int) -> Progress:
    """How far the rollout of a workload is. Raises UsageError if that cannot be said."""
    if kind not in _KINDS:
        raise UsageError(f"no status viewer has been implemented for {f'{kind}.{group}' if group else kind}")
    if kind == "Deployment":
        _check_revision(value, revision)
    return _KINDS[kind](value)


def _check_revision(value: Json, revision: int) -> None:
    if revision:
        running = (value["metadata"].get("annotations") or {}).get(REVISION, "0")
        if str(revision) != running:
            text = f"desired revision ({revision}) is different from the running revision ({running})"
            raise UsageError(text)


def _deployment(value: Json) -> Progress:
    name, spec, status = value["metadata"]["name"], value["spec"], value.get("status") or {}
    if value["metadata"].get("generation", 0) > status.get("observedGeneration", 0):
        return "Waiting for deployment spec update to be observed...", False
    for condition in status.get("conditions") or ():
        if condition["type"] == "Progressing" and condition.get("reason") == "ProgressDeadlineExceeded":
            raise UsageError(f'deployment "{name}" exceeded its progress deadline')
    wanted, updated = spec.get("replicas", 1), status.get("updatedReplicas", 0)
    replicas, available = status.get("replicas", 0), status.get("availableReplicas", 0)
    head = f'Waiting for deployment "{name}" rollout to finish:'
    if updated < wanted:
        return f"{head} {updated} out of {wanted} new replicas have been updated...", False
    if replicas > updated:
        return f"{head} {replicas - updated} old replicas are pending termination...", False
    if available < updated:
        return f"{head} {available} of {updated} updated replicas are available...", False
    return f'deployment "{name}" successfully rolled out', True


def _daemon_set(value: Json) -> Progress:
    _check_strategy(value)
    name, status = value["metadata"]["name"], value.get("status") or {}
    if value["metadata"].get("generation", 0) > status.get("observedGeneration", 0):
        return "Waiting for daemon set spec update to be observed...", False
    wanted, updated = status.get("desiredNumberScheduled", 0), status.get("updatedNumberScheduled", 0)
    available = status.get("numberAvailable", 0)
    head = f'Waiting for daemon set "{name}" rollout to finish:'
    if updated < wanted:
        return f"{head} {updated} out of {wanted} new pods have been updated...", False
    if available < wanted:
        return f"{head} {available} of {wanted} updated pods are available...", False
    return f'daemon set "{name}" successfully rolled out', True


def _stateful_set(value: Json) -> Progress:
    _check_strategy(value)
    spec, status = value["spec"], value.get("status") or {}
    observed, updated = status.get("observedGeneration", 0), status.get("updatedReplicas", 0)
    if not observed or value["metadata"].get("generation", 0) > observed:
        return "Waiting for statefulset spec update to be observed...", False
    wanted, ready = spec.get("replicas", 1), status.get("readyReplicas", 0)
    if ready < wanted:
        return f"Waiting for {wanted - ready} pods to be ready...", False
    rolling = spec["updateStrategy"].get("rollingUpdate")
    if rolling is not None:
        new = wanted - rolling.get("partition", 0)
        if updated < new:
            head = "Waiting for partitioned roll out to finish:"
            return f"{head} {updated} out of {new} new pods have been updated...", False
        return f"partitioned roll out complete: {updated} new pods have been updated...", True
    revision, current = status.get("updateRevision", ""), status.get("currentRevision", "")
    if revision != current:
        text = f"waiting for statefulset rolling update to complete {updated} pods at revision {revision}..."
        return text, False
    count = status.get("currentReplicas", 0)
    return f"statefulset rolling update complete {count} pods at revision {current}...", True


def _check_strategy(value: Json) -> None:
    if (value["spec"].get("updateStrategy") or {}).get("type") != "RollingUpdate":
        raise UsageError("rollout status is only available for RollingUpdate strategy type")


_KINDS: Final[Mapping[str, Callable[[Json], Progress]]] = {
    "Deployment": _deployment,
    "DaemonSet": _daemon_set,
    "StatefulSet": _stateful_set,
}
