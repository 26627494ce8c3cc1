"""Typed views of the autoscaling group, version 2.

Upstream: staging/src/k8s.io/api/autoscaling/v2/types.go
"""

from kplan.api.meta import LabelSelector, Resource
from kplan.api.view import Items, Time, View


class CrossVersionObjectReference(View):
    """The value of HorizontalPodAutoscalerSpec.scaleTargetRef."""

    kind: str
    name: str
    api_version: str


class MetricTarget(View):
    """The value of ObjectMetricSource.target."""

    type: str
    value: str | None
    average_value: str | None
    average_utilization: int | None


class MetricIdentifier(View):
    """The value of ObjectMetricSource.metric."""

    name: str
    selector: LabelSelector | None


class ObjectMetricSource(View):
    """The value of MetricSpec.object."""

    described_object: CrossVersionObjectReference
    target: MetricTarget
    metric: MetricIdentifier


class PodsMetricSource(View):
    """The value of MetricSpec.pods."""

    metric: MetricIdentifier
    target: MetricTarget


class ResourceMetricSource(View):
    """The value of MetricSpec.resource."""

    name: str
    target: MetricTarget


class ContainerResourceMetricSource(View):
    """The value of MetricSpec.containerResource."""

    name: str
    target: MetricTarget
    container: str


class ExternalMetricSource(View):
    """The value of MetricSpec.external."""

    metric: MetricIdentifier
    target: MetricTarget


class MetricSpec(View):
    """One item of HorizontalPodAutoscalerSpec.metrics."""

    type: str
    object: ObjectMetricSource | None
    pods: PodsMetricSource | None
    resource: ResourceMetricSource | None
    container_resource: ContainerResourceMetricSource | None
    external: ExternalMetricSource | None


class HPAScalingPolicy(View):
    """One item of HPAScalingRules.policies."""

    type: str
    value: int
    period_seconds: int


class HPAScalingRules(View):
    """The value of HorizontalPodAutoscalerBehavior.scaleUp."""

    stabilization_window_seconds: int | None
    select_policy: str | None
    policies: Items[HPAScalingPolicy]
    tolerance: str | None


class HorizontalPodAutoscalerBehavior(View):
    """The value of HorizontalPodAutoscalerSpec.behavior."""

    scale_up: HPAScalingRules | None
    scale_down: HPAScalingRules | None


class HorizontalPodAutoscalerSpec(View):
    """The value of HorizontalPodAutoscaler.spec."""

    scale_target_ref: CrossVersionObjectReference
    min_replicas: int | None
    max_replicas: int
    metrics: Items[MetricSpec]
    behavior: HorizontalPodAutoscalerBehavior | None


class MetricValueStatus(View):
    """The value of ObjectMetricStatus.current."""

    value: str | None
    average_value: str | None
    average_utilization: int | None


class ObjectMetricStatus(View):
    """The value of MetricStatus.object."""

    metric: MetricIdentifier
    current: MetricValueStatus
    described_object: CrossVersionObjectReference


class PodsMetricStatus(View):
    """The value of MetricStatus.pods."""

    metric: MetricIdentifier
    current: MetricValueStatus


class ResourceMetricStatus(View):
    """The value of MetricStatus.resource."""

    name: str
    current: MetricValueStatus


class ContainerResourceMetricStatus(View):
    """The value of MetricStatus.containerResource."""

    name: str
    current: MetricValueStatus
    container: str


class ExternalMetricStatus(View):
    """The value of MetricStatus.external."""

    metric: MetricIdentifier
    current: MetricValueStatus


class MetricStatus(View):
    """One item of HorizontalPodAutoscalerStatus.currentMetrics."""

    type: str
    object: ObjectMetricStatus | None
    pods: PodsMetricStatus | None
    resource: ResourceMetricStatus | None
    container_resource: ContainerResourceMetricStatus | None
    external: ExternalMetricStatus | None


class HorizontalPodAutoscalerCondition(View):
    """One item of HorizontalPodAutoscalerStatus.conditions."""

    type: str
    status: str
    last_transition_time: Time
    reason: str
    message: str


class HorizontalPodAutoscalerStatus(View):
    """The value of HorizontalPodAutoscaler.status."""

    observed_generation: int | None
    last_scale_time: Time | None
    current_replicas: int
    desired_replicas: int
    current_metrics: Items[MetricStatus]
    conditions: Items[HorizontalPodAutoscalerCondition]


class HorizontalPodAutoscaler(Resource):
    """A HorizontalPodAutoscaler."""

    spec: HorizontalPodAutoscalerSpec
    status: HorizontalPodAutoscalerStatus
