"""A workload has no topology spread constraints.

Anti-affinity keeps replicas apart but does not balance them: zones may get very different numbers.

Fix: add ``topologySpreadConstraints`` over zones.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fixes import Safety
from kplan.lint.rule import ON_REQUEST, Finding, Rule, Subject
from kplan.lint.spreading import spread


def check(subject: Subject) -> Iterator[Finding]:
    """Report workloads without constraints that another rule does not report for having no anti-affinity either."""
    pod, replicas = subject.pod_spec(), subject.fewest_replicas()
    told = (replicas or 0) > 1 and not mapping(pod, "affinity", "podAntiAffinity")
    if pod and not pod.get("topologySpreadConstraints") and not told:
        path = subject.pod_path() / "topologySpreadConstraints"
        fix = spread(subject, "topology.kubernetes.io/zone")
        yield Finding(path, "the workload has no topology spread constraints", at_key=True, fix=fix)


RULE = Rule(
    code="AVL014",
    name="no-spread-constraints",
    severity=Severity.INFO,
    kinds=frozenset({"Deployment.apps", "StatefulSet.apps"}),
    check=check,
    preset=ON_REQUEST,
    aliases=("polaris:topologySpreadConstraint",),
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
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",),
    fixes=(Safety.UNSAFE,),
)
