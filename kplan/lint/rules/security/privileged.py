"""A container runs privileged.

A privileged container has every capability and every device of its node, so escaping from it is easy.

Fix: drop ``privileged: true`` and add the single capability that is needed to ``capabilities.add``.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report privileged containers, and their like on Windows."""
    for container in subject.containers():
        if container.security.get("privileged") is True:
            path = container.path / "securityContext" / "privileged"
            yield Finding(path, f"{container.title} is privileged")
        pod = mapping(container.pod_security, "windowsOptions")
        own = mapping(container.security, "windowsOptions")
        if own.get("hostProcess", pod.get("hostProcess")) is True:
            where = (
                container.path / "securityContext"
                if "hostProcess" in own
                else container.pod.path / "spec" / "securityContext"
            )
            path = where / "windowsOptions" / "hostProcess"
            yield Finding(path, f"{container.title} is a process of its Windows node")


RULE = Rule(
    code="SEC001",
    name="privileged",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    aliases=(
        "kube-linter:privileged-container",
        "kube-score:container-security-context-privileged",
        "polaris:runAsPrivileged",
        "polaris:hostProcess",
        "checkov:CKV_K8S_16",
        "datree:CONTAINERS_INCORRECT_PRIVILEGED_VALUE_TRUE",
    ),
    good=("spec: {containers: [{name: a, image: b, securityContext: {privileged: false}}]}",),
    bad=(
        "spec: {hostNetwork: true, securityContext: {windowsOptions: {hostProcess: true}}, containers: [{name: a, image: b}]}",
        "spec: {containers: [{name: a, image: b, securityContext: {privileged: true}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
)
