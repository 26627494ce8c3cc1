"""Strategies of the node.k8s.io group.

Upstream: pkg/registry/node
"""

from typing import Final

from kplan.apiserver.registry.strategy import Strategy
from kplan.apiserver.validation import node as validation
from kplan.apiserver.warnings import objects

GROUP: Final = "node.k8s.io"

STRATEGIES: Final = (
    Strategy(
        GROUP,
        "RuntimeClass",
        validation.validate_runtime_class,
        validation.validate_runtime_class_update,
        allow_create_on_update=True,
        allow_unconditional_update=False,
        warnings=objects.for_runtime_class,
    ),
)
