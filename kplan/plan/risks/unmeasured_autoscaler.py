"""An autoscaler measures utilization of requests that the pods do not have.

Utilization is a percentage of the request; without a request it never scales.

Fix: set ``resources.requests`` of that resource for every container of the pods, or use a target of type AverageValue.
"""

from collections.abc import Iterator, Sequence

from kplan.api.autoscalers import metric_source_of
from kplan.api.containers import requests_of, resources_of
from kplan.api.object import Json
from kplan.api.pods import containers_of, sidecars_of
from kplan.plan.owned import pods_of
from kplan.plan.reading import fields, items, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.scaling import autoscalers, target_of
from kplan.sentences import listed


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the containers that each metric is about."""
    del changes
    for value in autoscalers(outcome.final):
        target = outcome.final.get(target_of(value))
        spec = fields(target, "spec", "template", "spec") if target is not None else {}
        for metric in items(value, "spec", "metrics") if spec else ():
            source = metric_source_of(metric)
            resource = text(source, "name")
            lacking = _without_request(spec, resource, text(source, "container")) if _is_share(metric) else []
            if lacking and target is not None and (pod := next(iter(pods_of(target, outcome.final)), None)):
                # A pod may have the default of a LimitRange.
                lacking = _without_request(fields(pod.value, "spec"), resource, text(source, "container"))
            if lacking:
                message = f"cannot measure {resource}: {listed(lacking)} of {target_of(value)} requests none"
                yield Found(Identity.of(value), message, about=resource)


def _is_share(metric: Json) -> bool:
    """Whether a metric is of a resource, and its target a percentage of requests."""
    wanted = fields(metric_source_of(metric), "target")
    return text(metric, "type").endswith("Resource") and wanted.get("averageUtilization") is not None


def _without_request(spec: Json, resource: str, container: str) -> list[str]:
    """The containers without a request: the one that is named, or any of all."""
    if _has_request(spec, resource):
        return []
    some = [one for one in (*containers_of(spec), *sidecars_of(spec)) if container in ("", one["name"])]
    return [f"container '{one['name']}'" for one in some if not _has_request(one, resource)]


def _has_request(holder: Json, resource: str) -> bool:
    """Whether a pod made from it has one: a limit without a request is the request, too."""
    return resource in requests_of(holder) or resource in resources_of(holder, "limits")


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
      - {name: web, image: "registry.example.com/web:1", resources: {requests: {%s: 100m}}}
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
    code="PLN018",
    name="unmeasured-autoscaler",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(prior=_DEPLOYMENT % "memory", applied=_AUTOSCALER),
    safe=Example(prior=_DEPLOYMENT % "cpu", applied=_AUTOSCALER),
    references=(
        "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details",
    ),
)
