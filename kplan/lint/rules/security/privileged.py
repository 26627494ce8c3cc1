"""A container runs privileged.

A privileged container has every capability and every device of its node, so escaping from it is easy.

Fix: drop ``privileged: true`` and add the single capability that is needed to ``capabilities.add``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report privileged containers."""
    for container in subject.containers():
        if container.security.get("privileged") is True:
            path = container.path / "securityContext" / "privileged"
            yield Finding(path, f"container {container.name!r} is privileged")


RULE = Rule(
    code="SEC001",
    name="privileged",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    good=("spec: {containers: [{name: a, image: b, securityContext: {privileged: false}}]}",),
    bad=("spec: {containers: [{name: a, image: b, securityContext: {privileged: true}}]}",),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
)
