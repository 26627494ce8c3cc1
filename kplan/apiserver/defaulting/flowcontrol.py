"""Defaults of the flowcontrol.apiserver.k8s.io group.

Upstream: pkg/apis/flowcontrol/v1/defaults.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json

_GROUP: Final = "flowcontrol.apiserver.k8s.io"


def default_flow_schema(obj: Json) -> None:
    """Fill a FlowSchema."""
    spec = obj.setdefault("spec", {})
    if not spec.get("matchingPrecedence"):
        spec["matchingPrecedence"] = 1000


_QUEUING: Final = {"handSize": 8, "queues": 64, "queueLengthLimit": 50}


def default_priority_level(obj: Json) -> None:
    """Fill a PriorityLevelConfiguration."""
    spec = obj.setdefault("spec", {})
    exempt, limited = spec.get("exempt"), spec.get("limited")
    if exempt is not None:
        exempt.setdefault("nominalConcurrencyShares", 0)
        exempt.setdefault("lendablePercent", 0)
    if limited is not None:
        limited.setdefault("nominalConcurrencyShares", 30)
        limited.setdefault("lendablePercent", 0)
        queuing = (limited.get("limitResponse") or {}).get("queuing")
        if queuing is not None:
            queuing.update({field: queuing.get(field) or value for field, value in _QUEUING.items()})


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    (f"{_GROUP}/v1", "FlowSchema"): default_flow_schema,
    (f"{_GROUP}/v1", "PriorityLevelConfiguration"): default_priority_level,
}
