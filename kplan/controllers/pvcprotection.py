"""Claim and volume protection: what is in use goes only once it is no longer used.

Upstream: pkg/controller/volume/{pvcprotection,pvprotection}/
"""

from collections.abc import Iterable

from kplan.api.metadata import finalizers_of
from kplan.api.object import Json
from kplan.api.pods import is_terminal, is_terminating, node_of, volumes_of
from kplan.api.provisioning import claim_name
from kplan.api.volumes import volume_phase
from kplan.simulation.clock import MILLISECOND, Instant
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

CLAIM_FINALIZER = "kubernetes.io/pvc-protection"
VOLUME_FINALIZER = "kubernetes.io/pv-protection"
LIST_TIME: Instant = 2 * MILLISECOND
"""How long it takes to ask the server itself whether a pod uses a claim, which is done before it is let go."""


class StorageProtectionController:
    """Keeps the protection finalizers of claims and volumes."""

    name = "pvc-protection-controller"

    def __init__(self) -> None:
        self.watches = (
            Watch("", "PersistentVolumeClaim", itself, LIST_TIME),
            Watch("", "PersistentVolume", itself),
            Watch("", "Pod", _claims_of_pod, LIST_TIME),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Add the finalizer while the object lives; take it away when it is to go and nobody uses it."""
        value = context.cache.find(request)
        if value is None:
            return DONE
        is_claim = request.kind == "PersistentVolumeClaim"
        finalizer = CLAIM_FINALIZER if is_claim else VOLUME_FINALIZER
        present = list(finalizers_of(value))
        if value["metadata"].get("deletionTimestamp") is None:
            if finalizer not in present:
                _set(context, request, [*present, finalizer])
            return DONE
        used = _claim_used(context, value) if is_claim else volume_phase(value) == "Bound"
        if finalizer in present and not used:
            _set(context, request, [name for name in present if name != finalizer])
        return DONE


def _set(context: Context, key: ObjectKey, finalizers: list[str]) -> None:
    context.client.merge_patch(key, {"metadata": {"finalizers": finalizers or None}})


def _claim_used(context: Context, claim: Json) -> bool:
    """Whether a pod on a node has the claim, be it done or not (podUsesPVC)."""
    name = claim["metadata"]["name"]
    pods = context.cache.list("", "Pod", claim["metadata"]["namespace"])
    return any(node_of(pod) and name in _claim_names(pod, live=not _is_shut_down(pod)) for pod in pods)


def _is_shut_down(pod: Json) -> bool:
    """Whether only finalizers hold a pod; a claim that was made for it does not wait for them."""
    return is_terminating(pod) and pod["metadata"].get("deletionGracePeriodSeconds") == 0


def _claim_names(pod: Json, *, live: bool = True) -> list[str]:
    """The claims a pod mounts, ephemeral ones by their derived name, those where it is live alone."""
    names = []
    for volume in volumes_of(pod):
        if volume.get("persistentVolumeClaim"):
            names.append(volume["persistentVolumeClaim"]["claimName"])
        elif live and volume.get("ephemeral"):
            names.append(claim_name(pod["metadata"]["name"], volume["name"]))
    return names


def _claims_of_pod(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    if event.type is not EventType.DELETED and not is_terminal(event.value):
        return ()
    return [
        ObjectKey("", "PersistentVolumeClaim", event.key.namespace, name)
        for name in _claim_names(event.value)
    ]
