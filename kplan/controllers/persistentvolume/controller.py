"""The PersistentVolume loop: claims and volumes are bound to each other in four writes, released and reclaimed.

Upstream: pkg/controller/volume/persistentvolume/{pv_controller,pv_controller_base}.go
"""

from collections.abc import Iterable

from kplan.api.metadata import annotations_of, status_of, with_annotations
from kplan.api.object import Json
from kplan.api.provisioning import volume_for
from kplan.api.storageclasses import class_of, default_class, is_default
from kplan.api.volumes import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    PROVISIONED_BY,
    SELECTED_NODE,
    claim_names_of,
    claim_ref_of,
    is_claimed_by,
    volume_mode,
    volume_phase,
)
from kplan.apiserver.errors import StatusError
from kplan.controllers.persistentvolume.matching import find_best, mismatch
from kplan.controllers.persistentvolume.provisioners import provisioner_of, why_not_provisioned
from kplan.controllers.persistentvolume.reclaiming import is_deleted, why_not_deleted, why_not_recycled
from kplan.schema.changes.behaviours import Behaviour
from kplan.simulation.clock import SECOND, Instant, parse_instant, rfc3339
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

STORAGE_PROVISIONER = "volume.kubernetes.io/storage-provisioner"
BETA_STORAGE_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner"
RESYNC: Instant = 15 * SECOND
PROVISION_TIME: Instant = 2 * SECOND
"""How long a simulated external provisioner takes."""

_CLAIM = ("", "PersistentVolumeClaim")
_VOLUME = ("", "PersistentVolume")
_CLASS = ("storage.k8s.io", "StorageClass")
_LOST_REFERENCE = "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!"
_LOST_VOLUME = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
_MISBOUND = "Two claims are bound to the same volume, this one is bound incorrectly"


class PersistentVolumeController:
    """Binds claims and volumes."""

    name = "persistentvolume-controller"
    period = RESYNC
    waits = False

    def __init__(self) -> None:
        self.watches = (
            Watch(*_VOLUME, itself),
            Watch(*_CLAIM, itself),
            Watch(*_VOLUME, _claim_of_lost_volume),
            Watch(*_CLAIM, _volume_of_claim),
            # Nobody is told of a new class or a free volume, but the next sweep finds it, so there
            # is something to wait for
            Watch(*_CLASS, _claims_of_class, delay=RESYNC),
            Watch(*_VOLUME, _claims_of_free_volume, delay=RESYNC),
        )

    def sweep(self, context: Context) -> None:
        """Look at everything that is not settled again."""
        for volume in context.cache.list(*_VOLUME):
            if volume_phase(volume) != "Bound":
                self._guarded(context, volume)
        for claim in context.cache.list(*_CLAIM):
            if volume_phase(claim) != "Bound":
                self._guarded(context, claim)

    def _guarded(self, context: Context, value: Json) -> None:
        metadata = value["metadata"]
        key = ObjectKey("", value["kind"], metadata.get("namespace", ""), metadata["name"])
        context.queue.add_after(key, 0, background=True)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Settle one volume or one claim."""
        value = context.cache.find(request)
        if value is None:
            return DONE
        if request.kind == "PersistentVolume":
            _sync_volume(context, value)
            return DONE
        if BIND_COMPLETED in annotations_of(value):
            _sync_bound_claim(context, value)
            return DONE
        return _sync_unbound_claim(context, value)


def _sync_volume(context: Context, volume: Json) -> None:
    reference = volume["spec"].get("claimRef")
    if reference is None or not reference.get("uid"):
        _set_volume_phase(context, volume, "Available")
        return
    key = ObjectKey(*_CLAIM, reference.get("namespace", ""), reference.get("name", ""))
    claim = context.cache.find(key)
    if claim is None or claim["metadata"]["uid"] != reference["uid"]:
        _release(context, volume)
    elif not claim["spec"].get("volumeName"):
        if volume_mode(claim["spec"]) != volume_mode(volume["spec"]):
            name, wanted = volume["metadata"]["name"], claim["metadata"]["name"]
            text = f'Cannot bind PersistentVolume to requested PersistentVolumeClaim "{wanted}" due to incompatible volumeMode.'
            context.event(volume, "Warning", "VolumeMismatch", text)
            text = f'Cannot bind PersistentVolume "{name}" to requested PersistentVolumeClaim due to incompatible volumeMode.'
            context.event(claim, "Warning", "VolumeMismatch", text)
        else:
            context.queue.add_after(key, 0)
    elif claim["spec"]["volumeName"] == volume["metadata"]["name"]:
        _set_volume_phase(context, volume, "Bound")
    elif (
        PROVISIONED_BY in annotations_of(volume)
        and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete"
    ):
        _release(context, volume)
    else:
        _unbind(context, volume)


def _release(context: Context, volume: Json) -> None:
    """The claim is gone: keep the volume, delete it, or scrub it, as its policy says (reclaimVolume)."""
    if volume_phase(volume) not in ("Released", "Failed"):
        volume = _set_volume_phase(context, volume, "Released")
    policy = volume["spec"].get("persistentVolumeReclaimPolicy")
    if policy == "Delete" and is_deleted(volume):
        try:
            context.client.delete(ObjectKey(*_VOLUME, "", volume["metadata"]["name"]))
        except StatusError as refusal:
            if refusal.code != 404:
                raise
    elif policy == "Delete":
        _fail(context, volume, "VolumeFailedDelete", why_not_deleted(volume))
    elif policy == "Recycle":
        problem = why_not_recycled(volume)
        _fail(context, volume, "VolumeFailedRecycle", problem)
        if not problem:
            _unbind(context, volume)


def _fail(context: Context, volume: Json, reason: str, message: str) -> None:
    """Report once what the controller cannot do with a volume, if there is anything."""
    if message and volume_phase(volume) != "Failed":
        failed = _set_volume_phase(context, volume, "Failed", message)
        context.event(failed, "Warning", reason, message)


def _unbind(context: Context, volume: Json) -> None:
    """Forget the claim: all of it if the controller chose it, only its uid if the user did."""
    reference, notes = volume["spec"]["claimRef"], annotations_of(volume)
    spec = {key: item for key, item in volume["spec"].items() if key != "claimRef"}
    if BOUND_BY_CONTROLLER not in notes:
        spec["claimRef"] = {
            key: item for key, item in reference.items() if key not in ("uid", "resourceVersion")
        }
    kept = {key: text for key, text in notes.items() if key != BOUND_BY_CONTROLLER}
    written = context.client.update(with_annotations({**volume, "spec": spec}, kept))
    _set_volume_phase(context, written, "Available")


def _sync_unbound_claim(context: Context, claim: Json) -> Result:
    name = claim["spec"].get("volumeName")
    if name:
        _bind_named(context, claim, name)
        return DONE
    delayed = _is_delayed(context, claim)
    volume = find_best(claim, context.cache.list(*_VOLUME), delayed=delayed)
    if volume is not None:
        _bind(context, volume, claim)
        return DONE
    if _assign_default_class(context, claim):
        return DONE
    if delayed and SELECTED_NODE not in annotations_of(claim):
        _explain_delay(context, claim)
    elif class_of(claim):
        return _provision(context, claim)
    else:
        text = "no persistent volumes available for this claim and no storage class is set"
        context.event(claim, "Normal", "FailedBinding", text)
    _set_claim_status(context, claim, "Pending", None)
    return DONE


def _bind_named(context: Context, claim: Json, name: str) -> None:
    """The claim asks for one volume by name."""
    volume = context.cache.find(ObjectKey(*_VOLUME, "", name))
    if volume is None:
        _set_claim_status(context, claim, "Pending", None)
    elif volume["spec"].get("claimRef") is None:
        problem = mismatch(volume, claim)
        if problem:
            text = f'Cannot bind to requested volume "{name}": {problem}'
            context.event(claim, "Warning", "VolumeMismatch", text)
            _set_claim_status(context, claim, "Pending", None)
        else:
            _bind(context, volume, claim)
    elif is_claimed_by(volume, claim):
        _bind(context, volume, claim)
    else:
        text = f'volume "{name}" already bound to a different claim.'
        context.event(claim, "Warning", "FailedBinding", text)
        _set_claim_status(context, claim, "Pending", None)


def _sync_bound_claim(context: Context, claim: Json) -> None:
    name = claim["spec"].get("volumeName")
    volume = context.cache.find(ObjectKey(*_VOLUME, "", name)) if name else None
    if not name:
        _lose(context, claim, "ClaimLost", _LOST_REFERENCE)
    elif volume is None:
        _lose(context, claim, "ClaimLost", _LOST_VOLUME)
    else:
        reference = volume["spec"].get("claimRef")
        if reference is None or reference.get("uid") == claim["metadata"]["uid"]:
            _bind(context, volume, claim)
        else:
            _lose(context, claim, "ClaimMisbound", _MISBOUND)


def _lose(context: Context, claim: Json, reason: str, message: str) -> None:
    if volume_phase(claim) != "Lost":
        written = _set_claim_status(context, claim, "Lost", None)
        context.event(written, "Warning", reason, message)


def _bind(context: Context, volume: Json, claim: Json) -> None:
    """Volume to claim, volume Bound, claim to volume, claim Bound: in this order, each only if needed."""
    metadata = claim["metadata"]
    reference = claim_ref_of(volume)
    if reference.get("uid") != metadata["uid"]:
        notes = dict(annotations_of(volume))
        if not reference:
            notes[BOUND_BY_CONTROLLER] = "yes"
        made = {
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": metadata["namespace"],
            "name": metadata["name"], "uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"],
        }  # fmt: skip
        volume = context.client.update(
            with_annotations({**volume, "spec": {**volume["spec"], "claimRef": made}}, notes)
        )
    volume = _set_volume_phase(context, volume, "Bound")
    notes, spec = dict(annotations_of(claim)), claim["spec"]
    if spec.get("volumeName") != volume["metadata"]["name"]:
        notes.setdefault(BOUND_BY_CONTROLLER, "yes")
        spec = {**spec, "volumeName": volume["metadata"]["name"]}
    notes.setdefault(BIND_COMPLETED, "yes")
    if spec != claim["spec"] or notes != annotations_of(claim):
        claim = context.client.update(with_annotations({**claim, "spec": spec}, notes))
    _set_claim_status(context, claim, "Bound", volume)


def _set_volume_phase(context: Context, volume: Json, phase: str, message: str = "") -> Json:
    status = status_of(volume)
    if status.get("phase") == phase:
        return volume
    new = {**status, "phase": phase, "message": message}
    if not message:
        del new["message"]
    if context.does(Behaviour.PV_PHASE_TIME):
        new["lastPhaseTransitionTime"] = rfc3339(context.now)
    return context.client.update_status({**volume, "status": new})


def _set_claim_status(context: Context, claim: Json, phase: str, volume: Json | None) -> Json:
    status = status_of(claim)
    new = {**status, "phase": phase}
    if volume is None:
        for name in ("accessModes", "capacity", "currentVolumeAttributesClassName"):
            new.pop(name, None)
    elif status.get("phase") != phase or not status.get("capacity"):
        new |= {"accessModes": volume["spec"].get("accessModes"), "capacity": volume["spec"].get("capacity")}
    return claim if new == status else context.client.update_status({**claim, "status": new})


def _storage_class(context: Context, claim: Json) -> Json | None:
    name = class_of(claim)
    return context.cache.find(ObjectKey(*_CLASS, "", name)) if name else None


def _is_delayed(context: Context, claim: Json) -> bool:
    storage_class = _storage_class(context, claim)
    return storage_class is not None and storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"


def _assign_default_class(context: Context, claim: Json) -> bool:
    """A claim without a class takes the default that came later."""
    if claim["spec"].get("storageClassName") is not None or class_of(claim):
        return False
    name = default_class(context.cache.list(*_CLASS))
    if name:
        context.client.update({**claim, "spec": {**claim["spec"], "storageClassName": name}})
    return bool(name)


def _explain_delay(context: Context, claim: Json) -> None:
    text = "waiting for first consumer to be created before binding"
    reason = "WaitForFirstConsumer"
    pods = [
        pod["metadata"]["name"]
        for pod in context.cache.list("", "Pod", claim["metadata"]["namespace"])
        if claim["metadata"]["name"] in claim_names_of(pod)
    ]
    if pods:
        plural = f"pods {','.join(sorted(pods))}" if len(pods) > 1 else f"pod {pods[0]}"
        reason, text = "WaitForPodScheduled", f"waiting for {plural} to be scheduled"
    context.event(claim, "Normal", reason, text)


def _provision(context: Context, claim: Json) -> Result:
    """Ask the class's provisioner; a simulated one answers after a while."""
    name, storage_class = class_of(claim), _storage_class(context, claim)
    if storage_class is None:
        text = f'storageclass.storage.k8s.io "{name}" not found'
        context.event(claim, "Warning", "ProvisioningFailed", text)
        return DONE
    if problem := why_not_provisioned(storage_class):
        context.event(claim, "Warning", "ProvisioningFailed", problem)
        return DONE
    provisioner, notes = provisioner_of(storage_class), annotations_of(claim)
    if notes.get(STORAGE_PROVISIONER) != provisioner:
        marked = {BETA_STORAGE_PROVISIONER: provisioner, STORAGE_PROVISIONER: provisioner}
        claim = context.client.update(with_annotations(claim, {**notes, **marked}))
        text = (
            f"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the "
            "system administrator. If volume creation is delayed, please verify that the provisioner is running and "
            "correctly registered."
        )
        context.event(claim, "Normal", "ExternalProvisioning", text)
    if not context.scenario.provision:
        return DONE
    ready = _asked_at(context, claim) + PROVISION_TIME
    if context.now < ready:
        return Result(requeue_after=ready - context.now)
    _make_volume(context, claim, storage_class)
    return DONE


def _asked_at(context: Context, claim: Json) -> Instant:
    metadata = claim["metadata"]
    return parse_instant(metadata["creationTimestamp"]) if metadata.get("creationTimestamp") else context.now


def _make_volume(context: Context, claim: Json, storage_class: Json) -> None:
    volume = volume_for(claim, storage_class)
    name = volume["metadata"]["name"]
    if context.cache.find(ObjectKey(*_VOLUME, "", name)) is None:
        context.client.create(volume)
        context.event(claim, "Normal", "ProvisioningSucceeded", f"Successfully provisioned volume {name}")


def _claims_of_class(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """A class that was missing: claims that name it, or none if it is a default one, wait for it."""
    if event.type is not EventType.ADDED:
        return ()
    wanted = {event.key.name, *([""] if is_default(event.value) else ())}
    return [
        ObjectKey(*_CLAIM, claim["metadata"]["namespace"], claim["metadata"]["name"])
        for claim in cache.list(*_CLAIM)
        if not claim["spec"].get("volumeName") and class_of(claim) in wanted
    ]


def _claims_of_free_volume(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """A volume that became free: claims that it suits wait for it."""
    was_free = event.previous is not None and volume_phase(event.previous) == "Available"
    if event.type is EventType.DELETED or was_free or volume_phase(event.value) != "Available":
        return ()
    return [
        ObjectKey(*_CLAIM, claim["metadata"]["namespace"], claim["metadata"]["name"])
        for claim in cache.list(*_CLAIM)
        if not claim["spec"].get("volumeName") and find_best(claim, [event.value], delayed=False)
    ]


def _claim_of_lost_volume(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    reference = claim_ref_of(event.value) if event.type is EventType.DELETED else {}
    return (
        (ObjectKey(*_CLAIM, reference.get("namespace", ""), reference.get("name", "")),) if reference else ()
    )


def _volume_of_claim(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    name = event.value["spec"].get("volumeName")
    gone = event.type is EventType.DELETED
    return (ObjectKey(*_VOLUME, "", name),) if name and gone else ()
