"""A container has no readiness probe, although the pod counts as ready with it.

A rollout goes on as soon as the process runs, whether or not it works.

Fix: add a ``readinessProbe`` that checks whether the container can do its work.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fixes import Safety
from kplan.lint.connecting import connected
from kplan.lint.rule import LONG_RUNNING, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report containers without the probe; of pods behind a Service only those beside a container that has it."""
    containers = [container for container in subject.main_containers() if not container.is_init]
    none = all("readinessProbe" not in container.value for container in containers)
    for number, container in enumerate(containers):
        told = none and number == 0 and subject.world.selection.serving(subject)
        if "readinessProbe" not in container.value and not told:
            message = f"{container.title} has no readiness probe"
            path, fix = container.path / "readinessProbe", connected(container)
            yield Finding(path, message, at_key=True, fix=fix)


RULE = Rule(
    code="PRB005",
    name="no-readiness",
    severity=Severity.INFO,
    kinds=LONG_RUNNING,
    check=check,
    looks_around=True,
    preset=STRICT,
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
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b, readinessProbe: {tcpSocket: {port: 80}}}]}
""",
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
""",
    ),
    bad=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b, ports: [{name: http, containerPort: 80}]}]}
""",
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b, readinessProbe: {tcpSocket: {port: 80}}}, {name: c, image: d}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",),
    fixes=(Safety.UNSAFE,),
)
