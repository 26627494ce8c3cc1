"""How many pods a workload has at least: what it says, or what an autoscaler leaves it."""

from collections.abc import Iterator

from kplan.api.gvk import GroupVersionKind
from kplan.api.walk import find, mapping, text
from kplan.fieldpath import ROOT
from kplan.lint.subject import SingleObject

Target = tuple[str, str, str]
"""Group kind, namespace and name."""


def bounds(scaler: SingleObject) -> Iterator[tuple[Target, int]]:
    """What an autoscaler scales, and the fewest pods it leaves."""
    if scaler.kind == "HorizontalPodAutoscaler.autoscaling":
        least, default = scaler.spec.get("minReplicas"), 1
    elif scaler.kind == "ScaledObject.keda.sh":
        least, default = scaler.spec.get("minReplicaCount"), 0
    else:
        return
    target = mapping(scaler.spec, "scaleTargetRef")
    api_version = text(target, "apiVersion") or ("apps/v1" if default == 0 else "")
    kind = text(target, "kind") or "Deployment"
    gvk = GroupVersionKind.of(api_version, kind)
    fewest = least if isinstance(least, int) and not isinstance(least, bool) else default
    yield (gvk.group_kind, scaler.namespace, text(target, "name")), fewest


def own_replicas(workload: SingleObject) -> int | None:
    """The number of pods in a workload's own spec; None if that is not known."""
    path = workload.workload.replicas if workload.workload else "spec.replicas"
    replicas = next((value for _, value in find(workload.value, path, ROOT)), 1) if path else None
    return replicas if isinstance(replicas, int) and not isinstance(replicas, bool) else None
