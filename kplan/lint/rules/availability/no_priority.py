"""A pod names no priority class.

When nodes are full, all pods without a class count alike, whatever they do.

Fix: set ``priorityClassName``.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.lint.rule import ON_REQUEST, POD_OWNERS, Finding, Option, Rule, Subject, Takes

_ANY: Final[tuple[str, ...]] = ()
CLASSES: Final = Option(
    "AVL019.classes", Takes.TEXTS, _ANY, "The classes that a pod may name; none means any."
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report pods without a priority class, or with one that is not on the list."""
    allowed = subject.option(CLASSES)
    for where, pod in subject.pods():
        name, path = text(pod, "priorityClassName"), where / "priorityClassName"
        if pod and not name:
            yield Finding(path, "the pod names no priority class", at_key=True)
        elif name and allowed and name not in allowed:
            yield Finding(path, f"the priority class {name!r} is not one of {', '.join(allowed)}")


RULE = Rule(
    code="AVL019",
    name="no-priority",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    options=(CLASSES,),
    preset=ON_REQUEST,
    aliases=("polaris:priorityClassNotSet", "kube-linter:priority-class-name"),
    good=("spec: {priorityClassName: system-node-critical, containers: [{name: a, image: b}]}",),
    bad=("spec: {containers: [{name: a, image: b}]}",),
    references=("https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",),
)
