"""Custom resources go with their definition, which stays until the last of them is gone.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/controller/finalizer/crd_finalizer.go
"""

from typing import Final

from kplan.api import conditions
from kplan.api.gvk import ObjectKey
from kplan.api.metadata import spec_of, status_of
from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.simulation.clock import SECOND, Instant, rfc3339
from kplan.simulation.reconciler import DONE, Context, Request, Result, Watch, itself

_CLEANUP: Final = "customresourcecleanup.apiextensions.k8s.io"
_POLL: Instant = 5 * SECOND
"""How long between two looks at what is left."""
_IN_PROGRESS: Final = ("True", "InstanceDeletionInProgress", "CustomResource deletion is in progress")
_COMPLETED: Final = ("False", "InstanceDeletionCompleted", "removed all instances")
_NEVER: Final = ("False", "NeverEstablished", "resource was never established")


class CustomResourceCleanupController:
    """Deletes the custom resources of definitions that are being deleted."""

    name = "crd-finalizer"

    def __init__(self) -> None:
        self.watches = (Watch("apiextensions.k8s.io", "CustomResourceDefinition", itself),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Delete what a definition defines; let the definition go once nothing is left (sync)."""
        found = context.cache.find(request)
        if found is None or found["metadata"].get("deletionTimestamp") is None:
            return DONE
        held = found["metadata"].get("finalizers") or []
        if _CLEANUP not in held:
            return DONE
        if conditions.is_true(found, "Established"):
            found = _tell(context, found, *_IN_PROGRESS)
            if left := _delete_all(context, found):
                stuck = all(value["metadata"].get("finalizers") for value in left)
                return Result(requeue_after=_POLL, background=stuck)
            _tell(context, found, *_COMPLETED)
        else:
            _tell(context, found, *_NEVER)
        kept = [name for name in held if name != _CLEANUP]
        context.client.merge_patch(request, {"metadata": {"finalizers": kept or None}})
        return DONE


def _delete_all(context: Context, definition: Json) -> list[Json]:
    """Delete every custom resource; the answer is what is still there."""
    spec = spec_of(definition)
    kind = (spec.get("group") or "", (spec.get("names") or {}).get("kind") or "")
    for value in list(context.cache.list(*kind)):
        metadata = value["metadata"]
        if metadata.get("deletionTimestamp") is not None:
            continue
        try:
            context.client.delete(ObjectKey(*kind, metadata.get("namespace") or "", metadata["name"]))
        except StatusError as refusal:
            if refusal.code != 404:
                raise
    return list(context.cache.list(*kind))


def _tell(context: Context, found: Json, status: str, reason: str, message: str) -> Json:
    told = {"status": status, "reason": reason, "message": message}
    present = conditions.of(found)
    known = conditions.find(present, "Terminating") or {}
    if {name: known.get(name) for name in told} == told:
        return found
    made = {"type": "Terminating", **told, "lastTransitionTime": rfc3339(context.now)}
    status_now = {**status_of(found), "conditions": conditions.put(present, made)}
    return context.client.update_status({**found, "status": status_now})
