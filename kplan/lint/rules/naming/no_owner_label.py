"""A workload does not say who owns it.

During an incident somebody has to find out first whom to call.

Fix: add the label ``owner``.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import LONG_RUNNING, ON_REQUEST, Finding, Option, Rule, Subject, Takes

LABELS: Final = Option("NAM007.labels", Takes.TEXTS, ("owner",), "The labels that every workload has.")


def check(subject: Subject) -> Iterator[Finding]:
    """Report workloads without the label, or without one of those that are asked for."""
    given = mapping(subject.value, "metadata", "labels")
    missing = [name for name in subject.option(LABELS) if not given.get(name)]
    if missing:
        message = f"the workload has no label {' and no label '.join(missing)}"
        yield Finding(FieldPath.of("metadata", "labels"), message, at_key=True)


RULE = Rule(
    code="NAM007",
    name="no-owner-label",
    severity=Severity.INFO,
    kinds=LONG_RUNNING,
    check=check,
    options=(LABELS,),
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
