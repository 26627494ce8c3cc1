"""Typed views of the autoscaling group, version 2.

Upstream: staging/src/k8s.io/api/autoscaling/v2/types.go
"""

from pydantic import Field

from kplan.api.meta import LabelSelector, ObjectMeta
from kplan.api.view import Items, Time, View


class CrossVersionObjectReference(View):
    """The value of HorizontalPodAutoscalerSpec.scaleTargetRef."""

    kind: str = ""
    name: str = ""
    api_version: str = ""


class MetricTarget(View):
    """The value of ObjectMetricSource.target."""

    type: str = ""
    value: str | None = None
    average_value: str | None = None
    average_utilization: int | None = None


class MetricIdentifier(View):
    """The value of ObjectMetricSource.metric."""

    name: str = ""
    selector: LabelSelector | None = None


class ObjectMetricSource(View):
    """The value of MetricSpec.object."""

    described_object: CrossVersionObjectReference = Field(default_factory=CrossVersionObjectReference)
    target: MetricTarget = Field(default_factory=MetricTarget)
    metric: MetricIdentifier = Field(default_factory=MetricIdentifier)


class PodsMetricSource(View):
    """The value of MetricSpec.pods."""

    metric: MetricIdentifier = Field(default_factory=MetricIdentifier)
    target: MetricTarget = Field(default_factory=MetricTarget)


class ResourceMetricSource(View):
    """The value of MetricSpec.resource."""

    name: str = ""
    target: MetricTarget = Field(default_factory=MetricTarget)


class ContainerResourceMetricSource(View):
    """The value of MetricSpec.containerResource."""

    name: str = ""
    target: MetricTarget = Field(default_factory=MetricTarget)
    container: str = ""


class ExternalMetricSource(View):
    """The value of MetricSpec.external."""

    metric: MetricIdentifier = Field(default_factory=MetricIdentifier)
    target: MetricTarget = Field(default_factory=MetricTarget)


class MetricSpec(View):
    """One item of HorizontalPodAutoscalerSpec.metrics."""

    type: str = ""
    object: ObjectMetricSource | None = None
    pods: PodsMetricSource | None = None
    resource: ResourceMetricSource | None = None
    container_resource: ContainerResourceMetricSource | None = None
    external: ExternalMetricSource | None = None


class HPAScalingPolicy(View):
    """One item of HPAScalingRules.policies."""

    type: str = ""
    value: int = 0
    period_seconds: int = 0


class HPAScalingRules(View):
    """The value of HorizontalPodAutoscalerBehavior.scaleUp."""

    stabilization_window_seconds: int | None = None
    select_policy: str | None = None
    policies: Items[HPAScalingPolicy] = ()
    tolerance: str | None = None


class HorizontalPodAutoscalerBehavior(View):
    """The value of HorizontalPodAutoscalerSpec.behavior."""

    scale_up: HPAScalingRules | None = None
    scale_down: HPAScalingRules | None = None


class HorizontalPodAutoscalerSpec(View):
    """The value of HorizontalPodAutoscaler.spec."""

    scale_target_ref: CrossVersionObjectReference = Field(default_factory=CrossVersionObjectReference)
    min_replicas: int | None = None
    max_replicas: int = 0
    metrics: Items[MetricSpec] = ()
    behavior: HorizontalPodAutoscalerBehavior | None = None


class MetricValueStatus(View):
    """The value of ObjectMetricStatus.current."""

    value: str | None = None
    average_value: str | None = None
    average_utilization: int | None = None


class ObjectMetricStatus(View):
    """The value of MetricStatus.object."""

    metric: MetricIdentifier = Field(default_factory=MetricIdentifier)
    current: MetricValueStatus = Field(default_factory=MetricValueStatus)
    described_object: CrossVersionObjectReference = Field(default_factory=CrossVersionObjectReference)


class PodsMetricStatus(View):
    """The value of MetricStatus.pods."""

    metric: MetricIdentifier = Field(default_factory=MetricIdentifier)
    current: MetricValueStatus = Field(default_factory=MetricValueStatus)


class ResourceMetricStatus(View):
    """The value of MetricStatus.resource."""

    name: str = ""
    current: MetricValueStatus = Field(default_factory=MetricValueStatus)


class ContainerResourceMetricStatus(View):
    """The value of MetricStatus.containerResource."""

    name: str = ""
    current: MetricValueStatus = Field(default_factory=MetricValueStatus)
    container: str = ""


class ExternalMetricStatus(View):
    """The value of MetricStatus.external."""

    metric: MetricIdentifier = Field(default_factory=MetricIdentifier)
    current: MetricValueStatus = Field(default_factory=MetricValueStatus)


class MetricStatus(View):
    """One item of HorizontalPodAutoscalerStatus.currentMetrics."""

    type: str = ""
    object: ObjectMetricStatus | None = None
    pods: PodsMetricStatus | None = None
    resource: ResourceMetricStatus | None = None
    container_resource: ContainerResourceMetricStatus | None = None
    external: ExternalMetricStatus | None = None


class HorizontalPodAutoscalerCondition(View):
    """One item of HorizontalPodAutoscalerStatus.conditions."""

    type: str = ""
    status: str = ""
    last_transition_time: Time = ""
    reason: str = ""
    message: str = ""


class HorizontalPodAutoscalerStatus(View):
    """The value of HorizontalPodAutoscaler.status."""

    observed_generation: int | None = None
    last_scale_time: Time | None = None
    current_replicas: int = 0
    desired_replicas: int = 0
    current_metrics: Items[MetricStatus] = ()
    conditions: Items[HorizontalPodAutoscalerCondition] = ()


class HorizontalPodAutoscaler(View):
    """A HorizontalPodAutoscaler."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: HorizontalPodAutoscalerSpec = Field(default_factory=HorizontalPodAutoscalerSpec)
    status: HorizontalPodAutoscalerStatus = Field(default_factory=HorizontalPodAutoscalerStatus)
