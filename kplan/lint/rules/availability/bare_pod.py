"""A pod belongs to no workload.

When its node fails or is drained, nobody makes a new one.

Fix: use a Deployment, a StatefulSet or a Job.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report pods without an owner."""
    if not mapping(subject.value, "metadata").get("ownerReferences"):
        yield Finding(FieldPath("kind"), "the pod belongs to no workload: nobody replaces it")


RULE = Rule(
    code="AVL018",
    name="bare-pod",
    severity=Severity.INFO,
    kinds=frozenset({"Pod"}),
    check=check,
    preset=STRICT,
    aliases=("datree:K8S_INCORRECT_KIND_VALUE_POD",),
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
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    bad=("spec: {containers: [{name: a, image: b}]}",),
    references=("https://kubernetes.io/docs/concepts/workloads/pods/",),
)
