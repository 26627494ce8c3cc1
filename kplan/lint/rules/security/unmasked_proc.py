"""A container sees all of /proc.

The runtime hides the parts of /proc that reveal the node; ``procMount: Unmasked`` shows and partly opens them.

Fix: remove ``procMount``; only containers that run containers inside of a user namespace need it.
"""

from collections.abc import Iterator

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers with another procMount than Default."""
    for container in subject.containers():
        kind = text(container.security, "procMount")
        if kind and kind != "Default":
            path = container.path / "securityContext" / "procMount"
            yield Finding(path, f"{container.title} has procMount {kind}")


RULE = Rule(
    code="SEC019",
    name="unmasked-proc",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    aliases=("kube-linter:unsafe-proc-mount", "polaris:procMount"),
    good=("spec: {containers: [{name: a, image: b, securityContext: {procMount: Default}}]}",),
    bad=(
        "spec: {hostUsers: false, containers: [{name: a, image: b, securityContext: {procMount: Unmasked}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
)
