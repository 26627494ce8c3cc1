"""What a new, changed or deleted autoscaler does not scale.

- ``scales-without-load``: the plan assumes no load for what it measures, so that only its bounds count.
- ``no-longer-scaled``: it is deleted or scales another workload, and this one keeps the pods that it has.

Upstream: pkg/controller/podautoscaler/horizontal.go
"""

from collections.abc import Iterator
from typing import Final

from kplan.api import conditions
from kplan.api.autoscalers import metric_source_of
from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.workloadspec import replicas_of
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, Severity, World
from kplan.plan.reading import fields, items, number, text
from kplan.plan.scaling import autoscalers, target_of
from kplan.sentences import counted


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at what an autoscaler scaled before, and at what it measures now."""
    if change.action is Action.REFUSED:
        return
    before, after = world.before(change), world.after(change)
    if before is not None and (after is None or target_of(before) != target_of(after)):
        yield from _released(target_of(before), world)
    if (
        after is not None
        and fields(before or {}, "spec") != fields(after, "spec")
        and _measures_nothing(after, world)
    ):
        bounds = f"{number(after, 'spec', 'minReplicas', default=1)} to {number(after, 'spec', 'maxReplicas')} pods"
        message = f"is simulated without load: only its bounds count, {bounds}; {_option(after)} assumes some"
        yield Consequence("scales-without-load", Identity.of(after), message, Severity.INFO)


def _released(target: ObjectKey, world: World) -> Iterator[Consequence]:
    """The workload that it scaled, where it is there and no other autoscaler scales it."""
    value = world.final.get(target)
    if value is None or any(target_of(one) == target for one in autoscalers(world.final)):
        return
    message = f"stays at {counted(replicas_of(value), 'pod')}: no autoscaler scales it any more"
    yield Consequence("no-longer-scaled", Identity.of(value), message)


def _measures_nothing(autoscaler: Json, world: World) -> bool:
    """Whether it has nothing to go by, because nobody says what it would measure;
    one without a workload measures nothing ever.
    """
    if target_of(autoscaler) not in world.final:
        return False
    told = text(conditions.of_type(autoscaler, "ScalingActive") or {}, "message")
    return conditions.state(autoscaler, "ScalingActive") == "False" and "metrics.k8s.io" in told


def _option(autoscaler: Json) -> str:
    """The option that says what its first metric shows."""
    metric: Json = next(iter(items(autoscaler, "spec", "metrics")), {})
    source, target = metric_source_of(metric), target_of(autoscaler)
    name = text(source, "name") or text(source, "metric", "name")
    if text(metric, "type") == "External":
        return f"--load {name}=..."
    described = fields(source, "describedObject")
    kind, of = (text(described, "kind"), text(described, "name")) if described else (target.kind, target.name)
    return f"--load {kind.lower()}/{of}={'' if name == 'cpu' else name + ':'}..."


_DEPLOYMENT: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1", resources: {requests: {cpu: 100m}}}]}
---
"""
_AUTOSCALER: Final = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}
  minReplicas: 2
  maxReplicas: %d
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
---
"""
_QUEUE: Final = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 4
  metrics: [{type: External, external: {metric: {name: queue_length}, target: {type: Value, value: 100}}}]
---
"""
_WEB: Final = _DEPLOYMENT % "web"
_SCALED: Final = _WEB + _AUTOSCALER % ("web", 4)

FINDER = Finder(
    kinds=frozenset({"HorizontalPodAutoscaler.autoscaling"}),
    find=find,
    examples=(
        Example(_WEB, _AUTOSCALER % ("web", 4), finds=("scales-without-load",)),
        Example(_WEB, _QUEUE, finds=("scales-without-load",)),
        Example(_SCALED, _AUTOSCALER % ("web", 8), finds=("scales-without-load",)),
        Example(_SCALED, _AUTOSCALER % ("web", 4)),
        Example(_WEB, _AUTOSCALER % ("absent", 4)),
        Example(_SCALED, _AUTOSCALER % ("absent", 4), finds=("no-longer-scaled",)),
        Example(_SCALED, deleted=_AUTOSCALER % ("web", 4), finds=("no-longer-scaled",)),
        Example(_SCALED, deleted=_SCALED),
    ),
)
