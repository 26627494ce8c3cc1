"""The rules of an aggregated cluster role.

Upstream: pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go
"""

from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.apiserver.authorization.policy import Policy
from kplan.selectors.labels import Selector


def rules_of(role: Json, policy: Policy, seen: tuple[str, ...] = ()) -> list[Json]:
    """The rules of a role; for an aggregated one, those of the roles it selects, without duplicates."""
    chosen = (role.get("aggregationRule") or {}).get("clusterRoleSelectors") or ()
    name = role["metadata"]["name"]
    if not chosen or name in seen:
        return list(role.get("rules") or ())
    selectors = [Selector.from_label_selector(one) for one in chosen]
    found: list[Json] = []
    for other in policy.list("ClusterRole"):
        if other["metadata"]["name"] != name and any(one.matches(labels_of(other)) for one in selectors):
            found += [rule for rule in rules_of(other, policy, (*seen, name)) if rule not in found]
    return found
