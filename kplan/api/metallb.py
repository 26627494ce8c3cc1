"""MetalLB's IPAddressPool, and who may have an address of one.

Upstream: go.universe.tf/metallb (api/v1beta1/ipaddresspool_types.go, internal/allocator/allocator.go)
"""

from collections.abc import Container
from typing import Final

from kplan.api.addresspool import Pool
from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.api.walk import mapping
from kplan.namedtuples import NamedTuple

GROUP: Final = "metallb.io"
ADDRESSES: Final = ("metallb.io/loadBalancerIPs", "metallb.universe.tf/loadBalancerIPs")
POOL: Final = ("metallb.io/address-pool", "metallb.universe.tf/address-pool")
_LAST: Final = 2**31
"""The priority of pools that set none: they come last."""


class AddressPool(NamedTuple):
    """Addresses to give away."""

    name: str
    """Empty for the one that is assumed of a cluster."""
    addresses: Pool
    automatic: bool = True
    """Whether a Service gets an address of it without asking."""
    priority: int = _LAST
    allocation: Json = {}  # noqa: RUF012 - never written to
    """The namespaces and selectors of the Services that may use it; empty if all may."""

    def free(self, taken: Container[str]) -> str:
        """The first address that nobody has; empty if there is none."""
        return next((address for address in self.addresses if address not in taken), "")


def pool_of(value: Json) -> AddressPool:
    """The pool of an IPAddressPool; one whose ranges cannot be read has no addresses."""
    spec, allocation = mapping(value, "spec"), mapping(value, "spec", "serviceAllocation")
    try:
        addresses = Pool.parse(",".join(spec.get("addresses") or ()))
    except (TypeError, ValueError):
        addresses = Pool(())
    automatic, priority = spec.get("autoAssign") is not False, allocation.get("priority")
    return AddressPool(
        value["metadata"]["name"],
        addresses,
        automatic,
        (priority if isinstance(priority, int) else 0) or _LAST,
        dict(allocation),
    )


def wanted_address(service: Json) -> str:
    """The address that a Service asks for; empty if it takes any."""
    notes = annotations_of(service)
    asked = next((notes[name] for name in ADDRESSES if name in notes), "")
    return str(asked or service["spec"].get("loadBalancerIP") or "")


def wanted_pool(service: Json) -> str:
    """The pool that a Service asks for; empty if it takes any."""
    notes = annotations_of(service)
    return str(next((notes[name] for name in POOL if name in notes), ""))
