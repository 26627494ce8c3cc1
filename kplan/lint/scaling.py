"""How many pods a workload has at least: what it says, or what an autoscaler leaves it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kplan.api.gvk import GroupVersionKind
from kplan.api.walk import mapping, text

if TYPE_CHECKING:
    from kplan.lint.subject import Subject

Target = tuple[str, str, str]
"""Group kind, namespace and name."""


def bounds(scaler: "Subject") -> Iterator[tuple[Target, int]]:
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


def fewest_replicas(subject: "Subject") -> int | None:
    """The fewest pods a workload keeps; None where that depends on something else."""
    scaled = subject.world.autoscalers.get((subject.kind, subject.namespace, subject.name))
    if scaled is not None:
        return scaled[1]
    replicas = subject.spec.get("replicas", 1)
    return replicas if isinstance(replicas, int) and not isinstance(replicas, bool) else None
