"""Aggregated ClusterRoles: one with an aggregationRule has the rules of those that its selectors choose.

Upstream: pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go
"""

from collections.abc import Iterable

from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.selectors.labels import Selector
from kplan.simulation.reconciler import DONE, Cache, Context, Request, Result, Watch, WatchEvent

_KIND = ("rbac.authorization.k8s.io", "ClusterRole")


class ClusterRoleAggregationController:
    """Keeps the rules of aggregated ClusterRoles."""

    name = "clusterrole-aggregation-controller"

    def __init__(self) -> None:
        self.watches = (Watch(*_KIND, _aggregated),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Write the rules if they are others (syncClusterRole)."""
        role = context.cache.find(request)
        if role is None or role.get("aggregationRule") is None:
            return DONE
        rules = _rules(role, context.cache.list(*_KIND))
        if rules != (role.get("rules") or []):
            context.client.update({**role, "rules": rules})
        return DONE


def _rules(role: Json, roles: Iterable[Json]) -> list[Json]:
    """The rules of the chosen roles, selector by selector and by name, each once."""
    others = sorted(
        (other for other in roles if other["metadata"]["name"] != role["metadata"]["name"]),
        key=lambda other: str(other["metadata"]["name"]),
    )
    found: list[Json] = []
    for labels in role["aggregationRule"].get("clusterRoleSelectors") or ():
        selector = Selector.from_label_selector(labels)
        for other in others:
            if selector.matches(labels_of(other)):
                found += [rule for rule in other.get("rules") or () if rule not in found]
    return found


def _aggregated(_event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """All that are put together: who chooses whom is not known before."""
    return [key for key, role in cache.items(*_KIND) if role.get("aggregationRule") is not None]
