"""Metrics that a custom or external metrics API serves: of pods, of one object, of something outside the cluster.

What they measure is assumed; without an assumption the API is not there, as in a cluster without an adapter.

Upstream: pkg/controller/podautoscaler/{horizontal,replica_calculator}.go,
    pkg/controller/podautoscaler/metrics/client.go
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from kplan.api import labelselectors
from kplan.api.object import Json
from kplan.api.quantity import Quantity, milli_value
from kplan.controllers.horizontalpodautoscaler import replicas
from kplan.controllers.horizontalpodautoscaler.replicas import MetricError, Tolerances
from kplan.namedtuples import NamedTuple
from kplan.simulation.scenario import LoadAssumption

_NO_CUSTOM = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"
_NO_EXTERNAL = (
    "unable to fetch metrics from external metrics API: "
    "the server could not find the requested resource (get {name}.external.metrics.k8s.io)"
)


class Situation(NamedTuple):
    """What is known of the target when its metrics are looked at."""

    namespace: str
    replicas: int
    """What its spec asks for."""
    status_replicas: int
    pods: Sequence[Json]
    load: Sequence[LoadAssumption]
    usage: Callable[[LoadAssumption], Mapping[str, int]]
    """What each running pod of the target uses under an assumption, in thousandths."""
    target: str
    """``deployment/web``"""
    now: datetime
    tolerances: Tolerances


class Proposal(NamedTuple):
    """The number of replicas a metric calls for, the metric's name, and its measured value."""

    replicas: int
    name: str
    status: Json


def of_pods(source: Json, seen: Situation) -> Proposal:
    """A metric that every pod has (computeStatusForPodsMetric)."""
    metric = source["metric"]
    load = _assumed(seen, metric["name"], seen.target)
    if load is None:
        raise MetricError(f"unable to get metric {metric['name']}: {_NO_CUSTOM}")
    goal = milli_value(source["target"]["averageValue"])
    usage = seen.usage(load)
    if not usage:
        text = "unable to get metric {}: no metrics returned from custom metrics API"
        raise MetricError(text.format(metric["name"]))
    count, mean = replicas.average_replicas(
        seen.replicas, goal, seen.pods, usage, "", seen.now, seen.tolerances
    )
    status = {"metric": metric, "current": {"averageValue": printed(mean)}}
    return Proposal(count, f"pods metric {metric['name']}", {"type": "Pods", "pods": status})


def of_object(source: Json, seen: Situation) -> Proposal:
    """A metric of one object (computeStatusForObjectMetric)."""
    metric, about, wanted = source["metric"], source["describedObject"], source["target"]
    load = _assumed(seen, metric["name"], f"{about['kind']}/{about['name']}".lower())
    average = wanted.get("averageValue")
    if load is None:
        # upstream hands its format the parts in another order than it names them
        place = f"{about['kind']} on {seen.namespace} {about['name']}"
        text = f"unable to get metric {metric['name']}: {place}/{_NO_CUSTOM}"
        wrapped = f"failed to get {metric['name']} object metric: {text}" if average is not None else text
        raise MetricError(text, wrapped)
    count, current = _shared(load, wanted, seen)
    name = f"{about['kind']} metric {metric['name']}"
    if average is not None:
        name = f"external metric {metric['name']}({labelselectors.printed(metric.get('selector'))})"
    status = {"metric": metric, "current": current, "describedObject": about}
    return Proposal(count, name, {"type": "Object", "object": status})


def of_outside(source: Json, seen: Situation) -> Proposal:
    """A metric of something that is no object of the cluster (computeStatusForExternalMetric)."""
    metric, wanted = source["metric"], source["target"]
    load, selector = _assumed(seen, metric["name"], ""), labelselectors.printed(metric.get("selector"))
    if load is None:
        about = f"{seen.namespace}/{metric['name']}/{selector}"
        text = f"unable to get external metric {about}: {_NO_EXTERNAL.format(name=metric['name'])}"
        subject = (
            f"{metric['name']} external metric"
            if wanted.get("averageValue") is not None
            else f"external metric {metric['name']}"
        )
        raise MetricError(text, f"failed to get {subject}: {text}")
    count, current = _shared(load, wanted, seen)
    status = {"metric": metric, "current": current}
    return Proposal(
        count, f"external metric {metric['name']}({selector})", {"type": "External", "external": status}
    )


def printed(milli: int) -> str:
    """Thousandths as a quantity."""
    return Quantity.of(milli, -3).canonical()


def _assumed(seen: Situation, metric: str, target: str) -> LoadAssumption | None:
    names = ("", target) if not target else (target, f"{seen.namespace}/{target}")
    return next(
        (item for item in seen.load if item.name == metric and item.target.lower() in names),
        None,
    )


def _shared(load: LoadAssumption, wanted: Json, seen: Situation) -> tuple[int, Json]:
    """Replicas for a value that all pods have in common; also what is reported as measured."""
    if load.per_pod:
        usage = milli_value(load.per_pod) * max(1, seen.status_replicas)
    else:
        usage = milli_value(load.total or "0")
    if wanted.get("averageValue") is not None:
        goal = milli_value(wanted["averageValue"])
        count, mean = replicas.per_pod_replicas(seen.status_replicas, usage, goal, seen.tolerances)
        return count, {"averageValue": printed(mean)}
    ratio = usage / milli_value(wanted["value"])
    count = replicas.ratio_replicas(seen.replicas, ratio, seen.pods, seen.tolerances)
    return count, {"value": printed(usage)}
