"""Generic ephemeral volumes: every pod that has one gets a claim of its own, which goes with the pod.

Upstream: pkg/controller/volume/ephemeral/controller.go
"""

from collections.abc import Iterable

from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.pods import is_terminating, volumes_of
from kplan.api.provisioning import claim_for, claim_name
from kplan.apiserver.errors import StatusError
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
    additions,
    deletions,
)


class EphemeralVolumeController:
    """Creates the claims of ephemeral volumes."""

    name = "ephemeral_volume"

    def __init__(self) -> None:
        self.watches = (
            Watch("", "Pod", _with_ephemeral_volumes, heeds=additions),  # a pod's volumes never change
            Watch("", "PersistentVolumeClaim", _pod_of_lost_claim, heeds=deletions),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Create the claims of a pod that are missing (syncHandler)."""
        pod = context.cache.find(request)
        if pod is None or is_terminating(pod):
            return DONE
        for volume in volumes_of(pod):
            if volume.get("ephemeral"):
                try:
                    _provide(context, pod, volume)
                except StatusError as refusal:
                    text = f"ephemeral volume {volume['name']}: {refusal.message}"
                    context.event(pod, "Warning", "FailedBinding", text)
                    raise
        return DONE


def _provide(context: Context, pod: Json, volume: Json) -> None:
    """Create one claim; one of the same name that belongs to somebody else is an error (handleVolume)."""
    namespace, owner = pod["metadata"]["namespace"], pod["metadata"]["name"]
    name = claim_name(owner, volume["name"])
    present = context.cache.find(ObjectKey("", "PersistentVolumeClaim", namespace, name))
    if present is None:
        try:
            context.client.create(claim_for(pod, volume))
        except StatusError as refusal:
            raise StatusError(
                refusal.code, refusal.reason, f"create PVC {name}: {refusal.message}"
            ) from refusal
    elif (controller_of(present) or {}).get("uid") != pod["metadata"]["uid"]:
        text = f"PVC {namespace}/{name} was not created for pod {namespace}/{owner} (pod is not owner)"
        raise StatusError(409, "Conflict", text)


def _with_ephemeral_volumes(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    new = event.type is EventType.ADDED
    return (event.key,) if new and any(volume.get("ephemeral") for volume in volumes_of(event.value)) else ()


def _pod_of_lost_claim(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    owner = (controller_of(event.value) if event.type is EventType.DELETED else None) or {}
    return (ObjectKey("", "Pod", event.key.namespace, owner["name"]),) if owner.get("kind") == "Pod" else ()
