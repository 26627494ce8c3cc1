"""A probe names a port that the container does not declare.

The kubelet looks the name up among the container's own ports; the probe fails every time when it is not there.

Fix: name a port of this container, or give its number.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix, Safety, put, unsafe
from kplan.lint.rule import MINIMAL, POD_OWNERS, Finding, Rule, Subject
from kplan.naming import nearest


def check(subject: Subject) -> Iterator[Finding]:
    """Report probes whose port is a name that is not among the container's ports."""
    for container in subject.lasting_containers():
        names = {text(port, "name") for _, port in items(container.value, "ports")}
        for probe, path, port in container.asked_ports("httpGet", "tcpSocket"):
            if isinstance(port, str) and port and not port.isdigit() and port not in names:
                message = f"{probe} of {container.title} names the port {port!r}, which it does not declare"
                yield Finding(path, message, fix=_named(path, port, names - {""}))


def _named(path: FieldPath, port: str, names: AbstractSet[str]) -> Fix | None:
    """Name the port with the nearest name, or the only one."""
    near = nearest(port, sorted(names)) or ("".join(names) if len(names) == 1 else "")
    return unsafe(f"name the port {near}", put(path, near)) if near else None


RULE = Rule(
    code="PRB004",
    name="unknown-port-name",
    severity=Severity.ERROR,
    kinds=POD_OWNERS,
    check=check,
    preset=MINIMAL,
    aliases=("kube-linter:liveness-port", "kube-linter:readiness-port", "kube-linter:startup-port"),
    good=(
        "spec: {containers: [{name: a, image: b, ports: [{name: http, containerPort: 80}], livenessProbe: {httpGet: {port: http}}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, ports: [{name: http, containerPort: 80}], livenessProbe: {httpGet: {port: htpp}}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",),
    fixes=(Safety.UNSAFE,),
)
