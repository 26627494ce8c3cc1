"""A container runs without a seccomp profile.

The default profile of the runtime blocks system calls that programs hardly need and exploits often do.

Fix: set ``securityContext.seccompProfile.type: RuntimeDefault`` on the pod.
"""

from collections.abc import Iterator

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers for which neither the pod nor they themselves choose a profile."""
    if subject.is_windows:
        return
    pod = text(subject.pod_spec(), "securityContext", "seccompProfile", "type")
    for container in subject.containers():
        profile = text(container.security, "seccompProfile", "type") or pod
        if profile in ("", "Unconfined"):
            path = container.path / "securityContext" / "seccompProfile"
            holder = subject.pod_path() / "securityContext" / "seccompProfile"
            fix = (
                unsafe("use the runtime's profile", put(holder, {"type": "RuntimeDefault"}))
                if not profile
                else None
            )
            yield Finding(path, f"container {container.name!r} has no seccomp profile", at_key=True, fix=fix)


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
