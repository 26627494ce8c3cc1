"""A container uses a port of its node.

A hostPort ties the pod to nodes where the port is free, and bypasses Services and often NetworkPolicies.

Fix: remove ``hostPort`` and expose the pod through a Service.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import items
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Option, Rule, Subject, Takes

_NONE: Final[tuple[int, ...]] = ()
ALLOWED: Final = Option("SEC015.allowed", Takes.NUMBERS, _NONE, "Ports of the node that containers may take.")


def check(subject: Subject) -> Iterator[Finding]:
    """Report host ports of pods that are not on the host's network anyway."""
    for container in subject.lasting_containers():
        if container.pod_spec.get("hostNetwork") is True:
            continue
        for index, port in items(container.value, "ports"):
            if port.get("hostPort") and port["hostPort"] not in subject.option(ALLOWED):
                path = container.path / "ports" / index / "hostPort"
                yield Finding(path, f"{container.title} takes port {port['hostPort']} of the node")


RULE = Rule(
    code="SEC015",
    name="host-port",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    options=(ALLOWED,),
    aliases=("polaris:hostPortSet", "checkov:CKV_K8S_26"),
    good=("spec: {containers: [{name: a, image: b, ports: [{containerPort: 80}]}]}",),
    bad=("spec: {containers: [{name: a, image: b, ports: [{containerPort: 80, hostPort: 80}]}]}",),
    references=("https://kubernetes.io/docs/concepts/configuration/overview/",),
)
