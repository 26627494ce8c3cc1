"""The apiVersion is deprecated after the upgrade.

It is still served; the upgrade that removes it breaks what writes the object in this version.

Fix: write the object in the version that replaces it.
"""

from collections.abc import Iterator

from kplan.fieldpath import FieldPath
from kplan.schema.deprecation import lifecycle_of
from kplan.upgrade.check import Check, Example, Problem, Severity, Subject, minor_of


def check(subject: Subject) -> Iterator[Problem]:
    """Look at every version that the object is written in."""
    for gvk, who in subject.uses:
        row = lifecycle_of(gvk)
        if row is None or not row.deprecated <= minor_of(subject.target) < row.removed:
            continue
        if gvk not in subject.target.custom:
            by = f", and {who} writes it" if who else ""
            when = f"is deprecated since Kubernetes 1.{row.deprecated}, to be removed in 1.{row.removed}{by}"
            yield Problem(FieldPath("apiVersion"), f"{gvk.api_version} {gvk.kind} {when}", row.advice)


_CLAIM = """
apiVersion: resource.k8s.io/%s
kind: ResourceClaim
metadata: {name: gpu}
spec: {}
"""

CHECK = Check(
    code="UPG002",
    name="deprecated-api-version",
    severity=Severity.WARNING,
    check=check,
    affected=(Example(_CLAIM % "v1beta1", 35, 36),),
    unaffected=(Example(_CLAIM % "v1", 35, 36), Example(_CLAIM % "v1beta1", 33, 34)),
    references=("https://kubernetes.io/docs/reference/using-api/deprecation-policy/",),
)
