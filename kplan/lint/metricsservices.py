"""Services that only let a program be watched: while they have no pod, nobody waits for an answer."""

from typing import Final

from kplan.api.walk import items, text
from kplan.lint.world import Subject

_OF_PORTS: Final = ("metrics", "prometheus", "monitoring", "telemetry")
_ENDS: Final = ("-metrics", "-metrics-service", "-metrics-svc")


def is_for_metrics(service: Subject) -> bool:
    """Whether all ports of a Service are for metrics, by their names or by its own."""
    names = [text(port, "name") for _, port in items(service.spec, "ports")]
    named = bool(names) and all(any(word in name for word in _OF_PORTS) for name in names)
    return named or (len(names) == 1 and service.name.endswith(_ENDS))
