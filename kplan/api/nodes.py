"""Reads of Nodes.

Upstream: pkg/util/node/node.go, staging/src/k8s.io/component-helpers/node/util/
"""

from collections.abc import Sequence

from kplan.api.metadata import spec_of, status_of
from kplan.api.object import Json


def taints_of(node: Json) -> Sequence[Json]:
    """What keeps pods away from the node."""
    return spec_of(node).get("taints") or ()


def pod_cidr_of(node: Json) -> str:
    """The range of its pods' addresses; empty before it is given one."""
    return spec_of(node).get("podCIDR") or ""


def allocatable_of(node: Json) -> Json:
    """What pods may take of it, by resource."""
    return status_of(node).get("allocatable") or {}


def addresses_of(node: Json, address_type: str = "") -> list[str]:
    """Its addresses, or those of one type, such as ``InternalIP``."""
    return [
        str(item.get("address") or "")
        for item in status_of(node).get("addresses") or ()
        if not address_type or item.get("type") == address_type
    ]


def images_of(node: Json) -> list[str]:
    """Every name of every image that is on the node."""
    return [name for item in status_of(node).get("images") or () for name in item.get("names") or ()]
