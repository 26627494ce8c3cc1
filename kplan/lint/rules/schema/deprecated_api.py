"""The apiVersion is deprecated.

It still works and will be removed: the upgrade that removes it then fails on this manifest. Of cert-manager and Istio
also versions are reported that they have not served for years, unless a definition in the input does.

Fix: use the replacement.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety
from kplan.lint.rule import ANY, Finding, Rule, Subject
from kplan.schema.deprecation import lifecycle_of, removed_by_others


def check(subject: Subject) -> Iterator[Finding]:
    """Report types that are deprecated in the release and still served,
    and custom types that nothing in the input defines any more.
    """
    gvk = subject.object.gvk
    gone = removed_by_others(gvk)
    if gone is not None and not subject.world.catalog.knows(gvk):
        message = f"{gvk.api_version} {gvk.kind} is no longer served since {gone.component} {gone.version}"
        yield Finding(FieldPath("apiVersion"), message, help=f"use {gone.replacement}")
    row = lifecycle_of(gvk)
    if row is not None and row.deprecated <= subject.release < row.removed:
        message = f"{gvk.api_version} {gvk.kind} is deprecated since Kubernetes 1.{row.deprecated}, to be removed in 1.{row.removed}"
        from kplan.lint.newversions import converted  # noqa: PLC0415 - most objects are of versions that stay

        fix = converted(subject, row.replacement)
        yield Finding(FieldPath("apiVersion"), message, help=row.advice, fix=fix)


RULE = Rule(
    code="API006",
    name="deprecated-api",
    severity=Severity.WARNING,
    kinds=ANY,
    check=check,
    aliases=("kube-score:stable-version", "datree:K8S_DEPRECATED_APIVERSION"),
    good=(
        """\
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: a}
spec: {}
""",
    ),
    bad=(
        """\
apiVersion: resource.k8s.io/v1beta2
kind: ResourceClaim
metadata: {name: a}
spec: {}
""",
        """\
apiVersion: cert-manager.io/v1alpha2
kind: Issuer
metadata: {name: a}
spec: {selfSigned: {}}
""",
    ),
    references=("https://kubernetes.io/docs/reference/using-api/deprecation-guide/",),
    fixes=(Safety.SAFE,),
)
