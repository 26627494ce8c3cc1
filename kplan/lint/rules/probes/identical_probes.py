"""A container uses the same probe for readiness and liveness.

A pod that is too busy to answer should first stop receiving traffic; with identical probes its container
is restarted just as soon.

Fix: let liveness fail later than readiness (higher ``failureThreshold``) or use a different check.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers whose two probes are equal."""
    for container in subject.lasting_containers():
        probe = container.value.get("livenessProbe")
        if isinstance(probe, dict) and probe and probe == container.value.get("readinessProbe"):
            path = container.path / "livenessProbe"
            failures = probe.get("failureThreshold", 3)
            later = put(path / "failureThreshold", 2 * failures) if isinstance(failures, int) else None
            fix = unsafe("let liveness fail later", later) if later else None
            message = f"{container.title} has the same liveness and readiness probe"
            yield Finding(path, message, at_key=True, fix=fix)


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
    fixes=(Safety.UNSAFE,),
)
