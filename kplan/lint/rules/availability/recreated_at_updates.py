"""An update stops all pods behind a Service at once, or has to be made by hand.

``Recreate`` ends every old pod before it starts a new one; ``OnDelete`` waits until somebody deletes the pods.

Fix: use ``RollingUpdate``; keep the other only where two versions must not run side by side.
"""

from collections.abc import Iterator

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report other strategies of workloads behind Services; with a claim of its own a Deployment may have no choice."""
    field = "strategy" if "strategy" in subject.spec else "updateStrategy"
    kind = text(subject.spec, field, "type")
    claims = any(volume.get("persistentVolumeClaim") for _, volume in subject.volumes())
    if kind in ("Recreate", "OnDelete") and not claims and subject.world.selection.serving(subject):
        yield Finding(FieldPath.of("spec", field, "type"), f"the strategy is {kind}, not RollingUpdate")


RULE = Rule(
    code="AVL016",
    name="recreated-at-updates",
    severity=Severity.INFO,
    kinds=frozenset({"DaemonSet.apps", "Deployment.apps", "StatefulSet.apps"}),
    check=check,
    looks_around=True,
    preset=STRICT,
    aliases=("kube-linter:no-rolling-update-strategy", "kube-score:deployment-strategy"),
    good=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: {type: RollingUpdate}
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
  strategy: {type: Recreate}
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
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy",),
)
