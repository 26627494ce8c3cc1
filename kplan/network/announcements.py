"""Whether MetalLB announces an address to the network around a cluster.

Upstream: go.universe.tf/metallb (api/v1beta1/l2advertisement_types.go, api/v1beta1/bgpadvertisement_types.go)
"""

from collections.abc import Iterator

from kplan.api.metadata import labels_of
from kplan.api.metallb import GROUP, pool_of
from kplan.api.object import Json
from kplan.selectors.labels import Selector
from kplan.state.store import Store

_ADVERTISEMENTS = ("L2Advertisement", "BGPAdvertisement")


def unannounced_pool(store: Store, address: str) -> str:
    """The pool that an address is of where advertisements exist and none is for it; empty otherwise."""
    advertised = [one for kind in _ADVERTISEMENTS for one in store.list(GROUP, kind)]
    pools = list(_pools_with(store, address))
    if not advertised or any(_is_for(one, pool) for one in advertised for pool in pools):
        return ""
    return next((str(pool["metadata"]["name"]) for pool in pools), "")


def _pools_with(store: Store, address: str) -> Iterator[Json]:
    for pool in store.list(GROUP, "IPAddressPool"):
        if address in pool_of(pool).addresses:
            yield pool


def _is_for(advertisement: Json, pool: Json) -> bool:
    """Whether an advertisement names or selects a pool of its namespace; without names and selectors it is for all."""
    if advertisement["metadata"]["namespace"] != pool["metadata"]["namespace"]:
        return False
    spec = advertisement.get("spec") or {}
    names, selectors = spec.get("ipAddressPools") or (), spec.get("ipAddressPoolSelectors") or ()
    if not names and not selectors:
        return True
    labels = labels_of(pool)
    return pool["metadata"]["name"] in names or any(
        Selector.from_label_selector(one).matches(labels) for one in selectors
    )
