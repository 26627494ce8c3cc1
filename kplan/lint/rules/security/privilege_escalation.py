"""A container may gain more privileges than it started with.

Unless ``allowPrivilegeEscalation`` is false, a setuid binary in the image turns any user into root.

Fix: set ``securityContext.allowPrivilegeEscalation: false`` on the container.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.container import Container
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject

_ALL: Final = ("CAP_SYS_ADMIN", "SYS_ADMIN")
"""The capability that nothing can be gained beside; the API server knows it by its full name alone."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers that leave escalation open."""
    if subject.is_windows:
        return
    for container in subject.containers():
        if container.security.get("allowPrivilegeEscalation") is not False:
            path = container.path / "securityContext" / "allowPrivilegeEscalation"
            message = f"{container.title} may gain privileges"
            reason = _all_privileges(container)
            fix = None if reason else unsafe("forbid privilege escalation", put(path, False))
            advice = _advice(reason) if reason else ""
            yield Finding(path, message, advice, at_key=True, fix=fix)


def _all_privileges(container: Container) -> str:
    """What gives a container all privileges anyway, and stands against forbidding it to gain more; empty for most."""
    if container.security.get("privileged") is True:
        return "privileged: true"
    added = mapping(container.security, "capabilities").get("add")
    return next((one for one in _ALL if isinstance(added, list) and one in added), "")


def _advice(reason: str) -> str:
    why = "has no effect" if reason == "SYS_ADMIN" else "is refused by the API server"
    return f"remove `{reason}` first: beside it, to forbid the rest {why}."


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
    good=(
        "spec: {containers: [{name: a, image: b, securityContext: {allowPrivilegeEscalation: false}}]}",
        (
            "spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
            "[{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows]}]}]}}}, containers: [{name: a, image: b}]}"
        ),
    ),
    bad=(
        "spec: {containers: [{name: a, image: b}]}",
        "spec: {containers: [{name: a, image: b, securityContext: {allowPrivilegeEscalation: true}}]}",
        (
            "spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
            "[{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows, linux]}]}]}}}, containers: [{name: a, image: b}]}"
        ),
    ),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    fixes=(Safety.UNSAFE,),
)
