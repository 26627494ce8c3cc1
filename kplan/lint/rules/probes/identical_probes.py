"""A container uses the same probe for readiness and liveness.

A pod that is too busy to answer should first stop receiving traffic; with identical probes its container is restarted just as soon.

Fix: let liveness fail later than readiness (higher ``failureThreshold``) or use a different check.
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
    aliases=("kube-score:pod-probes-identical",),
    good=(
        "spec: {containers: [{name: a, image: b, livenessProbe: {tcpSocket: {port: 80}, failureThreshold: 10}, readinessProbe: {tcpSocket: {port: 80}}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, livenessProbe: {tcpSocket: {port: 80}}, readinessProbe: {tcpSocket: {port: 80}}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",),
)
