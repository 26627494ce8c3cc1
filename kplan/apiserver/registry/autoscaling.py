"""Strategies of the autoscaling group.

Upstream: pkg/registry/autoscaling
"""

from typing import Final

from kplan.apiserver.registry.strategy import Strategy, clear_status, keep_status, only_status
from kplan.apiserver.validation import autoscaling as validation
from kplan.apiserver.validation.workload_status import validate_horizontal_pod_autoscaler_status_update

GROUP: Final = "autoscaling"

STRATEGIES: Final = (
    Strategy(
        GROUP,
        "HorizontalPodAutoscaler",
        validation.validate_horizontal_pod_autoscaler,
        validation.validate_horizontal_pod_autoscaler_update,
        prepare_for_create=clear_status,
        prepare_for_update=keep_status,
        prepare_for_status_update=only_status,
        validate_status_update=validate_horizontal_pod_autoscaler_status_update,
    ),
)
