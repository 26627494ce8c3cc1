"""Pods that may run on several nodes mount a volume that goes to one node at a time.

Pods on the other nodes stay in ContainerCreating, with ``Multi-Attach error`` in their events.

Fix: use a volume of ``ReadWriteMany``, a StatefulSet with a claim for each pod, or keep the pods on
one node with pod affinity.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.nearness import are_near, distance
from kplan.lint.onenode import (
    is_of_one_pod,
    keeps_apart,
    keeps_together,
    mounting,
    mounts,
    one_node_claim,
)
from kplan.lint.rule import LONG_RUNNING, Finding, Rule, Subject

_MODES = FieldPath.of("spec", "accessModes")


def check(subject: Subject) -> Iterator[Finding]:
    """Report claims for one node that several replicas mount, or another workload before this one."""
    for path, name in mounts(subject):
        claim = one_node_claim(subject, name)
        if claim is None or (keeps_together(subject.pod_spec()) and not is_of_one_pod(claim)):
            continue
        which = "one pod" if is_of_one_pod(claim) else "one node"
        related = ((claim, _MODES),)
        pods = _pods(subject)
        if pods:
            apart = ", which may not share a node" if keeps_apart(subject.pod_spec()) else ""
            message = f"claim {name!r} goes to {which} at a time, and {pods} mount it{apart}"
            yield Finding(path, message, related=related)
        elif (other := _other(subject, name)) is not None:
            message = f"claim {name!r} goes to {which} at a time, and {other.object.gvk.kind} {other.name!r} mounts it as well"
            unknown = _apart(subject, other)
            yield Finding(
                path, message, related=(*related, (other, other.pod_path() / "volumes")), unknown=unknown
            )


def _pods(subject: Subject) -> str:
    """How many pods mount what it mounts, in words; empty for one."""
    if subject.kind == "DaemonSet.apps":
        return "a pod of every node"
    replicas = subject.fewest_replicas() or 0
    return f"{replicas} replicas" if replicas > 1 else ""


def _other(subject: Subject, name: str) -> Subject | None:
    """The first other workload that keeps pods with the claim, where it stands before this one."""
    for one in subject.world.remember("mounts of claims", mounting).get((subject.namespace, name), ()):
        if one is subject:
            return None
        if one.kind in LONG_RUNNING and one.name != subject.name and are_near(one, subject):
            return None if keeps_together(one.pod_spec()) or one.fewest_replicas() == 0 else one
    return None


def _apart(subject: Subject, other: Subject) -> str:
    """Why the two may never be applied together."""
    first, second = subject.object.origin, other.object.origin
    built = first is not None and second is not None and first.built_by == second.built_by != ""
    together = distance(subject, other) == 0 or built
    return "" if together else "the two stand in several files, and may be variants of each other"


def _manifests(replicas: int, spec: str, mode: str = "ReadWriteOnce", more: str = "") -> str:
    return f"""\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: data}}
spec: {{accessModes: [{mode}], resources: {{requests: {{storage: 1Gi}}}}}}
{_workload("web", replicas, spec)}{more}"""


def _workload(name: str, replicas: int, spec: str) -> str:
    return f"""\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      {spec}
      containers: [{{name: a, image: b}}]
      volumes: [{{name: v, persistentVolumeClaim: {{claimName: data}}}}]
"""


_APART = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}"

RULE = Rule(
    code="AVL021",
    name="volume-of-one-node",
    severity=Severity.WARNING,
    kinds=LONG_RUNNING,
    check=check,
    looks_around=True,
    needs=frozenset({"PersistentVolumeClaim"}),
    good=(
        _manifests(1, ""),
        _manifests(3, "", "ReadWriteMany"),
        _manifests(3, "nodeSelector: {kubernetes.io/hostname: node-1}"),
        _manifests(3, "")
        .replace("kind: Deployment", "kind: StatefulSet")
        .replace("  replicas:", "  volumeClaimTemplates: [{metadata: {name: v}}]\n  replicas:"),
    ),
    bad=(
        _manifests(2, ""),
        _manifests(2, _APART),
        _manifests(1, "", more=_workload("worker", 1, "")),
    ),
    references=("https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",),
)
