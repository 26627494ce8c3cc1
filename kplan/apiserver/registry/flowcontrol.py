"""Strategies of the flowcontrol.apiserver.k8s.io group.

Upstream: pkg/registry/flowcontrol
"""

from typing import Final

from kplan.apiserver.registry.strategy import (
    Strategy,
    create_with_status,
    only_status_without_metadata,
    update_with_status,
)
from kplan.apiserver.validation import flowcontrol as validation

GROUP: Final = "flowcontrol.apiserver.k8s.io"

STRATEGIES: Final = (
    Strategy(
        GROUP,
        "FlowSchema",
        validation.validate_flow_schema,
        validation.validate_flow_schema_update,
        prepare_for_create=create_with_status,
        prepare_for_update=update_with_status,
        prepare_for_status_update=only_status_without_metadata,
        validate_status_update=validation.validate_status_update,
    ),
    Strategy(
        GROUP,
        "PriorityLevelConfiguration",
        validation.validate_priority_level_configuration,
        validation.validate_priority_level_configuration_update,
        prepare_for_create=create_with_status,
        prepare_for_update=update_with_status,
        prepare_for_status_update=only_status_without_metadata,
        validate_status_update=validation.validate_status_update,
    ),
)
