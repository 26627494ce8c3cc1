"""A workload does not say where its owner can be reached.

An address in the object itself saves looking for it elsewhere.

Fix: add the annotation ``email`` with an e-mail address.
"""

import re
from collections.abc import Iterator
from typing import Final

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import LONG_RUNNING, ON_REQUEST, Finding, Rule, Subject

_ADDRESS: Final = r"[^@\s]+@[^@\s]+\.[^@\s]+"


def check(subject: Subject) -> Iterator[Finding]:
    """Report workloads without the annotation, or with what is no address."""
    if not re.fullmatch(_ADDRESS, text(subject.value, "metadata", "annotations", "email")):
        path = FieldPath.of("metadata", "annotations")
        yield Finding(path, "the workload has no annotation email with an address", at_key=True)


RULE = Rule(
    code="NAM008",
    name="no-email-annotation",
    severity=Severity.INFO,
    kinds=LONG_RUNNING,
    check=check,
    preset=ON_REQUEST,
    aliases=("kube-linter:required-annotation-email",),
    good=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {email: shop@example.com}}
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
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {email: shop}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",),
)
