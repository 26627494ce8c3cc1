"""A container behind a Service has no readiness probe.

Without one a pod gets traffic as soon as its process starts, and keeps getting it while it cannot answer.

Fix: add a ``readinessProbe`` that checks whether the container can serve requests.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fixes import Safety
from kplan.lint.connecting import connected
from kplan.lint.rule import LONG_RUNNING, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers of pods that a Service selects, when none of them has a readiness probe."""
    containers = [container for container in subject.main_containers() if not container.is_init]
    if any(
        "readinessProbe" in container.value for container in containers
    ) or not subject.world.selection.serving(subject):
        return
    for container in containers[:1]:
        message = f"{container.title} has no readiness probe"
        path, fix = container.path / "readinessProbe", connected(container)
        yield Finding(path, message, at_key=True, fix=fix)


RULE = Rule(
    code="PRB001",
    name="missing-readiness",
    severity=Severity.WARNING,
    kinds=LONG_RUNNING,
    check=check,
    looks_around=True,
    needs=frozenset({"Service"}),
    aliases=(
        "kube-linter:no-readiness-probe",
        "kube-score:pod-probes",
        "polaris:readinessProbeMissing",
        "checkov:CKV_K8S_9",
        "datree:CONTAINERS_MISSING_READINESSPROBE_KEY",
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
    spec: {containers: [{name: a, image: b}]}
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
    spec: {containers: [{name: a, image: b, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",),
    fixes=(Safety.UNSAFE,),
)
