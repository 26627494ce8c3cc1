"""Two containers of a pod give a port the same name.

A Service that targets the name sends requests to one of the two, and which one is not obvious.

Fix: give every port of the pod its own name.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report port names that the pod has already used with another number."""
    seen: dict[str, object] = {}
    for container in subject.lasting_containers():
        for index, port in items(container.value, "ports"):
            name = text(port, "name")
            if name and seen.setdefault(name, port.get("containerPort")) != port.get("containerPort"):
                yield Finding(
                    container.path / "ports" / index / "name", f"the pod has another port named {name!r}"
                )


RULE = Rule(
    code="CTR002",
    name="duplicate-port-name",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    aliases=("kube-score:container-ports-check",),
    good=(
        "spec: {containers: [{name: a, image: b, ports: [{name: http, containerPort: 80}, {name: admin, containerPort: 81}]}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, ports: [{name: http, containerPort: 80}]}, {name: c, image: b, ports: [{name: http, containerPort: 81}]}]}",
    ),
    references=(),
)
