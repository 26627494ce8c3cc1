"""A field begins to count, or counts otherwise, after the upgrade.

Its feature is off by default in the release before and on in the one after: the object is the same and behaves otherwise.

Fix: see whether the new behaviour is wanted, and take the field out where it is not.
"""

from collections.abc import Iterator

from kplan.schema.changes.upgrades import Effect
from kplan.upgrade.check import Check, Example, Problem, Severity, Subject
from kplan.upgrade.conditions import problems


def check(subject: Subject) -> Iterator[Problem]:
    """Look for fields whose feature the upgrade turns on."""
    return problems(subject, Effect.DEFAULT)


_POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {hostUsers: %s, containers: [{name: web, image: web}]}
"""

CHECK = Check(
    code="UPG005",
    name="changed-default",
    severity=Severity.WARNING,
    check=check,
    affected=(Example(_POD % "false", 32, 33),),
    unaffected=(Example(_POD % "true", 32, 33), Example(_POD % "false", 33, 34)),
    references=("https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/",),
)
