"""A pod mounts a PersistentVolumeClaim that is not defined in the input.

The pod stays Pending: the scheduler does not place a pod whose claim it cannot find.

Fix: add the claim or correct the name; a StatefulSet makes its own through ``volumeClaimTemplates``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.referring import missing
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report claims that the run does not hold."""
    yield from missing(subject, "", "PersistentVolumeClaim")


RULE = Rule(
    code="REF004",
    name="missing-claim",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    looks_around=True,
    aliases=("kubevious:volume-pvc-ref",),
    good=(
        """\
apiVersion: batch/v1
kind: Job
metadata: {name: backup}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: a, image: b}]
      volumes: [{name: v, persistentVolumeClaim: {claimName: data-db-0}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: a, image: b}]}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
""",
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: b}], volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
""",
    ),
    bad=(
        """\
apiVersion: batch/v1
kind: Job
metadata: {name: backup}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: a, image: b}]
      volumes: [{name: v, persistentVolumeClaim: {claimName: data-db-old}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: a, image: b}]}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
""",
        "spec: {containers: [{name: a, image: b}], volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/storage/persistent-volumes/",),
)
