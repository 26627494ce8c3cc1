"""A container keeps the capability NET_RAW.

With it a process forges packets, and so answers for other pods of its network.

Fix: set ``securityContext.capabilities.drop: [ALL]``, or at least ``[NET_RAW]``.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fixes import Safety, append, unsafe
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers that drop neither the capability nor all of them."""
    if subject.is_windows:
        return
    for container in subject.containers():
        dropped = mapping(container.security, "capabilities").get("drop")
        names = (
            [name.upper() for name in dropped if isinstance(name, str)] if isinstance(dropped, list) else []
        )
        if not {"ALL", "NET_RAW", "CAP_NET_RAW"}.intersection(names):
            path = container.path / "securityContext" / "capabilities"
            privileged = container.security.get("privileged") is True
            fix = None if privileged else unsafe("drop NET_RAW", append(path / "drop", "NET_RAW"))
            message = f"{container.title} keeps the capability NET_RAW"
            yield Finding(path, message, at_key=True, fix=fix)


RULE = Rule(
    code="SEC017",
    name="raw-packets",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=("kube-linter:drop-net-raw-capability", "checkov:CKV_K8S_28"),
    good=(
        "spec: {containers: [{name: a, image: b, securityContext: {capabilities: {drop: [NET_RAW]}}}]}",
        "spec: {containers: [{name: a, image: b, securityContext: {capabilities: {drop: [all]}}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b}]}",
        "spec: {containers: [{name: a, image: b, securityContext: {capabilities: {drop: [SYS_TIME]}}}]}",
    ),
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",),
    fixes=(Safety.UNSAFE,),
)
