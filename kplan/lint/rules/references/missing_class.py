"""An object names a class that is not defined in the input.

An unknown PriorityClass or RuntimeClass makes the API server refuse the pod.

Fix: add the class or correct the name.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.referring import missing
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report priority and runtime classes that the run does not hold; the system- classes always exist."""
    for group, kind in (("scheduling.k8s.io", "PriorityClass"), ("node.k8s.io", "RuntimeClass")):
        for reference in missing(subject, group, kind):
            if not reference.target.name.startswith("system-"):
                yield Finding(reference.path, f"{kind} {reference.target.name!r} is not defined in the input")


RULE = Rule(
    code="REF010",
    name="missing-class",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    looks_around=True,
    good=("spec: {priorityClassName: system-node-critical, containers: [{name: a, image: b}]}",),
    bad=("spec: {priorityClassName: fast, containers: [{name: a, image: b}]}",),
    references=("https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",),
)
