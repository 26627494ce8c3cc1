"""A workload does not say who owns it.

Who is called at night has to be found out first.

Fix: add the label ``owner``.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import LONG_RUNNING, ON_REQUEST, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report workloads without the label."""
    if not mapping(subject.value, "metadata", "labels").get("owner"):
        yield Finding(FieldPath.of("metadata", "labels"), "the workload has no label owner", at_key=True)


RULE = Rule(
    code="NAM007",
    name="no-owner-label",
    severity=Severity.INFO,
    kinds=LONG_RUNNING,
    check=check,
    preset=ON_REQUEST,
    aliases=("kube-linter:required-label-owner", "datree:WORKLOAD_MISSING_LABEL_OWNER_VALUE"),
    good=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {owner: shop}}
spec:
  replicas: 3
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
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/",),
)
