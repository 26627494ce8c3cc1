"""A container runs without a seccomp profile.

The default profile of the runtime blocks system calls that programs hardly need and exploits often do.

Fix: set ``securityContext.seccompProfile.type: RuntimeDefault`` on the pod.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import mapping, text
from kplan.api.workloads import PodTemplate
from kplan.diagnostics import Severity
from kplan.fixes import Fix, Safety, put, remove, unsafe
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject

_ANNOTATION: Final = "seccomp.security.alpha.kubernetes.io/"


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers for which neither the pod nor they themselves choose a profile."""
    if subject.is_windows:
        return
    for container in subject.containers():
        profile = text(container.security, "seccompProfile", "type") or text(
            container.pod_security, "seccompProfile", "type"
        )
        if profile in ("", "Unconfined"):
            path = container.path / "securityContext" / "seccompProfile"
            fix = None if profile else _runtime_default(container.pod)
            yield Finding(path, f"{container.title} has no seccomp profile", at_key=True, fix=fix)


def _runtime_default(template: PodTemplate) -> Fix:
    """Set the field on the pod; annotations that meant it once have to say the same, or go."""
    notes = template.path / "metadata" / "annotations"
    old = [key for key in mapping(template.value, "metadata", "annotations") if _ANNOTATION in str(key)]
    path = template.path / "spec" / "securityContext" / "seccompProfile"
    gone = [remove(notes.key(key)) for key in old]
    return unsafe("use the runtime's profile", *gone, put(path, {"type": "RuntimeDefault"}))


RULE = Rule(
    code="SEC010",
    name="seccomp-profile",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    aliases=("kube-score:container-seccomp-profile", "checkov:CKV_K8S_31"),
    good=(
        "spec: {os: {name: windows}, containers: [{name: a, image: b}]}",
        "spec: {securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, image: b}]}",
        "spec: {hostNetwork: true, containers: [{name: a, image: b, securityContext: {windowsOptions: {hostProcess: true}}}, {name: c, image: d}]}",
    ),
    bad=("spec: {containers: [{name: a, image: b}]}",),
    references=("https://kubernetes.io/docs/tutorials/security/seccomp/",),
    fixes=(Safety.UNSAFE,),
)
