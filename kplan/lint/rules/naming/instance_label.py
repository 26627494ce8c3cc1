"""The label ``app.kubernetes.io/instance`` is not the workload's name.

Tools that group objects by the label show the workload under another name.

Fix: give label and name the same value, where the team has that convention.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import LONG_RUNNING, ON_REQUEST, Finding, Rule, Subject

_LABEL: Final = "app.kubernetes.io/instance"


def check(subject: Subject) -> Iterator[Finding]:
    """Report workloads that have the label with another value."""
    labels = mapping(subject.value, "metadata", "labels")
    if subject.name and labels.get(_LABEL, subject.name) != subject.name:
        path = FieldPath.of("metadata", "labels").key(_LABEL)
        fix = unsafe("set the label to the name", put(path, subject.name))
        yield Finding(path, f"{_LABEL} is not the name {subject.name!r}", fix=fix)


RULE = Rule(
    code="NAM006",
    name="instance-label",
    severity=Severity.INFO,
    kinds=LONG_RUNNING,
    check=check,
    preset=ON_REQUEST,
    aliases=("polaris:metadataAndInstanceMismatched",),
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
    bad=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app.kubernetes.io/instance: shop}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",),
    fixes=(Safety.UNSAFE,),
)
