"""An autoscaler needs more pods than it may have.

It stays at ``maxReplicas`` while the load asks for more, so every pod has more to do than was meant for it.

Fix: raise ``spec.maxReplicas``, or give each pod more resources.
"""

from collections.abc import Iterator, Sequence

from kplan.api import conditions
from kplan.api.object import Json
from kplan.plan.reading import items, number, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.scaling import autoscalers


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at what each autoscaler says of itself."""
    del changes
    # Load begins with the plan. Under the same load, an autoscaler with the same maximum was capped before as well.
    before = outcome.final is outcome.prior
    for value in autoscalers(outcome.final):
        if before or _is_capped(value):
            most = number(value, "spec", "maxReplicas")
            yield Found(Identity.of(value), f"needs more than its maxReplicas of {most}", extent=-most)


def _is_capped(autoscaler: Json) -> bool:
    limited = conditions.find(items(autoscaler, "status", "conditions"), "ScalingLimited")
    reached = ("True", "TooManyReplicas")
    return limited is not None and (text(limited, "status"), text(limited, "reason")) == reached


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
metadata: {name: web}
spec:
  maxReplicas: %s
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
"""

RISK = Risk(
    code="PLN017",
    name="capped-autoscaler",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(
        prior=_DEPLOYMENT, applied=_AUTOSCALER % 2, scenario="load: [{target: deployment/web, total: 400m}]"
    ),
    safe=Example(
        prior=_DEPLOYMENT, applied=_AUTOSCALER % 9, scenario="load: [{target: deployment/web, total: 400m}]"
    ),
    references=("https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",),
)
