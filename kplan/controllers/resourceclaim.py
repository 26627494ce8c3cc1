"""Claims to devices: pods get those of their templates, and claims that nobody uses any more are given back.

Upstream: pkg/controller/resourceclaim/controller.go
"""

from collections.abc import Iterable, Iterator

from kplan.api.metadata import annotations_of, finalizers_of, spec_of, status_of
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.pods import is_terminal, is_terminating, node_of
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
    itself,
)

GROUP = "resource.k8s.io"
FINALIZER = "resource.kubernetes.io/delete-protection"
POD_CLAIM_ANNOTATION = "resource.kubernetes.io/pod-claim-name"
_LONGEST = 57
"""What of a generated name leaves room for a hyphen and five letters."""


class ResourceClaimController:
    """Makes the claims of pods, and takes back what is not used."""

    name = "resource_claim"

    def __init__(self) -> None:
        self.watches = (
            Watch("", "Pod", _of_pod),
            Watch(GROUP, "ResourceClaim", itself),
            Watch(GROUP, "ResourceClaimTemplate", _pods_that_wait),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """See to one pod or one claim."""
        value = context.cache.find(request)
        if value is None:
            return DONE
        if request.kind == "Pod":
            _sync_pod(context, value)
        else:
            _sync_claim(context, value)
        return DONE


def _sync_pod(context: Context, pod: Json) -> None:
    """Create the claims that are missing, and write their names into the pod (syncPod)."""
    if is_terminating(pod):
        return
    made = {item["name"]: item for item in status_of(pod).get("resourceClaimStatuses") or ()}
    before = dict(made)
    for item in spec_of(pod).get("resourceClaims") or ():
        template = item.get("resourceClaimTemplateName")
        if template is None or _has_claim(context, pod, made.get(item["name"])):
            continue
        name = _claim_for(context, pod, item["name"], template)
        if name:
            made[item["name"]] = {"name": item["name"], "resourceClaimName": name}
    if made != before:
        status = {**status_of(pod), "resourceClaimStatuses": [*made.values()]}
        context.client.update_status({**pod, "status": status})


def _has_claim(context: Context, pod: Json, noted: Json | None) -> bool:
    """Whether the claim that the pod's status names is there and its own; one that needs none has it."""
    if noted is None:
        return False
    name = noted.get("resourceClaimName")
    claim = context.cache.find(_key(pod, name)) if name else None
    return not name or (claim is not None and _is_owned_by(claim, pod))


def _claim_for(context: Context, pod: Json, name: str, template: str) -> str:
    """The name of a claim that was made already, or is made now; empty if there is no such template.

    Raises StatusError.
    """
    metadata = pod["metadata"]
    for claim in context.cache.list(GROUP, "ResourceClaim", metadata["namespace"]):
        if _is_owned_by(claim, pod) and annotations_of(claim).get(POD_CLAIM_ANNOTATION) == name:
            return str(claim["metadata"]["name"])
    found = context.cache.find(ObjectKey(GROUP, "ResourceClaimTemplate", metadata["namespace"], template))
    if found is None:
        problem = (
            f'resource claim template "{template}": resourceclaimtemplate.{GROUP} "{template}" not found'
        )
        text = f"PodResourceClaim {name}: {problem}"
        context.event(pod, "Warning", "FailedResourceClaimCreation", text)
        return ""
    try:
        return str(context.client.create(_made_from(found, pod, name))["metadata"]["name"])
    except StatusError as refusal:
        # upstream names the claim here, which has no name yet
        text = f"PodResourceClaim {name}: create ResourceClaim : {refusal.message}"
        context.event(pod, "Warning", "FailedResourceClaimCreation", text)
        raise


def _made_from(template: Json, pod: Json, name: str) -> Json:
    metadata, spec = pod["metadata"], spec_of(template)
    noted: Json = spec.get("metadata") or {}
    owner = {
        "apiVersion": "v1", "kind": "Pod", "name": metadata["name"], "uid": metadata["uid"], "controller": True,
    }  # fmt: skip
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ResourceClaim",
        "metadata": {
            "generateName": _prefix(metadata["name"], name),
            "namespace": metadata["namespace"],
            "annotations": {**(noted.get("annotations") or {}), POD_CLAIM_ANNOTATION: name},
            **({"labels": noted["labels"]} if noted.get("labels") else {}),
            "ownerReferences": [owner],
        },
        "spec": spec.get("spec") or {},
    }


def _prefix(pod: str, name: str) -> str:
    """Both names, each shortened by its share if they are too long."""
    whole = f"{pod}-{name}-"
    if len(whole) <= _LONGEST:
        return whole
    return f"{pod[: len(pod) * _LONGEST // len(whole)]}-{name[: len(name) * _LONGEST // len(whole)]}"


def _sync_claim(context: Context, claim: Json) -> None:
    """Drop reservations of pods that are done; a claim without any has no devices,
    and goes with its pod (syncClaim).
    """
    status = status_of(claim)
    users = status.get("reservedFor") or []
    left = [user for user in users if _still_uses(context, claim, user)]
    if len(left) < len(users):
        freed = {name: part for name, part in status.items() if name != "reservedFor"}
        freed |= {"reservedFor": left} if left else {}
        if not left:
            freed.pop("allocation", None)
        claim = _unprotected(context, context.client.update_status({**claim, "status": freed}))
    elif is_terminating(claim) and not left:
        claim = _unprotected(context, claim)
    owner = controller_of(claim) or {}
    if not left and owner.get("kind") == "Pod" and not is_terminating(claim):
        pod = context.cache.find(ObjectKey("", "Pod", claim["metadata"]["namespace"], owner["name"]))
        if pod is not None and (pod["metadata"]["uid"] != owner["uid"] or _is_done(pod)):
            context.client.delete(_key(claim, claim["metadata"]["name"]))


def _unprotected(context: Context, claim: Json) -> Json:
    """The claim without the finalizer, once it has no devices."""
    finalizers = list(finalizers_of(claim))
    if FINALIZER not in finalizers:
        return claim
    kept = [name for name in finalizers if name != FINALIZER]
    status = {name: part for name, part in status_of(claim).items() if name != "allocation"}
    if status != status_of(claim):
        if status.get("reservedFor"):
            return claim
        claim = context.client.update_status({**claim, "status": status})
    return context.client.update({**claim, "metadata": {**claim["metadata"], "finalizers": kept}})


def _still_uses(context: Context, claim: Json, user: Json) -> bool:
    if user.get("apiGroup") or user.get("resource") != "pods":
        return True
    pod = context.cache.find(ObjectKey("", "Pod", claim["metadata"]["namespace"], user["name"]))
    return pod is not None and pod["metadata"]["uid"] == user["uid"] and not _is_done(pod)


def _is_done(pod: Json) -> bool:
    """Whether a pod will not run, or not any more."""
    return is_terminal(pod) or (is_terminating(pod) and not node_of(pod))


def _is_owned_by(claim: Json, pod: Json) -> bool:
    return bool((controller_of(claim) or {}).get("uid") == pod["metadata"]["uid"])


def _key(value: Json, name: str) -> ObjectKey:
    return ObjectKey(GROUP, "ResourceClaim", value["metadata"]["namespace"], name)


def _of_pod(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    """A pod that claims devices; once it is done, its claims (enqueuePod)."""
    pod = event.value
    if not spec_of(pod).get("resourceClaims") and "extendedResourceClaimStatus" not in status_of(pod):
        return ()
    if event.type is EventType.DELETED or _is_done(pod):
        return [_key(pod, name) for name in _claim_names(pod)]
    return (event.key,)


def _claim_names(pod: Json) -> Iterator[str]:
    made = {item["name"]: item for item in status_of(pod).get("resourceClaimStatuses") or ()}
    for item in spec_of(pod).get("resourceClaims") or ():
        name = item.get("resourceClaimName") or made.get(item["name"], {}).get("resourceClaimName")
        if name:
            yield name
    if extended := status_of(pod).get("extendedResourceClaimStatus"):
        yield extended["resourceClaimName"]


def _pods_that_wait(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """The pods that want a claim made from a template that came."""
    if event.type is EventType.DELETED:
        return ()
    return [
        ObjectKey("", "Pod", event.key.namespace, pod["metadata"]["name"])
        for pod in cache.list("", "Pod", event.key.namespace)
        if any(
            item.get("resourceClaimTemplateName") == event.key.name
            for item in spec_of(pod).get("resourceClaims") or ()
        )
    ]
