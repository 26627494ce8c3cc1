"""A required field is missing.

The API server refuses the object.

Fix: add the field.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix, Safety, put, unsafe
from kplan.lint.rule import ANY, LONG_RUNNING, MINIMAL, POD_OWNERS, Finding, Rule, Subject
from kplan.schema.structural import MismatchType

_WITH_SPEC = POD_OWNERS - {"PodTemplate"} | {
    "Service",
    "Ingress.networking.k8s.io",
    "HorizontalPodAutoscaler.autoscaling",
}


def check(subject: Subject) -> Iterator[Finding]:
    """Report required fields that are missing, and objects without a spec that cannot do without."""
    if subject.kind in _WITH_SPEC and subject.value.get("spec") is None:
        yield Finding(FieldPath("spec"), "the object has no spec")
    for mismatch in subject.mismatches:
        if mismatch.type is MismatchType.MISSING:
            message = f"missing field {str(mismatch.path)!r}"
            yield Finding(mismatch.path, message, fix=_given(subject, mismatch.path))


def _given(subject: Subject, path: FieldPath) -> Fix | None:
    """What an older version of the kind assumed if the field was missing."""
    if path.step == "pathType" and subject.kind == "Ingress.networking.k8s.io":
        return unsafe("match the path as v1beta1 did", put(path, "ImplementationSpecific"))
    labels = dict(subject.pod_labels)
    if subject.kind in LONG_RUNNING and path == FieldPath.of("spec", "selector") and labels:
        return unsafe("select the labels of the template", put(path, {"matchLabels": labels}))
    return None


RULE = Rule(
    code="API004",
    name="missing-field",
    severity=Severity.ERROR,
    kinds=ANY,
    check=check,
    preset=MINIMAL,
    aliases=("kube-linter:schema-validation",),
    good=("spec: {containers: [{name: a, image: b, ports: [{containerPort: 80}]}]}",),
    bad=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec:
  template:
    metadata: {labels: {app: a}}
    spec: {containers: [{name: a, image: b}]}
""",
        "spec: {containers: [{name: a, image: b, ports: [{name: http}]}]}",
        """\
apiVersion: v1
kind: Service
metadata: {name: a}
""",
    ),
    references=("https://kubernetes.io/docs/reference/kubernetes-api/",),
    fixes=(Safety.UNSAFE,),
)
