"""Strategies of the discovery.k8s.io group.

Upstream: pkg/registry/discovery
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.registry.strategy import Context, Strategy, count_generation, first_generation
from kplan.apiserver.validation import discovery as validation
from kplan.apiserver.validation.equality import semantically_equal
from kplan.apiserver.warnings import network

GROUP: Final = "discovery.k8s.io"


def create_slice(obj: Json, context: Context) -> None:
    """Prepare an EndpointSlice: the deprecated topology is not written any more."""
    first_generation(obj, context)
    for endpoint in obj.get("endpoints") or ():
        endpoint.pop("deprecatedTopology", None)


def update_slice(new: Json, old: Json, _context: Context) -> None:
    """Prepare an EndpointSlice's update: content and labels count in its generation."""
    ignored = {"metadata"}
    content = [{name: value for name, value in obj.items() if name not in ignored} for obj in (new, old)]
    labels = [obj["metadata"].get("labels") or {} for obj in (new, old)]
    if labels[0] != labels[1] or not semantically_equal(*content):
        count_generation(new, old)
    if new.get("endpoints") != old.get("endpoints"):
        for endpoint in new.get("endpoints") or ():
            endpoint.pop("deprecatedTopology", None)


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "EndpointSlice",
        validation.validate_endpoint_slice,
        validation.validate_endpoint_slice_update,
        prepare_for_create=create_slice,
        prepare_for_update=update_slice,
        warnings=network.for_endpoint_slice,
    ),
)
