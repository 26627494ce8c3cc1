"""A container opens the port of SSH.

``kubectl exec`` needs no SSH server; one in a container is a second way in, with keys that nobody rotates.

Fix: remove the server; if SSH is what the container is for, let it listen on another port.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import items
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Option, Rule, Subject, Takes

PORTS: Final = Option("SEC025.ports", Takes.NUMBERS, (22,), "TCP ports that no container opens.")


def check(subject: Subject) -> Iterator[Finding]:
    """Report the TCP port 22, or others that are not wanted."""
    for container in subject.lasting_containers():
        for index, port in items(container.value, "ports"):
            number = port.get("containerPort")
            if number in subject.option(PORTS) and port.get("protocol", "TCP") == "TCP":
                path = container.path / "ports" / index / "containerPort"
                what = "the port of SSH" if number == 22 else f"port {number}"
                yield Finding(path, f"{container.title} opens {what}")


RULE = Rule(
    code="SEC025",
    name="ssh-port",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    options=(PORTS,),
    preset=STRICT,
    aliases=("kube-linter:ssh-port",),
    good=("spec: {containers: [{name: a, image: b, ports: [{containerPort: 22, protocol: UDP}]}]}",),
    bad=("spec: {containers: [{name: a, image: b, ports: [{containerPort: 22}]}]}",),
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",),
)
