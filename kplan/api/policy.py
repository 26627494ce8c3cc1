"""Typed views of the policy group.

Upstream: staging/src/k8s.io/api/policy/v1/types.go
"""

from collections.abc import Mapping

from kplan.api.meta import Condition, LabelSelector, Resource
from kplan.api.view import Items, Time, View


class PodDisruptionBudgetSpec(View):
    """The value of PodDisruptionBudget.spec."""

    min_available: int | str | None
    selector: LabelSelector | None
    max_unavailable: int | str | None
    unhealthy_pod_eviction_policy: str | None


class PodDisruptionBudgetStatus(View):
    """The value of PodDisruptionBudget.status."""

    observed_generation: int
    disrupted_pods: Mapping[str, Time]
    disruptions_allowed: int
    current_healthy: int
    desired_healthy: int
    expected_pods: int
    conditions: Items[Condition]


class PodDisruptionBudget(Resource):
    """A PodDisruptionBudget."""

    spec: PodDisruptionBudgetSpec
    status: PodDisruptionBudgetStatus
