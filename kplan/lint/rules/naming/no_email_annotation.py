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
from kplan.lint.rule import LONG_RUNNING, ON_REQUEST, Finding, Option, Rule, Subject, Takes

_ADDRESS: Final = r"[^@\s]+@[^@\s]+\.[^@\s]+"

ANNOTATIONS: Final = Option(
    "NAM008.annotations", Takes.TEXTS, ("email",), "Annotations, one of which has to hold the address."
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report workloads without the annotation, or with what is no address."""
    names = subject.option(ANNOTATIONS)
    given = (text(subject.value, "metadata", "annotations", name) for name in names)
    if not any(re.fullmatch(_ADDRESS, one) for one in given):
        path = FieldPath.of("metadata", "annotations")
        message = f"the workload has no annotation {' or '.join(names)} with an address"
        yield Finding(path, message, at_key=True)


RULE = Rule(
    code="NAM008",
    name="no-email-annotation",
    severity=Severity.INFO,
    kinds=LONG_RUNNING,
    check=check,
    options=(ANNOTATIONS,),
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
