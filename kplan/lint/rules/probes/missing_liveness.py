"""A container has no liveness probe, so it is not restarted when it hangs.

A process that deadlocks keeps its pod Running until a liveness probe fails.

Fix: add a ``livenessProbe`` that fails only when a restart would help.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.rule import LONG_RUNNING, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report long-running containers without a liveness probe."""
    for container in subject.main_containers():
        if "livenessProbe" not in container.value:
            path = container.path / "livenessProbe"
            yield Finding(path, f"{container.title} has no liveness probe", at_key=True)


RULE = Rule(
    code="PRB002",
    name="missing-liveness",
    severity=Severity.INFO,
    kinds=LONG_RUNNING,
    check=check,
    preset=STRICT,
    aliases=(
        "kube-linter:no-liveness-probe",
        "kube-score:pod-probes",
        "polaris:livenessProbeMissing",
        "checkov:CKV_K8S_8",
        "datree:CONTAINERS_MISSING_LIVENESSPROBE_KEY",
    ),
    good=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b, livenessProbe: {httpGet: {path: /, port: 80}}}]}
""",
    ),
    bad=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",),
)
