"""A container listens on a port below 1024.

Only root, or a process with a capability for it, may open such a port, so the container has more rights than it needs.

Fix: listen on a higher port; the Service maps port 80 to it.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import items
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Option, Rule, Subject, Takes

_NONE: Final[tuple[int, ...]] = ()
ALLOWED: Final = Option(
    "SEC024.allowed", Takes.NUMBERS, _NONE, "Ports below 1024 that containers may listen on: 80, 443."
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report declared ports from 1 to 1023."""
    allowed = subject.option(ALLOWED)
    for container in subject.lasting_containers():
        for index, port in items(container.value, "ports"):
            number = port.get("containerPort")
            if (
                isinstance(number, int)
                and not isinstance(number, bool)
                and 0 < number < 1024
                and number not in allowed
            ):
                path = container.path / "ports" / index / "containerPort"
                yield Finding(path, f"{container.title} listens on the privileged port {number}")


RULE = Rule(
    code="SEC024",
    name="privileged-port",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    options=(ALLOWED,),
    preset=STRICT,
    aliases=("kube-linter:privileged-ports",),
    good=("spec: {containers: [{name: a, image: b, ports: [{containerPort: 8080}]}]}",),
    bad=("spec: {containers: [{name: a, image: b, ports: [{containerPort: 80}]}]}",),
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",),
)
