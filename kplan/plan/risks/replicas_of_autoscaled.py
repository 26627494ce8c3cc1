"""A manifest sets the replicas of a workload that an autoscaler scales.

Every apply sets the number of pods back to the manifest's, even under the load that raised it; the autoscaler then
raises it again. At 0 replicas an autoscaler is off.

Fix: remove ``spec.replicas`` from the manifest. Do it in two steps, because removing a field that was applied sets it
to 1: first ``kubectl apply edit-last-applied`` to remove it there, then apply the manifest without it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.kubectl.last_applied import known_configuration
from kplan.plan.reading import fields, number, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.scaling import autoscalers, target_of
from kplan.sentences import listed


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at what was last applied of the targets of all autoscalers."""
    del changes
    scalers = defaultdict[ObjectKey, list[Json]](list)
    for value in autoscalers(outcome.final):
        scalers[target_of(value)].append(value)
    for key, found in scalers.items():
        target = outcome.final.get(key)
        given = _applied_replicas(target) if target is not None else None
        if target is not None and given is not None:
            message, about = _message(given, found)
            yield Found(Identity.of(target), message, extent=len(found), about=about)


def _message(given: int, scalers: Sequence[Json]) -> tuple[str, str]:
    """What is wrong, and what tells it from the usual case: the autoscaler is off, or does not allow that many."""
    many = len(scalers) > 1
    who = f"autoscaler{'s' if many else ''} {listed(_quoted(one) for one in scalers)}"
    if given == 0:
        return (
            f"every apply sets replicas to 0, at which {who} {'do' if many else 'does'} not scale it",
            "off",
        )
    for one in scalers:
        most, least = number(one, "spec", "maxReplicas"), number(one, "spec", "minReplicas", default=1)
        if given > most:
            return _out_of_range(given, one, "more than the maxReplicas", most), "too many"
        if given < least:
            return _out_of_range(given, one, "less than the minReplicas", least), "too few"
    return f"every apply sets replicas to {given}, which {who} {'set' if many else 'sets'} as well", ""


def _out_of_range(given: int, autoscaler: Json, what: str, bound: int) -> str:
    return f"every apply sets replicas to {given}, {what} of autoscaler {_quoted(autoscaler)}, which sets it to {bound}"


def _quoted(autoscaler: Json) -> str:
    return f"'{text(autoscaler, 'metadata', 'name')}'"


def _applied_replicas(workload: Json) -> int | None:
    """The replicas of the manifest; None if it has none, or if it is not known."""
    given = fields(known_configuration(workload), "spec").get("replicas")
    return given if isinstance(given, int) else None


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  %s
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "registry.example.com/web:1", resources: {requests: {cpu: 100m}}}
"""
_AUTOSCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
"""

RISK = Risk(
    code="PLN016",
    name="replicas-of-autoscaled",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior=_DEPLOYMENT % "replicas: 2", applied=_AUTOSCALER),
    safe=Example(prior=_DEPLOYMENT % "minReadySeconds: 0", applied=_AUTOSCALER),
    references=("https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/",),
)
