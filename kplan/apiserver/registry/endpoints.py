"""The strategy of Endpoints.

Upstream: pkg/registry/core/endpoint
"""

from typing import Final

from kplan.apiserver.registry.strategy import Strategy
from kplan.apiserver.validation import core_endpoints as validation
from kplan.apiserver.warnings import network

GROUP: Final = ""


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "Endpoints",
        validation.validate_endpoints,
        validation.validate_endpoints_update,
        allow_create_on_update=True,
        warnings=network.for_endpoints,
    ),
)
