"""Two autoscalers scale the same workload.

Each one undoes what the other does, so the number of pods jumps between the two.

Fix: keep one autoscaler and give it the metrics of both; it follows the one that asks for most pods.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.reading import text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.scaling import autoscalers, target_of
from kplan.plan.wording import listed


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Group the autoscalers by what they scale."""
    del changes
    found = defaultdict[ObjectKey, list[Json]](list)
    for value in autoscalers(outcome.final):
        found[target_of(value)].append(value)
    for target, values in found.items():
        if len(values) > 1:
            names = listed(text(value, "metadata", "name") for value in values)
            stored = outcome.final.get(target)
            one = Identity.of(stored if stored is not None else values[0])
            yield Found(one, f"is scaled by {len(values)} autoscalers: {names}", extent=len(values))


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "registry.example.com/web:1", resources: {requests: {cpu: 100m}}}
---"""
_AUTOSCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: %s}
spec:
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
"""

RISK = Risk(
    code="PLN015",
    name="shared-scale-target",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(prior=_DEPLOYMENT + _AUTOSCALER % "web", applied=_AUTOSCALER % "web-too"),
    safe=Example(prior=_DEPLOYMENT + _AUTOSCALER % "web", applied=_AUTOSCALER % "web"),
    references=("https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",),
)
