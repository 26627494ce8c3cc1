"""A workload's selector does not match the labels of its own pods.

The API server refuses the workload.

Fix: give the template every label that the selector requires.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import LONG_RUNNING, Finding, Rule, Subject
from kplan.lint.world import label_selector, map_selector


def check(subject: Subject) -> Iterator[Finding]:
    """Report selectors that miss the template's labels."""
    given = subject.spec.get("selector")
    selector = map_selector(given) if subject.kind == "ReplicationController" else label_selector(given)
    if given is None or selector is None or subject.kind == "Job.batch":
        return
    if selector.empty:
        yield Finding(FieldPath.of("spec", "selector"), "the selector is empty", at_key=True)
    elif not selector.matches(subject.pod_labels):
        message = f"the selector {selector} does not match the labels of the pod template"
        labels = FieldPath.of("spec", "template", "metadata", "labels")
        yield Finding(FieldPath.of("spec", "selector"), message, at_key=True, related=((subject, labels),))


RULE = Rule(
    code="LBL001",
    name="template-not-selected",
    severity=Severity.ERROR,
    kinds=LONG_RUNNING,
    check=check,
    looks_around=True,
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
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: www}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",),
)
