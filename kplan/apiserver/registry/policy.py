"""Strategies of the policy group.

Upstream: pkg/registry/policy
"""

from typing import Final

from kplan.apiserver.registry.strategy import Strategy, create_with_status, only_status, update_with_status
from kplan.apiserver.validation import policy as validation
from kplan.apiserver.validation.workload_status import validate_pod_disruption_budget_status_update

GROUP: Final = "policy"

STRATEGIES: Final = (
    Strategy(
        GROUP,
        "PodDisruptionBudget",
        validation.validate_pod_disruption_budget,
        validation.validate_pod_disruption_budget_update,
        prepare_for_create=create_with_status,
        prepare_for_update=update_with_status,
        prepare_for_status_update=only_status,
        validate_status_update=validate_pod_disruption_budget_status_update,
        allow_unconditional_update=False,
    ),
)
