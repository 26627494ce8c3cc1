"""A PodDisruptionBudget selects no pods.

It protects nothing, so a drain may evict all replicas at once.

Fix: make the selector match the labels of the pod template in the same namespace.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.doubt import of_no_pods
from kplan.lint.podselection import label_selector
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report budgets whose selector matches no pod template of the namespace, and those without one."""
    path = FieldPath.of("spec", "selector")
    if subject.object.gvk.version == "v1" and subject.spec.get("selector") is None:
        yield Finding(path, "a budget without a selector selects no pod", at_key=True)
        return
    selector = label_selector(subject.spec.get("selector"))
    if selector is None or selector.empty or subject.world.is_alone(subject):
        return
    if not subject.world.selection.selected(subject.namespace, selector):
        doubt = of_no_pods(subject, selector)
        message = f"no pod in namespace {subject.namespace!r} matches {selector}"
        yield Finding(path, message, at_key=True, unknown=doubt)


RULE = Rule(
    code="LBL003",
    name="budget-selects-nothing",
    severity=Severity.WARNING,
    kinds=frozenset({"PodDisruptionBudget.policy"}),
    check=check,
    looks_around=True,
    good=(
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
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
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 1}",
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: www}}}
---
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
    references=("https://kubernetes.io/docs/tasks/run-application/configure-pdb/",),
)
