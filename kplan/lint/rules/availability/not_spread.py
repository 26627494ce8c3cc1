"""Nothing keeps the replicas of a workload on different nodes.

The scheduler only prefers to spread; when nodes are full, all replicas may land on one node and fail with it.

Fix: add ``topologySpreadConstraints`` over ``kubernetes.io/hostname``, or pod anti-affinity.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety
from kplan.lint.rule import STRICT, Finding, Rule, Subject
from kplan.lint.spreading import spread


def check(subject: Subject) -> Iterator[Finding]:
    """Report replicated workloads with neither spread constraints nor anti-affinity."""
    replicas, lender = subject.fewest_replicas(), subject.lender
    pod = (lender or subject).pod_spec()
    if replicas is None or replicas < 2 or not pod:
        return
    if not pod.get("topologySpreadConstraints") and not mapping(pod, "affinity", "podAntiAffinity"):
        message = f"nothing keeps the {replicas} replicas on different nodes"
        path = FieldPath.of("spec", "replicas")
        fix = None if lender else spread(subject, "kubernetes.io/hostname")
        yield Finding(path, message, at_key=True, fix=fix)


RULE = Rule(
    code="AVL005",
    name="not-spread",
    severity=Severity.INFO,
    kinds=frozenset({"Deployment.apps", "StatefulSet.apps"}),
    check=check,
    looks_around=True,
    preset=STRICT,
    aliases=(
        "kube-linter:no-anti-affinity",
        "kube-score:deployment-has-host-podantiaffinity",
        "kube-score:statefulset-has-host-podantiaffinity",
        "polaris:topologySpreadConstraint",
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
    spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}], containers: [{name: a, image: b}]}
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
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",),
    fixes=(Safety.UNSAFE,),
)
