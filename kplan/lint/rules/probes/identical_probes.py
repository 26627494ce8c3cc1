"""Readiness and liveness ask the same question.

When the answer is no the pod should leave the Service first; with one and the same probe it is killed just as fast, under load most of all.

Fix: let liveness fail later than readiness (higher ``failureThreshold``) or ask something else.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers whose two probes are equal."""
    for container in subject.containers():
        probe = container.value.get("livenessProbe")
        if isinstance(probe, dict) and probe and probe == container.value.get("readinessProbe"):
            path = container.path / "livenessProbe"
            yield Finding(
                path, f"container {container.name!r} has the same liveness and readiness probe", at_key=True
            )


RULE = Rule(
    code="PRB003",
    name="identical-probes",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    good=(
        "spec: {containers: [{name: a, image: b, livenessProbe: {tcpSocket: {port: 80}, failureThreshold: 10}, readinessProbe: {tcpSocket: {port: 80}}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, livenessProbe: {tcpSocket: {port: 80}}, readinessProbe: {tcpSocket: {port: 80}}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",),
)
