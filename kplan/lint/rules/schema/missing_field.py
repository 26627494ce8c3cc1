"""A required field is missing.

The API server refuses the object.

Fix: add the field.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import ANY, MINIMAL, POD_OWNERS, Finding, Rule, Subject
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
            yield Finding(mismatch.path, f"missing field {str(mismatch.path)!r}")


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
        "spec: {containers: [{name: a, image: b, ports: [{name: http}]}]}",
        """\
apiVersion: v1
kind: Service
metadata: {name: a}
""",
    ),
    references=("https://kubernetes.io/docs/reference/kubernetes-api/",),
)
