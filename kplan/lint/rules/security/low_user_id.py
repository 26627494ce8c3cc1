"""A container's user or group may be one of the node's own.

Users of the node have numbers below 10000: what escapes from the container is one of them there.

Fix: set ``securityContext.runAsUser`` and ``runAsGroup`` to numbers from 10000.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Option, Rule, Subject, Takes

LEAST: Final = Option("SEC016.least", Takes.NUMBER, 10_000, "The lowest number of a user or group.")


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers whose user or group is low, or left to the image."""
    least = subject.option(LEAST)
    if subject.is_windows:
        return
    for container in subject.containers():
        for field, what in (("runAsUser", "user"), ("runAsGroup", "group")):
            number = container.security.get(field, container.pod_security.get(field))
            if not isinstance(number, int) or number < least:
                said = (
                    f"{what} {number}, below {least}"
                    if isinstance(number, int)
                    else f"a {what} the image chooses"
                )
                path = container.path / "securityContext" / field
                yield Finding(path, f"{container.title} runs as {said}", at_key=True)


RULE = Rule(
    code="SEC016",
    name="low-user-id",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    options=(LEAST,),
    preset=STRICT,
    aliases=(
        "kube-score:container-security-context-user-group-id",
        "checkov:CKV_K8S_40",
        "datree:CONTAINERS_INCORRECT_RUNASUSER_VALUE_LOWUID",
    ),
    good=(
        "spec: {containers: [{name: a, image: b, securityContext: {runAsUser: 10001, runAsGroup: 10001}}]}",
        "spec: {securityContext: {runAsUser: 20000, runAsGroup: 20000}, containers: [{name: a, image: b}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b}]}",
        "spec: {containers: [{name: a, image: b, securityContext: {runAsUser: 10001, runAsGroup: 1000}}]}",
    ),
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",),
)
