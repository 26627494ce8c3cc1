"""The apiVersion is not served after the upgrade.

What writes the object in this version, a pipeline, a chart or a controller, gets ``no matches for kind`` from then on.

Fix: write the object in the version that replaces it, before the upgrade.
"""

from collections.abc import Iterator

from kplan.api.gvk import GroupVersionKind
from kplan.fieldpath import FieldPath
from kplan.schema.catalog import Catalog
from kplan.schema.deprecation import lifecycle_of
from kplan.upgrade.check import Check, Example, Problem, Severity, Subject, minor_of


def check(subject: Subject) -> Iterator[Problem]:
    """Look at every version that the object is written in."""
    for gvk, who in subject.uses:
        if gvk in subject.target.custom:
            continue
        when, advice = _removal(gvk, subject)
        if when:
            by = f", and {who} writes it" if who else ""
            yield Problem(FieldPath("apiVersion"), f"{gvk.api_version} {gvk.kind} {when}{by}", advice)


def _removal(gvk: GroupVersionKind, subject: Subject) -> tuple[str, str]:
    """When a version was removed, and what to do; nothing if it is served."""
    row, target = lifecycle_of(gvk), subject.target
    if row is not None and row.removed <= minor_of(target):
        return f"was removed in Kubernetes 1.{row.removed}", row.advice
    if subject.start.knows(gvk) and not target.knows(gvk):
        return f"is not served by Kubernetes {target.version}", _instead(gvk, target)
    return "", ""


def _instead(gvk: GroupVersionKind, target: Catalog) -> str:
    """A version that the target serves, the stable one first."""
    known = sorted(
        (one.version for one in target.definitions.kinds if (one.group, one.kind) == (gvk.group, gvk.kind)),
        key=lambda version: ("alpha" in version, "beta" in version, version),
    )
    return f"use {gvk.group}/{known[0]}" if known else "nothing replaces it; remove the object"


_BUDGET = """
apiVersion: policy/%s
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
"""
_CLAIM = """
apiVersion: resource.k8s.io/%s
kind: ResourceClaim
metadata: {name: gpu}
spec: {}
"""

CHECK = Check(
    code="UPG001",
    name="removed-api-version",
    severity=Severity.ERROR,
    check=check,
    affected=(
        Example(_BUDGET % "v1beta1", 25, 26),
        Example(_CLAIM % "v1alpha2", 30, 31),
    ),
    unaffected=(Example(_BUDGET % "v1", 25, 26), Example(_CLAIM % "v1beta1", 36, 37)),
    references=("https://kubernetes.io/docs/reference/using-api/deprecation-guide/",),
)
