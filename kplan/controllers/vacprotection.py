"""Protection of volume attributes classes: one that claims or volumes name goes only once none of them does.

Upstream: pkg/controller/volume/vacprotection/vac_protection_controller.go
"""

from collections.abc import Iterable, Iterator

from kplan.api.metadata import finalizers_of, spec_of, status_of
from kplan.api.object import Json
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    EventType,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
    itself,
)

FINALIZER = "kubernetes.io/vac-protection"
KIND = ("storage.k8s.io", "VolumeAttributesClass")
_USERS = ("PersistentVolume", "PersistentVolumeClaim")


class VolumeAttributesClassProtectionController:
    """Keeps the finalizer of classes."""

    name = "volumeattributesclass-protection-controller"

    def __init__(self) -> None:
        self.watches = (Watch(*KIND, itself), *(Watch("", kind, _no_longer_named) for kind in _USERS))

    def reconcile(self, request: Request, context: Context) -> Result:
        """Add the finalizer while the class lives; take it away when it is to go and nobody names it (processVAC)."""
        found = context.cache.find(request)
        if found is None:
            return DONE
        present = list(finalizers_of(found))
        going = found["metadata"].get("deletionTimestamp") is not None
        if going and FINALIZER in present and not _is_used(request.name, context.cache):
            _set(context, request, [name for name in present if name != FINALIZER])
        elif not going and FINALIZER not in present:
            _set(context, request, [*present, FINALIZER])
        return DONE


def _set(context: Context, key: ObjectKey, finalizers: list[str]) -> None:
    context.client.merge_patch(key, {"metadata": {"finalizers": finalizers or None}})


def _is_used(name: str, cache: Cache) -> bool:
    return any(name in _named(value) for kind in _USERS for value in cache.list("", kind))


def _named(value: Json) -> Iterator[str]:
    """The classes that a claim or a volume names: wants, has, and is on its way to."""
    status = status_of(value)
    yield spec_of(value).get("volumeAttributesClassName") or ""
    yield status.get("currentVolumeAttributesClassName") or ""
    yield (status.get("modifyVolumeStatus") or {}).get("targetVolumeAttributesClassName") or ""


def _no_longer_named(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    """What a claim or a volume that is gone or changed named."""
    gone = event.type is EventType.DELETED
    before = event.value if gone else event.previous
    names = set(_named(before)) if before is not None else set()
    return [
        ObjectKey(*KIND, "", name) for name in sorted(names - ({""} if gone else {"", *_named(event.value)}))
    ]
