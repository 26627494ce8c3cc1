"""Strategies of the coordination.k8s.io group.

Upstream: pkg/registry/coordination
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.registry.strategy import Context, Strategy
from kplan.apiserver.validation import coordination as validation

GROUP: Final = "coordination.k8s.io"

_COORDINATED: Final = ("strategy", "preferredHolder")


def drop_coordinated(obj: Json, _context: Context) -> None:
    """Prepare a Lease: coordinated leader election is off by default."""
    for field in _COORDINATED:
        (obj.get("spec") or {}).pop(field, None)


def drop_coordinated_unless_used(new: Json, old: Json, _context: Context) -> None:
    """Prepare a Lease's update."""
    for field in _COORDINATED:
        if field not in (old.get("spec") or {}):
            (new.get("spec") or {}).pop(field, None)


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "Lease",
        validation.validate_lease,
        validation.validate_lease_update,
        prepare_for_create=drop_coordinated,
        prepare_for_update=drop_coordinated_unless_used,
        allow_create_on_update=True,
        allow_unconditional_update=False,
    ),
)
