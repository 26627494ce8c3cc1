"""HorizontalPodAutoscalers.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (HorizontalPodAutoscalerDescriber)
"""

from itertools import zip_longest

from kplan.api.autoscaling import (
    HorizontalPodAutoscaler,
    HPAScalingRules,
    MetricSpec,
    MetricStatus,
    MetricTarget,
    MetricValueStatus,
)
from kplan.api.object import Json
from kplan.apiserver.field import go_quote
from kplan.kubectl.printers.describe.conditions import conditions
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import UNKNOWN, moment, or_unset, quantity
from kplan.namedtuples import NamedTuple


class Measured(NamedTuple):
    """A metric as it is printed: what it is about, what is wanted, and what was measured last."""

    title: str
    target: MetricTarget
    current: MetricValueStatus | None
    average: bool = False
    """Whether it is an average that is compared."""


def horizontal_pod_autoscaler(value: Json, page: Page, scene: Scene) -> None:
    """A HorizontalPodAutoscaler: what it measures, within which bounds, and what it wants now."""
    found = HorizontalPodAutoscaler(value)
    spec, status, target = found.spec, found.status, found.spec.scale_target_ref
    identity(page, value)
    labelled(page, value)
    page.field(0, "CreationTimestamp", moment(found.metadata.creation_timestamp))
    page.field(0, "Reference", f"{target.kind}/{target.name}")
    page.field(0, "Metrics", "( current / target )")
    for metric, measured in zip_longest(spec.metrics, status.current_metrics[: len(spec.metrics)]):
        _metric(page, metric, measured or MetricStatus({}))
    page.field(0, "Min replicas", or_unset(spec.min_replicas))
    page.field(0, "Max replicas", spec.max_replicas)
    if spec.behavior is not None:
        page.row(0, "Behavior:")
        _direction(page, "Scale Up", spec.behavior.scale_up)
        _direction(page, "Scale Down", spec.behavior.scale_down)
    counts = f"{status.current_replicas} current / {status.desired_replicas} desired"
    page.field(0, f"{target.kind} pods", counts)
    conditions(page, status.conditions, ("type", "status", "reason", "message"))
    events(page, value, scene)


def _metric(page: Page, metric: MetricSpec, measured: MetricStatus) -> None:
    used, compared = _used_metric(metric, measured), _compared_metric(metric, measured)
    if used is not None:
        _used(page, used)
    elif compared is not None:
        _compared(page, compared)
    else:
        page.row(1, f"<unknown metric type {go_quote(metric.type)}>")


def _used_metric(metric: MetricSpec, measured: MetricStatus) -> Measured | None:
    """What is measured of a resource of the pods or of one container in them."""
    if metric.type == "Resource" and metric.resource is not None:
        one, seen = metric.resource, measured.resource
        return Measured(f"resource {one.name} on pods", one.target, seen.current if seen else None)
    if metric.type == "ContainerResource" and metric.container_resource is not None:
        of, had = metric.container_resource, measured.container_resource
        title = f'resource {of.name} of container "{of.container}" on pods'
        return Measured(title, of.target, had.current if had else None)
    return None


def _compared_metric(metric: MetricSpec, measured: MetricStatus) -> Measured | None:
    """What is measured of anything else."""
    if metric.type == "Pods" and metric.pods is not None:
        pods, seen = metric.pods, measured.pods
        title = f"{go_quote(pods.metric.name)} on pods"
        return Measured(title, pods.target, seen.current if seen else None, average=True)
    if metric.type == "External" and metric.external is not None:
        external, had = metric.external, measured.external
        average = external.target.average_value is not None
        current = had.current if had and (not average or had.current.average_value is not None) else None
        title = f"{go_quote(external.metric.name)} (target {_kind_of_value(average=average)})"
        return Measured(title, external.target, current, average)
    if metric.type == "Object" and metric.object is not None:
        whole, was, about = metric.object, measured.object, metric.object.described_object
        average = whole.target.type == "AverageValue"
        subject = f'"{whole.metric.name}" on {about.kind}/{about.name}'
        title = f"{subject} (target {_kind_of_value(average=average)})"
        return Measured(title, whole.target, was.current if was else None, average)
    return None


def _kind_of_value(*, average: bool) -> str:
    return "average value" if average else "value"


def _amount(value: object) -> str:
    return "<nil>" if value is None else quantity(value)


def _compared(page: Page, one: Measured) -> None:
    current, target = one.current, one.target
    wanted = target.average_value if one.average else target.value
    has = None if current is None else current.average_value if one.average else current.value
    page.field(1, one.title, f"{UNKNOWN if current is None else _amount(has)} / {_amount(wanted)}")


def _used(page: Page, one: Measured) -> None:
    """A share of what is requested, or an amount."""
    current, target = one.current, one.target
    if target.average_value is not None:
        _compared(page, one._replace(average=True))
        return
    shown = UNKNOWN
    if current is not None and current.average_utilization is not None:
        shown = f"{current.average_utilization}% ({_amount(current.average_value)})"
    wanted = target.average_utilization
    limit = "<auto>" if wanted is None else f"{wanted}%"
    page.field(1, f"{one.title}  (as a percentage of request)", f"{shown} / {limit}")


def _direction(page: Page, title: str, rules: HPAScalingRules | None) -> None:
    if rules is None:
        return
    page.row(1, f"{title}:")
    if rules.stabilization_window_seconds is not None:
        page.row(2, f"Stabilization Window: {rules.stabilization_window_seconds} seconds")
    if not rules.policies:
        return
    page.row(2, f"Select Policy: {'Max' if rules.select_policy is None else rules.select_policy}")
    page.row(2, "Policies:")
    for policy in rules.policies:
        page.row(
            3,
            f"- Type: {policy.type}",
            f"Value: {policy.value}",
            f"Period: {policy.period_seconds} seconds",
        )
