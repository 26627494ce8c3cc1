"""A container may gain more privileges than it started with.

Unless ``allowPrivilegeEscalation`` is false, a setuid binary in the image turns any user into root.

Fix: set ``securityContext.allowPrivilegeEscalation: false`` on the container.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers that leave escalation open."""
    if subject.is_windows:
        return
    for container in subject.containers():
        if container.security.get("allowPrivilegeEscalation") is not False:
            path = container.path / "securityContext" / "allowPrivilegeEscalation"
            yield Finding(path, f"container {container.name!r} may gain privileges", at_key=True)


RULE = Rule(
    code="SEC002",
    name="privilege-escalation",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    aliases=(
        "kube-linter:privilege-escalation-container",
        "polaris:privilegeEscalationAllowed",
        "checkov:CKV_K8S_20",
    ),
    good=("spec: {containers: [{name: a, image: b, securityContext: {allowPrivilegeEscalation: false}}]}",),
    bad=(
        "spec: {containers: [{name: a, image: b}]}",
        "spec: {containers: [{name: a, image: b, securityContext: {allowPrivilegeEscalation: true}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
)
