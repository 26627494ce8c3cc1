"""The apiVersion is no longer served.

kubectl answers ``no matches for kind``; a manifest that works in an older cluster cannot be applied to this one.

Fix: use the replacement and adapt the fields that changed with it.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety
from kplan.lint.rule import ANY, MINIMAL, Finding, Rule, Subject
from kplan.schema.deprecation import lifecycle_of


def check(subject: Subject) -> Iterator[Finding]:
    """Report types that were removed in the release or before."""
    gvk = subject.object.gvk
    row = lifecycle_of(gvk)
    if row is not None and row.removed <= subject.release and gvk not in subject.world.catalog.custom:
        message = f"{gvk.api_version} {gvk.kind} was removed in Kubernetes 1.{row.removed}"
        from kplan.lint.newversions import converted  # noqa: PLC0415 - most objects are of versions that stay

        fix = converted(subject, row.replacement)
        yield Finding(FieldPath("apiVersion"), message, help=row.advice, fix=fix)


RULE = Rule(
    code="API005",
    name="removed-api",
    severity=Severity.ERROR,
    kinds=ANY,
    check=check,
    preset=MINIMAL,
    aliases=(
        "kube-linter:no-extensions-v1beta",
        "kube-score:stable-version",
        "datree:K8S_DEPRECATED_APIVERSION",
    ),
    good=(
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: a}
""",
    ),
    bad=(
        """\
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: a}
""",
        """\
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: a}
spec:
  rules:
  - http:
      paths:
      - path: /
        backend: {serviceName: web, servicePort: 80}
""",
    ),
    references=("https://kubernetes.io/docs/reference/using-api/deprecation-guide/",),
    fixes=(Safety.SAFE, Safety.UNSAFE),
)
