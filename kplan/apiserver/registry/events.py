"""Strategies of Events, which two groups serve.

Upstream: pkg/registry/core/event/strategy.go
"""

from typing import Final

from kplan.apiserver.registry.strategy import Strategy
from kplan.apiserver.validation import events as validation

STRATEGIES: Final = (
    Strategy(
        "",
        "Event",
        validation.validate_core_event,
        validation.validate_core_event_update,
        allow_create_on_update=True,
    ),
    Strategy(
        "events.k8s.io",
        "Event",
        validation.validate_event,
        validation.validate_event_update,
        allow_create_on_update=True,
    ),
)
