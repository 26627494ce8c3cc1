"""What the object asks for is deprecated after the upgrade.

It still works; a later upgrade takes it away.

Fix: use what replaces it.
"""

from collections.abc import Iterator

from kplan.schema.changes.upgrades import Effect
from kplan.upgrade.check import Check, Example, Problem, Severity, Subject
from kplan.upgrade.conditions import problems


def check(subject: Subject) -> Iterator[Problem]:
    """Look for what the upgrade deprecates."""
    return problems(subject, Effect.DEPRECATED)


_POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, annotations: {%s}}
spec: {containers: [{name: web, image: web}]}
"""
_PROFILE = "container.apparmor.security.beta.kubernetes.io/web: runtime/default"

CHECK = Check(
    code="UPG007",
    name="deprecated-feature",
    severity=Severity.WARNING,
    check=check,
    affected=(Example(_POD % _PROFILE, 29, 30),),
    unaffected=(Example(_POD % "team: shop", 29, 30), Example(_POD % _PROFILE, 28, 29)),
)
