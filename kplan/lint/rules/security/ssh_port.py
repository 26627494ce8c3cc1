"""A container opens the port of SSH.

``kubectl exec`` needs no SSH server; one in a container is a second way in, with keys that nobody rotates.

Fix: remove the server; if SSH is what the container is for, let it listen on another port.
"""

from collections.abc import Iterator

from kplan.api.walk import items
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report the TCP port 22."""
    for container in subject.containers():
        for index, port in items(container.value, "ports"):
            if port.get("containerPort") == 22 and port.get("protocol", "TCP") == "TCP":
                path = container.path / "ports" / index / "containerPort"
                yield Finding(path, f"container {container.name!r} opens the port of SSH")


RULE = Rule(
    code="SEC025",
    name="ssh-port",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=("kube-linter:ssh-port",),
    good=("spec: {containers: [{name: a, image: b, ports: [{containerPort: 22, protocol: UDP}]}]}",),
    bad=("spec: {containers: [{name: a, image: b, ports: [{containerPort: 22}]}]}",),
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",),
)
