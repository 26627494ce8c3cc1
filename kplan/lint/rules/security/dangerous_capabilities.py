"""A container adds a capability that gives control of the node.

``SYS_ADMIN``, ``NET_ADMIN``, ``SYS_PTRACE`` and a few others are as powerful as root, and ``ALL`` includes all of them.

Fix: remove the capability from ``capabilities.add``; if the workload needs it, isolate it on its own nodes.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Option, Rule, Subject, Takes

DANGEROUS = frozenset(
    {
        "ALL",
        "SYS_ADMIN",
        "NET_ADMIN",
        "SYS_MODULE",
        "SYS_PTRACE",
        "SYS_RAWIO",
        "DAC_READ_SEARCH",
        "BPF",
        "SYS_BOOT",
    }
)

CAPABILITIES: Final = Option(
    "SEC005.capabilities", Takes.TEXTS, tuple(sorted(DANGEROUS)), "Capabilities that no container adds."
)
_NONE: Final[tuple[str, ...]] = ()
ALLOWED: Final = Option(
    "SEC005.allowed", Takes.TEXTS, _NONE, "Those of them that containers may add all the same."
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report added capabilities that equal root."""
    dangerous = {*subject.option(CAPABILITIES)} - {*subject.option(ALLOWED)}
    for container in subject.containers():
        added = mapping(container.security, "capabilities").get("add")
        for index, name in enumerate(added if isinstance(added, list) else ()):
            if isinstance(name, str) and name.upper().removeprefix("CAP_") in dangerous:
                path = container.path / "securityContext" / "capabilities" / "add" / index
                yield Finding(path, f"{container.title} adds the capability {name}")


RULE = Rule(
    code="SEC005",
    name="dangerous-capabilities",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    options=(CAPABILITIES, ALLOWED),
    aliases=("polaris:dangerousCapabilities", "checkov:CKV_K8S_39"),
    good=(
        "spec: {containers: [{name: a, image: b, securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}}]}",
    ),
    bad=("spec: {containers: [{name: a, image: b, securityContext: {capabilities: {add: [SYS_ADMIN]}}}]}",),
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",),
)
