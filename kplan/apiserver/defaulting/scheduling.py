"""Defaults of the scheduling.k8s.io group.

Upstream: pkg/apis/scheduling/v1/defaults.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json


def default_priority_class(obj: Json) -> None:
    """Fill a PriorityClass."""
    obj.setdefault("preemptionPolicy", "PreemptLowerPriority")


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    ("scheduling.k8s.io/v1", "PriorityClass"): default_priority_class,
}
