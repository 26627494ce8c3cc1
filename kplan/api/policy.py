"""Typed views of the policy group.

Upstream: staging/src/k8s.io/api/policy/v1/types.go
"""

from collections.abc import Mapping

from pydantic import Field

from kplan.api.meta import Condition, LabelSelector, ObjectMeta
from kplan.api.view import Items, Time, View


class PodDisruptionBudgetSpec(View):
    """The value of PodDisruptionBudget.spec."""

    min_available: int | str | None = None
    selector: LabelSelector | None = None
    max_unavailable: int | str | None = None
    unhealthy_pod_eviction_policy: str | None = None


class PodDisruptionBudgetStatus(View):
    """The value of PodDisruptionBudget.status."""

    observed_generation: int = 0
    disrupted_pods: Mapping[str, Time] = Field(default_factory=dict)
    disruptions_allowed: int = 0
    current_healthy: int = 0
    desired_healthy: int = 0
    expected_pods: int = 0
    conditions: Items[Condition] = ()


class PodDisruptionBudget(View):
    """A PodDisruptionBudget."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: PodDisruptionBudgetSpec = Field(default_factory=PodDisruptionBudgetSpec)
    status: PodDisruptionBudgetStatus = Field(default_factory=PodDisruptionBudgetStatus)
