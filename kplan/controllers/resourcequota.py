"""Resource quotas: how much of each quota the namespace's objects use.

Upstream: pkg/controller/resourcequota/resource_quota_controller.go
"""

from collections.abc import Iterable, Mapping

from kplan.api.metadata import spec_of, status_of
from kplan.api.object import Json
from kplan.api.pods import is_terminal
from kplan.apiserver.quota.usage import total_usage
from kplan.simulation.clock import as_datetime
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Change,
    Context,
    EventType,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
    itself,
)


class ResourceQuotaController:
    """Recounts quotas when they change and when objects go."""

    name = "resourcequota-controller"

    def __init__(self, plurals: Mapping[tuple[str, str], str]) -> None:
        self._plurals = plurals
        self.watches = (
            Watch("", "ResourceQuota", itself),
            Watch("*", "*", _replenished, heeds=_may_make_room, finds=("", "ResourceQuota")),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Write a quota's status (syncResourceQuota)."""
        quota = context.cache.find(request)
        if quota is None:
            return DONE
        hard, old = spec_of(quota).get("hard") or {}, status_of(quota)
        kinds = context.cache.kinds_in(request.namespace)
        objects = (value for kind in kinds for value in context.cache.list(*kind, request.namespace))
        used = total_usage(quota, objects, self._group_resource, as_datetime(context.now))
        status = {"hard": hard, "used": used} if hard else {}
        if status != old:
            context.client.update_status({**quota, "status": status})
        return DONE

    def _group_resource(self, value: Json) -> str:
        group = value["apiVersion"].rpartition("/")[0]
        plural = self._plurals.get((group, value["kind"]), value["kind"].lower() + "s")
        return f"{plural}.{group}" if group else plural


def _may_make_room(change: Change) -> bool:
    kind = change.kind[1]
    if kind == "ResourceQuota" or change.type is EventType.ADDED:
        return False
    return change.type is EventType.DELETED or kind == "Pod" or (kind == "Service" and not change.reports)


def _replenished(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """Room comes back when an object goes, when a pod ends, when a Service wants less."""
    if event.key.kind == "ResourceQuota" or not event.key.namespace:
        return ()
    ended = False
    if event.type is EventType.MODIFIED and event.previous is not None:
        if event.key.kind == "Pod":
            ended = is_terminal(event.value) and not is_terminal(event.previous)
        else:
            ended = event.key.kind == "Service" and event.value.get("spec") != event.previous.get("spec")
    if event.type is not EventType.DELETED and not ended:
        return ()
    return [
        ObjectKey("", "ResourceQuota", event.key.namespace, quota["metadata"]["name"])
        for quota in cache.list("", "ResourceQuota", event.key.namespace)
    ]
