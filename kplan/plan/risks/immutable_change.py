"""A change touches a field that cannot change.

The API server refuses it. The object has to be deleted and created anew, with everything that goes when it is deleted.

Fix: leave the field as it is, or give the object a new name and delete the old one when nobody needs it any more.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.plan.action import Action
from kplan.plan.change import Change
from kplan.plan.risk import Example, Found, Outcome, PlannedChange, Risk, Severity
from kplan.sentences import listed

_SIZE: Final = "spec.resources.requests[storage]"


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the changes that name immutable fields."""
    del outcome
    for planned in changes:
        change = planned.change
        if change.immutable_fields:
            replaced = change.action is Action.REPLACE
            what = "the object is deleted and created anew" if replaced else "the change is refused"
            message = f"{listed(change.immutable_fields)} {_why(change)}: {what}"
            yield Found(change.object, message, severity=Severity.WARNING if replaced else Severity.ERROR)


def _why(change: Change) -> str:
    """``is immutable``; the size of a claim may become larger."""
    if change.object.kind == "PersistentVolumeClaim" and change.immutable_fields == (_SIZE,):
        return "cannot become smaller"
    return f"{'is' if len(change.immutable_fields) == 1 else 'are'} immutable"


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: web, image: "registry.example.com/web:%s"}]}
"""

RISK = Risk(
    code="PLN020",
    name="immutable-change",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(
        prior=_DEPLOYMENT % ("web", "web", 1), applied=_DEPLOYMENT % ("site", "site", 1), refused=True
    ),
    safe=Example(prior=_DEPLOYMENT % ("web", "web", 1), applied=_DEPLOYMENT % ("web", "web", 2)),
    of_change=True,
    references=("https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#updating-labels",),
)
