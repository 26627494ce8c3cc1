"""What the object asks for is no longer there after the upgrade.

The API server still takes the field or annotation, and nothing carries it out: a pod with a removed volume plug-in does
not start, and one with an annotation that is not read runs without what it says.

Fix: use what replaces it before the upgrade.
"""

from collections.abc import Iterator

from kplan.schema.changes.upgrades import Effect
from kplan.upgrade.check import Check, Example, Problem, Severity, Subject
from kplan.upgrade.conditions import problems


def check(subject: Subject) -> Iterator[Problem]:
    """Look for what the upgrade takes away."""
    return problems(subject, Effect.REMOVED)


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {%s}}
    spec:
      containers: [{name: web, image: web}]
      volumes: [{name: code, %s}]
"""
_SECCOMP = "seccomp.security.alpha.kubernetes.io/pod: runtime/default"

CHECK = Check(
    code="UPG006",
    name="removed-feature",
    severity=Severity.ERROR,
    check=check,
    affected=(
        Example(_DEPLOYMENT % ("", 'gitRepo: {repository: "https://example.com/a.git"}'), 32, 33),
        Example(_DEPLOYMENT % (_SECCOMP, "emptyDir: {}"), 26, 27),
    ),
    unaffected=(
        Example(_DEPLOYMENT % ("", "emptyDir: {}"), 32, 33),
        Example(_DEPLOYMENT % (_SECCOMP, "emptyDir: {}"), 27, 28),
    ),
    references=("https://kubernetes.io/docs/concepts/storage/volumes/",),
)
