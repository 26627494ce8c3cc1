"""An object names a class that is not defined in the input.

An unknown PriorityClass or RuntimeClass makes the API server refuse the pod. Classes usually come with the cluster, so
this is reported only where the input holds some of the kind, or where the name is kept for Kubernetes itself.

Fix: add the class or correct the name.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.referring import missing
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report priority and runtime classes that the run does not hold; only the two system- classes that always exist can."""
    for group, kind in (("scheduling.k8s.io", "PriorityClass"), ("node.k8s.io", "RuntimeClass")):
        yield from missing(subject, group, kind)


RULE = Rule(
    code="REF010",
    name="missing-class",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    looks_around=True,
    good=(
        "spec: {priorityClassName: fast, containers: [{name: a, image: b}]}",
        "spec: {priorityClassName: system-node-critical, containers: [{name: a, image: b}]}",
    ),
    bad=(
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
