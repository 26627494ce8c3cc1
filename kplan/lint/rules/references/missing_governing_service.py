"""A StatefulSet's ``serviceName`` is not a headless Service of its own pods.

The stable names ``pod-0.service`` exist only where a headless Service of that name selects the pods.

Fix: add a Service with ``clusterIP: None`` that selects the pods, or correct ``serviceName``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.podselection import map_selector
from kplan.lint.referring import absent
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report governing Services that are missing, not headless, or select other pods."""
    path = FieldPath.of("spec", "serviceName")
    for reference in subject.references:
        if reference.path != path:
            continue
        service = next(iter(subject.world.meant_by(subject, reference.target)), None)
        selector = map_selector(service.spec.get("selector")) if service else None
        if service is None:
            yield from absent(subject, reference)
        elif service.spec.get("clusterIP") != "None":
            text = f"Service {service.name!r} is not headless, so the pods get no names of their own"
            yield Finding(path, text, severity=Severity.INFO)
        elif selector is not None and not subject.selected_by(selector):
            yield Finding(path, f"Service {service.name!r} does not select the pods of this StatefulSet")


RULE = Rule(
    code="REF009",
    name="missing-governing-service",
    severity=Severity.WARNING,
    kinds=frozenset({"StatefulSet.apps"}),
    check=check,
    looks_around=True,
    aliases=("kube-score:statefulset-has-servicename",),
    good=(
        """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: a, image: b}]}}
""",
    ),
    bad=(
        """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: a, image: b}]}}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id",),
)
