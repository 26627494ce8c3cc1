"""A container keeps the default capabilities.

The default set allows forging packets and changing file owners; hardly any service needs any of it.

Fix: set ``securityContext.capabilities.drop: [ALL]`` and add back what is needed.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fixes import Safety, append, unsafe
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject

_DEFAULT: Final = frozenset(
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    }
)  # fmt: skip
"""What runtimes give a container that asks for nothing."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers that do not drop all capabilities."""
    if subject.is_windows:
        return
    for container in subject.containers():
        dropped = mapping(container.security, "capabilities").get("drop")
        names = (
            {name.upper() for name in dropped if isinstance(name, str)}
            if isinstance(dropped, list)
            else set()
        )
        if "ALL" not in names and not names.issuperset(_DEFAULT):
            path = container.path / "securityContext" / "capabilities"
            message = f"{container.title} does not drop all capabilities"
            privileged = container.security.get("privileged") is True
            fix = None if privileged else unsafe("drop all capabilities", append(path / "drop", "ALL"))
            yield Finding(path, message, at_key=True, fix=fix)


RULE = Rule(
    code="SEC011",
    name="capabilities-not-dropped",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    aliases=("polaris:insecureCapabilities", "checkov:CKV_K8S_37"),
    good=(
        "spec: {containers: [{name: a, image: b, securityContext: {capabilities: {drop: [AUDIT_WRITE, CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, NET_BIND_SERVICE, NET_RAW, SETFCAP, SETGID, SETPCAP, SETUID, SYS_CHROOT]}}}]}",
        "spec: {os: {name: windows}, containers: [{name: a, image: b}]}",
        "spec: {containers: [{name: a, image: b, securityContext: {capabilities: {drop: [ALL]}}}]}",
    ),
    bad=("spec: {containers: [{name: a, image: b, securityContext: {capabilities: {drop: [NET_RAW]}}}]}",),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    fixes=(Safety.UNSAFE,),
)
