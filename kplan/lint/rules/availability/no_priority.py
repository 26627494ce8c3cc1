"""A pod names no priority class.

When nodes are full, all pods without a class count alike, whatever they do.

Fix: set ``priorityClassName``.
"""

from collections.abc import Iterator

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.lint.rule import ON_REQUEST, POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report pods without a priority class."""
    if subject.pod_spec() and not text(subject.pod_spec(), "priorityClassName"):
        yield Finding(
            subject.pod_path() / "priorityClassName", "the pod names no priority class", at_key=True
        )


RULE = Rule(
    code="AVL019",
    name="no-priority",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=ON_REQUEST,
    aliases=("polaris:priorityClassNotSet",),
    good=("spec: {priorityClassName: system-node-critical, containers: [{name: a, image: b}]}",),
    bad=("spec: {containers: [{name: a, image: b}]}",),
    references=("https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",),
)
