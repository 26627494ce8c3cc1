"""A container uses none of the kernel's protections.

AppArmor, seccomp, SELinux and dropped capabilities each keep an exploit from going further; without any of them the
kernel gives no protection.

Fix: set ``securityContext.seccompProfile.type: RuntimeDefault`` and drop capabilities.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject

_MEANS: Final = ("appArmorProfile", "seccompProfile", "seLinuxOptions")
_ANNOTATION: Final = "container.apparmor.security.beta.kubernetes.io/"


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers for which neither they nor the pod use any of the four."""
    if subject.is_windows:
        return
    for container in subject.containers():
        pod, own = container.pod_security, container.security
        annotations = mapping(container.pod.value, "metadata", "annotations")
        annotated = _ANNOTATION + container.name in annotations
        if (
            not annotated
            and not any(pod.get(field) for field in _MEANS)
            and not any(own.get(field) for field in _MEANS)
            and not mapping(own, "capabilities").get("drop")
        ):
            path = container.path / "securityContext"
            message = f"{container.title} uses no AppArmor, seccomp or SELinux and drops no capability"
            holder = container.pod.path / "spec" / "securityContext" / "seccompProfile"
            fix = unsafe("use the runtime's profile", put(holder, {"type": "RuntimeDefault"}))
            yield Finding(path, message, at_key=True, fix=fix)


RULE = Rule(
    code="SEC018",
    name="no-hardening",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=("polaris:linuxHardening",),
    good=(
        "spec: {securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, image: b}]}",
        "spec: {containers: [{name: a, image: b, securityContext: {capabilities: {drop: [ALL]}}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b}]}",
        "spec: {containers: [{name: a, image: b, securityContext: {runAsNonRoot: true}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    fixes=(Safety.UNSAFE,),
)
