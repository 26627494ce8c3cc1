"""Strategies of the scheduling.k8s.io group.

Upstream: pkg/registry/scheduling
"""

from typing import Final

from kplan.apiserver.registry.strategy import Strategy, first_generation
from kplan.apiserver.validation import scheduling as validation

GROUP: Final = "scheduling.k8s.io"

STRATEGIES: Final = (
    Strategy(
        GROUP,
        "PriorityClass",
        validation.validate_priority_class,
        validation.validate_priority_class_update,
        prepare_for_create=first_generation,
    ),
)
