"""Resource quotas: how much of each quota the namespace's objects use.

Upstream: pkg/controller/resourcequota/resource_quota_controller.go
"""

from collections.abc import Iterable, Mapping

from kplan.api.metadata import spec_of, status_of
from kplan.api.object import Json
from kplan.api.pods import is_terminal
from kplan.apiserver.quota.counted import countable
from kplan.apiserver.quota.usage import total_usage
from kplan.schema.discovery import Resource
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

    def __init__(self, plurals: Mapping[tuple[str, str], str], resources: Iterable[Resource]) -> None:
        """``plurals`` are the names of the resources that are built in, ``resources`` these themselves."""
        self._plurals = plurals
        self._countable = countable(resources)
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
        now = as_datetime(context.now)
        used = total_usage(quota, objects, self._group_resource, self._countable, now)
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
    looked_at = kind in {"Pod", "PersistentVolumeClaim"} or (kind == "Service" and not change.reports)
    return change.type is EventType.DELETED or looked_at


def _replenished(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """Room comes back when an object goes, when a pod ends or could be gone, when a Service wants less."""
    if event.key.kind == "ResourceQuota" or not event.key.namespace:
        return ()
    if event.type is not EventType.DELETED and not (
        event.previous and _uses_less(event.previous, event.value)
    ):
        return ()
    return [
        ObjectKey("", "ResourceQuota", event.key.namespace, quota["metadata"]["name"])
        for quota in cache.list("", "ResourceQuota", event.key.namespace)
    ]


def _uses_less(before: Json, after: Json) -> bool:
    """Whether a change means that quotas are counted again (DefaultUpdateFilter); every change of a claim does."""
    if after["kind"] == "Pod":
        return (_counts(before) and not _counts(after)) or _deadline(before) != _deadline(after)
    if after["kind"] == "Service":
        return before.get("spec") != after.get("spec")
    return bool(after["kind"] == "PersistentVolumeClaim")


def _counts(pod: Json) -> bool:
    """Whether a pod is charged; one that is deleted at once is not, whoever holds it back."""
    metadata = pod["metadata"]
    overdue = (
        metadata.get("deletionTimestamp") is not None and metadata.get("deletionGracePeriodSeconds") == 0
    )
    return not is_terminal(pod) and not overdue


def _deadline(pod: Json) -> bool:
    return pod["spec"].get("activeDeadlineSeconds") is not None
