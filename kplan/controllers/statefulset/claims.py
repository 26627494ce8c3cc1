"""The claims of a StatefulSet's pods: made before the pod, kept or deleted with it as the retention policy says.

Upstream: pkg/controller/statefulset/{stateful_pod_control,stateful_set_utils}.go
"""

from kplan.api.object import Json
from kplan.api.owners import new_controller_ref, owners_of
from kplan.api.workloadspec import retention_policy_of
from kplan.apiserver.errors import StatusError
from kplan.controllers.statefulset.identity import claims_for, in_range
from kplan.errors import aggregate
from kplan.simulation.reconciler import Context, ObjectKey

_RETAIN = "Retain"


def create_missing(context: Context, owner: Json, pod: Json) -> None:
    """Create the claims that are not there yet; one that is being deleted is an error."""
    failures = []
    for claim in claims_for(owner, pod).values():
        name = claim["metadata"]["name"]
        present = find(context, owner, name)
        if present is None:
            failures += _create(context, owner, pod, claim)
        elif present["metadata"].get("deletionTimestamp") is not None:
            failures.append(f"pvc {name} is being deleted")
    if failures:
        raise StatusError(500, "InternalError", aggregate(failures))


def _create(context: Context, owner: Json, pod: Json, claim: Json) -> list[str]:
    claim_name, pod_name, set_name = (item["metadata"]["name"] for item in (claim, pod, owner))
    try:
        context.client.create(claim)
    except StatusError as refusal:
        if refusal.reason != "AlreadyExists":
            text = f"Create Claim {claim_name} for Pod {pod_name} in StatefulSet {set_name} failed error: {refusal.message}"
            context.event(owner, "Warning", "FailedCreate", text)
        return [f"failed to create PVC {claim_name}: {refusal.message}"]
    text = f"Create Claim {claim_name} Pod {pod_name} in StatefulSet {set_name} success"
    context.event(owner, "Normal", "SuccessfulCreate", text)
    return []


def find(context: Context, owner: Json, name: str) -> Json | None:
    """A claim in the set's namespace, or None."""
    return context.cache.find(ObjectKey("", "PersistentVolumeClaim", owner["metadata"]["namespace"], name))


def is_stale(context: Context, owner: Json, pod: Json) -> bool:
    """Whether a claim still waits to go with an earlier pod of the same name."""
    if _policy(owner)[1] == _RETAIN:
        return False
    present = (find(context, owner, claim["metadata"]["name"]) for claim in claims_for(owner, pod).values())
    return any(_has_stale_ref(claim, pod) for claim in present if claim is not None)


def match_policy(context: Context, owner: Json, pod: Json) -> bool:
    """Whether the owners of all the pod's claims are what the retention policy wants."""
    present = (find(context, owner, claim["metadata"]["name"]) for claim in claims_for(owner, pod).values())
    return all(_is_up_to_date(claim, owner, pod) for claim in present if claim is not None)


def apply_policy(context: Context, owner: Json, pod: Json) -> None:
    """Set the owners of the pod's claims as the retention policy wants."""
    for wanted in claims_for(owner, pod).values():
        name = wanted["metadata"]["name"]
        claim = find(context, owner, name)
        if claim is None:
            continue
        if _has_unexpected_controller(claim, owner, pod):
            text = (
                f"PersistentVolumeClaim {name} has a conflicting OwnerReference that acts as a manging controller, "
                "the retention policy is ignored for this claim"
            )
            context.event(owner, "Warning", "ConflictingController", text)
        if not _is_up_to_date(claim, owner, pod):
            context.client.update(_with_refs(claim, _wanted_refs(claim, owner, pod)))


def _policy(owner: Json) -> tuple[str, str]:
    policy = retention_policy_of(owner)
    return policy.get("whenDeleted") or _RETAIN, policy.get("whenScaled") or _RETAIN


def _wants(owner: Json, pod: Json) -> tuple[bool, bool]:
    """Whether the set and the pod should own the claim."""
    when_deleted, when_scaled = _policy(owner)
    scaled_down = not in_range(pod, owner)
    if when_scaled == _RETAIN:
        return when_deleted != _RETAIN, False
    return when_deleted != _RETAIN and not scaled_down, scaled_down


def _is_up_to_date(claim: Json, owner: Json, pod: Json) -> bool:
    if _has_stale_ref(claim, owner) or _has_stale_ref(claim, pod):
        return True
    owned = (_has_ref(claim, owner), _has_ref(claim, pod))
    if _has_unexpected_controller(claim, owner, pod):
        return not any(owned)
    uids = {owner["metadata"]["uid"], pod["metadata"].get("uid")}
    if any(ref.get("uid") in uids and not ref.get("controller") for ref in _refs(claim)):
        return False
    return owned == _wants(owner, pod)


def _wanted_refs(claim: Json, owner: Json, pod: Json) -> list[Json]:
    kept = [ref for ref in _refs(claim) if not _names(ref, owner) and not _names(ref, pod)]
    if _has_unexpected_controller(claim, owner, pod):
        return kept
    by_set, by_pod = _wants(owner, pod)
    if by_pod:
        kept.append(new_controller_ref(pod))
    if by_set:
        kept.append(new_controller_ref(owner))
    return kept


def _has_unexpected_controller(claim: Json, owner: Json, pod: Json) -> bool:
    if _policy(owner) == (_RETAIN, _RETAIN):
        return False
    for ref in _refs(claim):
        ours = next((item for item in (owner, pod) if _names(ref, item)), None)
        if ours is not None:
            if ref.get("uid") != ours["metadata"].get("uid"):
                return True
        elif ref.get("controller"):
            return True
    return False


def _refs(claim: Json) -> list[Json]:
    return list(owners_of(claim))


def _names(ref: Json, value: Json) -> bool:
    wanted = (value["apiVersion"], value["kind"], value["metadata"]["name"])
    return (ref.get("apiVersion"), ref.get("kind"), ref.get("name")) == wanted


def _has_ref(claim: Json, value: Json) -> bool:
    uid = value["metadata"].get("uid")
    return any(ref.get("uid") == uid for ref in _refs(claim))


def _has_stale_ref(claim: Json, value: Json) -> bool:
    named = next((ref for ref in _refs(claim) if _names(ref, value)), None)
    return named is not None and named.get("uid") != value["metadata"].get("uid")


def _with_refs(claim: Json, refs: list[Json]) -> Json:
    metadata = {key: item for key, item in claim["metadata"].items() if key != "ownerReferences"}
    return {**claim, "metadata": {**metadata, "ownerReferences": refs} if refs else metadata}
