"""The eviction subresource: a deletion that asks the pod's disruption budget first.

Upstream: pkg/registry/core/pod/storage/eviction.go
"""

from datetime import datetime
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import errors, names
from kplan.apiserver.errors import Cause, StatusError
from kplan.apiserver.subresources.conditions import with_condition
from kplan.namedtuples import NamedTuple
from kplan.selectors.labels import Selector
from kplan.state.store import Store

_BUDGET: Final = "DisruptionBudget"
_MOST_DISRUPTED: Final = 2000
_VIOLATED: Final = "Cannot evict pod as it would violate the pod's disruption budget."
_TARGET: Final = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "EvictionByEvictionAPI",
    "message": "Eviction API: evicting",
}


class Permission(NamedTuple):
    """An eviction that may go ahead: the budget to charge, if any, and the pod as it waits to go."""

    budget: Json | None
    pod: Json


def permitted(pod: Json, store: Store, now: datetime) -> Permission:
    """Check a pod's budget. Raises StatusError 429, 403 or 500."""
    marked = {**pod, "status": with_condition(pod.get("status") or {}, _TARGET, names.timestamp(now))}
    if _ignores_budgets(pod):
        return Permission(None, marked)
    budgets = _budgets(pod, store)
    if len(budgets) > 1:
        message = (
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
        )
        raise StatusError(500, "", message)
    if not budgets or _let_through(pod, budgets[0]):
        return Permission(None, marked)
    return Permission(_charged(budgets[0], pod["metadata"]["name"], names.timestamp(now)), marked)


def _ignores_budgets(pod: Json) -> bool:
    phase = (pod.get("status") or {}).get("phase")
    return phase in ("Succeeded", "Failed", "Pending") or pod["metadata"].get("deletionTimestamp") is not None


def _budgets(pod: Json, store: Store) -> list[Json]:
    labels = pod["metadata"].get("labels") or {}
    found = store.list("policy", "PodDisruptionBudget", pod["metadata"].get("namespace") or "")
    return [
        item for item in found if Selector.from_label_selector(item["spec"].get("selector")).matches(labels)
    ]


def _let_through(pod: Json, budget: Json) -> bool:
    """A pod that is not ready may go without being counted, if the budget says so or is met."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    if any(item.get("type") == "Ready" and item.get("status") == "True" for item in conditions):
        return False
    status = budget.get("status") or {}
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    desired: int = status.get("desiredHealthy", 0)
    return desired > 0 and status.get("currentHealthy", 0) >= desired


def _charged(budget: Json, pod: str, now: str) -> Json:
    """Count one disruption against the budget."""
    status, name = budget.get("status") or {}, budget["metadata"]["name"]
    allowed: int = status.get("disruptionsAllowed", 0)
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 0):
        raise _refused(f"The disruption budget {name} is still being processed by the server.")
    if allowed < 0:
        raise errors.forbidden("poddisruptionbudget.policy", name, "pdb disruptions allowed is negative")
    if len(status.get("disruptedPods") or ()) > _MOST_DISRUPTED:
        message = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise errors.forbidden("poddisruptionbudget.policy", name, message)
    if not allowed:
        raise _refused(_why(budget))
    charged = {
        **status,
        "disruptionsAllowed": allowed - 1,
        "disruptedPods": {**(status.get("disruptedPods") or {}), pod: now},
    }
    if allowed == 1:
        condition = {
            "type": "DisruptionAllowed",
            "status": "False",
            "observedGeneration": status.get("observedGeneration", 0),
            "reason": "InsufficientPods",
            "message": "",
        }
        charged = with_condition(charged, condition, now)
    return {**budget, "status": charged}


def _why(budget: Json) -> str:
    status, name = budget.get("status") or {}, budget["metadata"]["name"]
    found = [item for item in status.get("conditions") or () if item.get("type") == "DisruptionAllowed"]
    refusing = [item for item in found if item.get("status") == "False" and item.get("message")]
    start = f"The disruption budget {name} does not allow evicting pods currently"
    if refusing and refusing[0].get("reason") == "SyncFailed":
        return f"{start} because it failed sync: {refusing[0]['message']}"
    healthy, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    if healthy <= desired:
        return f"The disruption budget {name} needs {desired} healthy pods and has {healthy} currently"
    if refusing:
        return f"{start} ({refusing[0].get('reason', '')}): {refusing[0]['message']}"
    return start


def _refused(cause: str) -> StatusError:
    return errors.too_many_requests(_VIOLATED, (Cause(_BUDGET, cause),))
