"""An update starts the new pod while the old one holds a volume that goes to one node.

Where the new pod is placed on another node it waits for the volume, and the old pod is kept until the new one is
ready: the update never ends.

Fix: set ``strategy: {type: Recreate}``, or use a StatefulSet.
"""

from collections.abc import Iterator

from kplan.api.intstr import IntOrStringError, scaled_value
from kplan.api.walk import mapping, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.onenode import keeps_together, mounts, one_node_claim
from kplan.lint.rule import Finding, Rule, Subject

_STRATEGY = FieldPath.of("spec", "strategy")


def check(subject: Subject) -> Iterator[Finding]:
    """Report Deployments of one pod with such a claim whose updates make a pod before they end one;
    several pods are another rule's.
    """
    if subject.kind != "Deployment.apps" or subject.fewest_replicas() != 1 or not _makes_first(subject):
        return
    if keeps_together(subject.pod_spec()):
        return
    for path, name in mounts(subject):
        claim = one_node_claim(subject, name)
        if claim is not None:
            message = f"claim {name!r} goes to one node at a time, and an update makes the new pod before it ends the old one"
            recreate = unsafe("end the old pod first", put(_STRATEGY, {"type": "Recreate"}))
            related = ((claim, FieldPath.of("spec", "accessModes")),)
            yield Finding(path, message, related=related, fix=recreate)
            return


def _makes_first(subject: Subject) -> bool:
    """Whether an update of one pod makes the new one first: if it may have more pods than it keeps."""
    strategy = mapping(subject.spec, "strategy")
    surge = mapping(strategy, "rollingUpdate").get("maxSurge", "25%")
    if text(strategy, "type") not in ("", "RollingUpdate") or not isinstance(surge, (int, str)):
        return False
    try:
        return scaled_value(surge, 1, round_up=True) > 0
    except IntOrStringError:
        return False


def _manifests(mode: str, spec: str) -> str:
    return f"""\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: data}}
spec: {{accessModes: [{mode}], resources: {{requests: {{storage: 1Gi}}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  {spec}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers: [{{name: a, image: b, volumeMounts: [{{name: v, mountPath: /v}}]}}]
      volumes: [{{name: v, persistentVolumeClaim: {{claimName: data}}}}]
"""


RULE = Rule(
    code="AVL023",
    name="update-needs-volume-twice",
    severity=Severity.INFO,
    kinds=frozenset({"Deployment.apps"}),
    check=check,
    looks_around=True,
    needs=frozenset({"PersistentVolumeClaim"}),
    good=(
        _manifests("ReadWriteOnce", "strategy: {type: Recreate}"),
        _manifests("ReadWriteOnce", "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}"),
        _manifests("ReadWriteMany", "replicas: 1"),
    ),
    bad=(_manifests("ReadWriteOnce", "replicas: 1"),),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy",),
    fixes=(Safety.UNSAFE,),
)
