"""An autoscaler needs more pods than it may have.

It stays at ``maxReplicas`` while the load asks for more, so every pod has more to do than was meant for it.

Fix: raise ``spec.maxReplicas``, or give each pod more resources.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kplan.api import conditions
from kplan.api.autoscalers import metric_source_of
from kplan.api.containers import requests_of
from kplan.api.object import Json
from kplan.api.pods import containers_of, sidecars_of
from kplan.api.quantity import milli_value
from kplan.plan.reading import fields, items, number, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.scaling import autoscalers, target_of
from kplan.state.store import Store

_TOLERATED: Final = 1.1
"""The share of its target that a metric may reach before an autoscaler asks for more pods."""


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at what each autoscaler says of itself, and at what it measures."""
    del changes
    # Load begins with the plan: under the same load, an autoscaler may have been capped before as well.
    before = outcome.final is outcome.prior
    for value in autoscalers(outcome.final):
        most = number(value, "spec", "maxReplicas")
        loads = {} if before else _loads(value)
        if before or (_is_capped(value) and any(load > _TOLERATED for load in loads.values())):
            about = "" if before or _was_capped(value, loads, outcome) else "since the change"
            yield Found(
                Identity.of(value), f"needs more than its maxReplicas of {most}", extent=-most, about=about
            )


def _is_capped(autoscaler: Json) -> bool:
    """Whether its maximum keeps it from scaling up; this also holds after somebody set more replicas by hand."""
    limited = conditions.find(items(autoscaler, "status", "conditions"), "ScalingLimited")
    reached = ("True", "TooManyReplicas")
    return limited is not None and (text(limited, "status"), text(limited, "reason")) == reached


def _loads(autoscaler: Json) -> Mapping[tuple[str, str], float]:
    """What each metric was measured at last, as a share of its target."""
    measured = {_named(one): fields(metric_source_of(one), "current") for one in _current(autoscaler)}
    found = {}
    for metric in items(autoscaler, "spec", "metrics"):
        current, wanted = measured.get(_named(metric), {}), fields(metric_source_of(metric), "target")
        for unit in ("averageUtilization", "averageValue", "value"):
            if wanted.get(unit) and current.get(unit) is not None:
                found[_named(metric)] = milli_value(current[unit]) / milli_value(wanted[unit])
    return found


def _current(autoscaler: Json) -> Sequence[Json]:
    return [one for one in items(autoscaler, "status", "currentMetrics") if isinstance(one, dict)]


def _named(metric: Json) -> tuple[str, str]:
    source = metric_source_of(metric)
    return text(metric, "type"), text(source, "name") or text(source, "metric", "name")


def _was_capped(autoscaler: Json, loads: Mapping[tuple[str, str], float], outcome: Outcome) -> bool:
    """Whether the same load was too much for what the autoscaler and its pods were before."""
    earlier = outcome.prior.get(outcome.final.key_of(autoscaler))
    if earlier is None:
        return False
    before, after = _capacities(earlier, outcome.prior), _capacities(autoscaler, outcome.final)
    shares = (
        load * after[one] / before[one] for one, load in loads.items() if before.get(one) and one in after
    )
    return any(share > _TOLERATED for share in shares)


def _capacities(autoscaler: Json, store: Store) -> Mapping[tuple[str, str], float]:
    """How much of each metric the most pods may have before more are wanted."""
    target = store.get(target_of(autoscaler))
    spec = fields(target or {}, "spec", "template", "spec")
    most, found = number(autoscaler, "spec", "maxReplicas"), {}
    for metric in items(autoscaler, "spec", "metrics"):
        source = metric_source_of(metric)
        wanted = fields(source, "target")
        if share := wanted.get("averageUtilization"):
            found[_named(metric)] = float(share * most * _requested(spec, source))
        elif each := wanted.get("averageValue"):
            found[_named(metric)] = float(milli_value(each) * most)
        elif total := wanted.get("value"):
            found[_named(metric)] = float(milli_value(total))
    return found


def _requested(spec: Json, source: Json) -> int:
    """What a pod requests of a resource, or the container that the metric names, in thousandths."""
    resource, container = text(source, "name"), text(source, "container")
    pod = requests_of(spec).get(resource)
    if pod is not None and not container:
        return milli_value(pod)
    some = [one for one in (*containers_of(spec), *sidecars_of(spec)) if container in ("", one.get("name"))]
    return sum(milli_value(requests_of(one).get(resource, 0)) for one in some)


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
