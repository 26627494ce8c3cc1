"""A field is gone after the upgrade.

The API server refuses new objects that set it where fields are validated strictly, as kubectl does, and drops it
elsewhere; what it said has no effect any more.

Fix: say the same with the fields that replace it, or leave it out.
"""

from collections.abc import Iterator

from kplan.schema.structural import MismatchType
from kplan.upgrade.check import Check, Example, Problem, Severity, Subject
from kplan.upgrade.mismatching import new_mismatches


def check(subject: Subject) -> Iterator[Problem]:
    """Look for fields that only the release before has."""
    for one in new_mismatches(subject):
        if one.type is MismatchType.UNKNOWN:
            text = f"Kubernetes {subject.target.version} does not have the field {one.path}"
            yield Problem(one.path, text)


_POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: web}]
  resourceClaims: [{name: gpu, %s}]
"""

CHECK = Check(
    code="UPG003",
    name="removed-field",
    severity=Severity.ERROR,
    check=check,
    affected=(Example(_POD % "source: {resourceClaimName: gpu}", 30, 31),),
    unaffected=(
        Example(_POD % "source: {resourceClaimName: gpu}", 29, 30),
        Example(_POD % "resourceClaimName: gpu", 31, 32),
    ),
)
