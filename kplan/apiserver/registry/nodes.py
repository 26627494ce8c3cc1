"""The strategy of Nodes.

Upstream: pkg/registry/core/node
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.registry.strategy import Context, Strategy, keep_status, only_status
from kplan.apiserver.validation import core_nodes as validation
from kplan.apiserver.warnings import objects

GROUP: Final = ""


def create_node(obj: Json, _context: Context) -> None:
    """Prepare a Node: dynamic configuration is gone."""
    (obj.get("spec") or {}).pop("configSource", None)
    (obj.get("status") or {}).pop("config", None)


def update_node(new: Json, old: Json, context: Context) -> None:
    """Prepare a Node's update."""
    keep_status(new, old, context)
    if "configSource" not in (old.get("spec") or {}):
        (new.get("spec") or {}).pop("configSource", None)


def update_node_status(new: Json, old: Json, context: Context) -> None:
    """Prepare a Node's status update."""
    only_status(new, old, context)
    if "config" not in (old.get("status") or {}):
        (new.get("status") or {}).pop("config", None)


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "Node",
        validation.validate_node,
        validation.validate_node_update,
        prepare_for_create=create_node,
        prepare_for_update=update_node,
        prepare_for_status_update=update_node_status,
        validate_status_update=validation.validate_node_status_update,
        warnings=objects.for_node,
    ),
)
