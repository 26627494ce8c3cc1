"""Which pods a Service selects, and which of those stand behind it.

Upstream: staging/src/k8s.io/endpointslice/util/controller_utils.go (GetPodServiceMemberships)
"""

from kplan.api.object import Json
from kplan.api.serviceports import selects_pods
from kplan.selectors.labels import Selector


def selector_of(service: Json) -> Selector | None:
    """The selector of a Service of any type; None if it has none."""
    labels = (service.get("spec") or {}).get("selector")
    return Selector.from_set(labels) if labels else None


def pods_of(service: Json) -> Selector | None:
    """The selector of a Service; None if controllers keep no endpoints for it."""
    return Selector.from_set(service["spec"]["selector"]) if selects_pods(service) else None
