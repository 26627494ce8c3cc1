"""A probe asks a port that the container does not declare.

Declaring ports is optional, but a number that is not among those declared is often a mistake of typing.

Fix: correct the probe's port, or declare it.
"""

from collections.abc import Iterator

from kplan.api.walk import items
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report probes by number of a port that is not among those declared."""
    for container in subject.lasting_containers():
        declared = [port.get("containerPort") for _, port in items(container.value, "ports")]
        for probe, path, port in container.asked_ports("httpGet", "tcpSocket", "grpc"):
            if isinstance(port, int) and port not in declared:
                message = f"{probe} of {container.title} asks the port {port}, which it does not declare"
                yield Finding(path, message)


RULE = Rule(
    code="PRB006",
    name="undeclared-port",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=("kube-linter:liveness-port", "kube-linter:readiness-port", "kube-linter:startup-port"),
    good=(
        "spec: {containers: [{name: a, image: b, ports: [{containerPort: 80}], livenessProbe: {tcpSocket: {port: 80}}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, ports: [{containerPort: 80}], livenessProbe: {tcpSocket: {port: 81}}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",),
)
