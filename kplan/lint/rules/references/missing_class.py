"""An object names a class that is not defined in the input.

An unknown PriorityClass or RuntimeClass makes the API server refuse the pod, a claim of an unknown StorageClass waits
for ever, and nobody serves an Ingress of an unknown class. Classes usually come with the cluster, so this is reported
only where the input holds some of the kind, or where the name is kept for Kubernetes itself; of a StorageClass or
IngressClass where it is nearly one of the input.

Fix: add the class or correct the name.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.references import Reference
from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.referring import absent, missing
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report classes that the run does not hold; of those for storage and Ingresses, which clusters bring many of,
    misspelt ones.
    """
    for group, kind in (("scheduling.k8s.io", "PriorityClass"), ("node.k8s.io", "RuntimeClass")):
        yield from missing(subject, group, kind)
    for reference in (*subject.references, *_of_templates(subject)):
        if reference.target.kind in ("StorageClass", "IngressClass"):
            for one in absent(subject, reference):
                yield one._replace(unknown=one.unknown or _doubt(subject, reference.target))


def _of_templates(subject: Subject) -> Iterator[Reference]:
    """The classes that templates of claims name."""
    for index, claim in items(subject.spec, "volumeClaimTemplates"):
        if name := text(claim, "spec", "storageClassName"):
            path = FieldPath.of("spec", "volumeClaimTemplates", index, "spec", "storageClassName")
            yield Reference(path, ObjectKey("storage.k8s.io", "StorageClass", "", name))


def _doubt(subject: Subject, key: ObjectKey) -> str:
    """Why a class may be there; empty if its name is that of one of the input but for a letter."""
    if any(
        text(one.spec, "storageClassName") == key.name
        for one in subject.world.by_kind.get("PersistentVolume", ())
    ):
        return "volumes of the class are made by hand"
    from kplan.naming import is_misspelt  # noqa: PLC0415 - most classes are there, or nowhere in the input

    given = (one.name for one in subject.world.by_kind.get(key.group_kind, ()))
    return (
        ""
        if any(is_misspelt(key.name, one) for one in given)
        else f"the {key.kind} may come with the cluster"
    )


def _claim(name: str) -> str:
    return f"""\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: a}}
spec: {{storageClassName: {name}, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: standard}}
provisioner: example.com/fast
"""


_SET: Final = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: a}
spec:
  selector: {matchLabels: {app: a}}
  template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: b}]}}
  volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: fast-ssd}}]
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast-ssd}
provisioner: example.com/fast
"""

RULE = Rule(
    code="REF010",
    name="missing-class",
    severity=Severity.WARNING,
    kinds=POD_OWNERS | {"Ingress.networking.k8s.io", "PersistentVolumeClaim"},
    check=check,
    looks_around=True,
    good=(
        _claim("gp3"),
        _claim("standard"),
        _claim("standard-rwo"),
        _claim("fastt")
        + "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {storageClassName: standart}\n",
        _SET,
        "spec: {priorityClassName: fast, containers: [{name: a, image: b}]}",
        "spec: {priorityClassName: system-node-critical, containers: [{name: a, image: b}]}",
    ),
    bad=(
        _claim("standrad"),
        _SET.replace("storageClassName: fast-ssd", "storageClassName: fast-sdd"),
        "spec: {priorityClassName: system-node-criticle, containers: [{name: a, image: b}]}",
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {priorityClassName: fats, containers: [{name: a, image: b}]}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: fast}
value: 1000
""",
    ),
    references=("https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",),
)
