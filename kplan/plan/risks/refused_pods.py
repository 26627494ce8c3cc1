"""The API server refuses pods to their controller.

A quota, a limit or an enforced Pod Security level forbids them, so the workload stays smaller than it asks to be;
nothing of it shows at the workload that was applied without complaint.

Fix: raise the quota, change what the message says is forbidden, or move the workload to another namespace.
"""

from collections.abc import Iterator, Sequence

from kplan.plan.effects.refusals import without_generated_name
from kplan.plan.reading import condition_message
from kplan.plan.risk import Example, Found, Outcome, PlannedChange, Risk, Severity
from kplan.plan.workload import workload_of


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at what controllers were refused on the way, and at what ReplicaSets still are."""
    for planned in changes:
        for message in planned.effects.refusals:
            if _forbidden(message):
                yield Found(planned.change.object, message)
    for value in outcome.final.list("apps", "ReplicaSet"):
        message = condition_message(value, "ReplicaFailure")
        if _forbidden(message):
            yield Found(workload_of(value, outcome.final), without_generated_name(message))


def _forbidden(message: str) -> bool:
    return "is forbidden" in message


_QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: pods}
spec: {hard: {pods: "2"}}
"""
_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: %s
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
"""

RISK = Risk(
    code="PLN005",
    name="refused-pods",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(prior=_QUOTA, applied=_DEPLOYMENT % 3),
    safe=Example(prior=_QUOTA, applied=_DEPLOYMENT % 2),
    references=("https://kubernetes.io/docs/concepts/policy/resource-quotas/",),
)
