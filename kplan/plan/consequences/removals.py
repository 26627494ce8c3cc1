"""Which objects still need what a change removes.

- ``needs-what-is-gone``: an object names one that is deleted: a service account, a class, a claim, a role, a Service.
- ``claims-stay``: a StatefulSet is deleted or has fewer pods, and the claims that it made stay, with their data.
- ``named-objects-go``: a namespace is deleted with objects that the manifests name, so that the next apply of them is
  refused.
- ``owner-absent``: the object names an owner that does not exist, so the garbage collector deletes it.

Upstream: pkg/controller/garbagecollector/garbagecollector.go, pkg/controller/namespace/deletion
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import owner_key, owners_of
from kplan.api.references import Reference, references
from kplan.api.workloads import POD_OWNERS
from kplan.api.workloadspec import claim_templates_of, replicas_of, start_ordinal_of
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, Severity, World, key_of
from kplan.plan.owned import claims_made_by, claims_with_ordinals
from kplan.plan.reading import text
from kplan.plan.workload import workload_of
from kplan.sentences import counted, listed

_TOLD_ELSEWHERE: Final = frozenset({"ConfigMap", "Secret"})
"""Kinds for whose readers, as far as these are pods, there is a finder."""
_ASKED_FOR_PODS: Final = frozenset({"ServiceAccount", "PriorityClass", "RuntimeClass"})
"""Kinds without which the API server refuses pods, which workloads report themselves."""
_MEANS: Final[Mapping[str, str]] = {
    "ServiceAccount": "it cannot be created again",
    "PriorityClass": "it cannot be created again",
    "RuntimeClass": "it cannot be created again",
    "PersistentVolumeClaim": "its next pod stays pending",
    "StorageClass": "no volume is made for it, or expanded",
    "IngressClass": "no controller serves it",
    "Role": "it grants nothing",
    "ClusterRole": "it grants nothing",
    "PersistentVolume": "it is lost, and its pods cannot start again",
    "Service": "what it sends there fails",
    "Secret": "it does without its certificate or credentials",
    **dict.fromkeys(
        ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"), "it scales nothing"
    ),
}
_TO_SOME: Final[Mapping[tuple[str, str], str]] = {
    ("Service", "StatefulSet"): "its pods lose their names in DNS",
    (
        "Service",
        "APIService",
    ): "the API server answers requests for its group and version with an error (503)",
    ("StorageClass", "StatefulSet"): "further claims of it get no volume",
}
"""What that means to some of those who name it."""
_CALLERS: Final = frozenset(
    {"CustomResourceDefinition", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}
)
"""Kinds of what calls webhooks, for which there is a finder."""
_WHILE_IT_GOES: Final[Mapping[str, str]] = {
    "PersistentVolume": "it keeps the volume until it is deleted itself"
}
"""What it means while the object is still there, because it is in use."""
_UNTOLD: Final = frozenset({"Event", "EndpointSlice", "Endpoints", "Lease", "ControllerRevision"})


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at deleted objects, and at the owners of those that are written."""
    if change.action is Action.REFUSED:
        return
    after = world.after(change)
    if after is None and world.before(change) is not None:
        yield from _of_users(change, world)
        yield from _of_claims(change, world)
        yield from _of_namespace(change, world)
    elif after is not None and change.object.kind == "StatefulSet":
        yield from _of_fewer_pods(change, world)
    if change.after is not None:
        yield from _of_owners(change, world)


def _of_users(change: Change, world: World) -> Iterator[Consequence]:
    means = _MEANS.get(change.object.kind, "what it needs is missing")
    gone = "is gone"
    if world.final.get(key_of(change)):
        gone, means = "is being deleted", _WHILE_IT_GOES.get(change.object.kind, means)
    for user in world.once(_users).get(key_of(change), ()):
        if change.object.kind in _ASKED_FOR_PODS and user.kind != "Pod":
            continue
        if change.object.kind in _TOLD_ELSEWHERE and _makes_pods(user):
            continue
        if change.object.kind == "Service" and user.kind in _CALLERS:
            continue
        to_it = _TO_SOME.get((change.object.kind, user.kind), means)
        message = f"names {change.object.title}, which {gone}: {to_it}"
        yield Consequence("needs-what-is-gone", user, message)


def _makes_pods(user: Identity) -> bool:
    group = user.api_version.rpartition("/")[0]
    return (f"{user.kind}.{group}" if group else user.kind) in POD_OWNERS


def _of_claims(change: Change, world: World) -> Iterator[Consequence]:
    before = world.before(change)
    if before is None or change.object.kind != "StatefulSet":
        return
    kept = [one for one in claims_made_by(before, world.final) if "deletionTimestamp" not in one["metadata"]]
    if kept:
        names = listed(one["metadata"]["name"] for one in kept)
        message = f"leaves {counted(len(kept), 'claim')} with the data: {names}"
        yield Consequence("claims-stay", change.object, message, Severity.INFO)


def _of_namespace(change: Change, world: World) -> Iterator[Consequence]:
    if change.object.kind != "Namespace":
        return
    named = [
        one
        for one in world.changes
        if one.object.namespace == change.object.name and one.action not in (Action.DELETE, Action.REFUSED)
    ]
    if named:
        objects = (
            "1 object that the manifests name"
            if len(named) == 1
            else f"{len(named)} objects that the manifests name"
        )
        message = f"takes along {objects}: the next apply of them is refused, for there is no such namespace"
        yield Consequence("named-objects-go", change.object, message)


def _of_fewer_pods(change: Change, world: World) -> Iterator[Consequence]:
    """Claims of ordinals that a smaller set has no longer, unless they go as well, by its retention policy."""
    before, after = world.before(change), world.after(change)
    if before is None or after is None:
        return
    fewer = set(_ordinals(before)) - set(_ordinals(after))
    kept = [
        one
        for one, ordinal in claims_with_ordinals(before, world.final)
        if ordinal in fewer and "deletionTimestamp" not in one["metadata"]
    ]
    if kept:
        names = listed(one["metadata"]["name"] for one in kept)
        message = f"keeps {counted(len(kept), 'claim')} of pods that are gone, with the data: {names}"
        yield Consequence("claims-stay", change.object, message, Severity.INFO)


def _ordinals(stateful_set: Json) -> range:
    first = start_ordinal_of(stateful_set)
    return range(first, first + replicas_of(stateful_set))


def _users(world: World) -> Mapping[ObjectKey, tuple[Identity, ...]]:
    """What refers to an object in the end; a workload stands for its pods."""
    found: defaultdict[ObjectKey, dict[Identity, None]] = defaultdict(dict)
    for value in world.final:
        if value["kind"] in _UNTOLD:
            continue
        named = [
            one.target for one in references(value) if not one.optional and not _is_done_with(value, one)
        ] + _classes_of_claims(value)
        user = workload_of(value, world.final) if named else None
        for target in named:
            if user is not None:
                found[target][user] = None
    return {target: tuple(users) for target, users in found.items()}


def _classes_of_claims(value: Json) -> list[ObjectKey]:
    """The classes that the next claims of a StatefulSet name."""
    if value["kind"] != "StatefulSet":
        return []
    named = {text(claim, "spec", "storageClassName") for claim in claim_templates_of(value)} - {""}
    return [ObjectKey("storage.k8s.io", "StorageClass", "", name) for name in sorted(named)]


def _is_done_with(value: Json, reference: Reference) -> bool:
    """Whether an object no longer needs what it refers to: a volume that exists, or the class of a bound claim."""
    if value["kind"] == "PersistentVolume":
        return True
    return reference.target.kind == "StorageClass" and bool(text(value, "spec", "volumeName"))


def _of_owners(change: Change, world: World) -> Iterator[Consequence]:
    value = change.after or {"metadata": {}}
    references_ = owners_of(value)
    missing = [one for one in references_ if not _exists(one, change, world)]
    if references_ and len(missing) == len(references_):
        names = ", ".join(_title(one) for one in missing)
        message = f"is deleted by the garbage collector: its owner {names} does not exist (with this uid)"
        yield Consequence("owner-absent", change.object, message, Severity.ERROR)


def _title(reference: Mapping[str, str]) -> str:
    """``deployment.apps/web``."""
    api_version, kind = str(reference.get("apiVersion") or ""), str(reference.get("kind") or "")
    return Identity(api_version, kind, "", str(reference.get("name") or "")).title


def _exists(reference: Mapping[str, str], change: Change, world: World) -> bool:
    key = owner_key(dict(reference), change.object.namespace)
    owners = [world.final.get(one) for one in (key, key._replace(namespace=""))]
    return any(owner and owner["metadata"].get("uid") == reference.get("uid") for owner in owners)


_SPACE: Final = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"
_INSIDE: Final = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}}"
_ACCOUNT: Final = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}"
_POD: Final = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {serviceAccountName: %s, containers: [{name: c, image: c}]}}"
_TLS: Final = "{apiVersion: v1, kind: Secret, metadata: {name: web-tls}}"
_INGRESS: Final = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  tls: [{secretName: web-tls}]
  defaultBackend: {resource: {kind: Pod, name: any}}
"""
_SET: Final = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
  %s
"""
_TEMPLATES: Final = (
    "volumeClaimTemplates: [{metadata: {name: data},"
    " spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]"
)
_CLASS: Final = "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: %s}, provisioner: example.com/disks}"
_OF_CLASS: Final = _TEMPLATES.replace("spec: {", "spec: {storageClassName: fast, ")
_SIZED: Final = _SET % f"replicas: %d\n  podManagementPolicy: Parallel\n  {_TEMPLATES}"
_GOING: Final = f"{_SIZED}  persistentVolumeClaimRetentionPolicy: {{whenScaled: Delete}}\n"
_OWNED: Final = """
apiVersion: v1
kind: ConfigMap
metadata:
  name: owned
  ownerReferences: [{apiVersion: v1, kind: ServiceAccount, name: %s, uid: %s}]
"""
_UID: Final = "9b1c7c52-0000-4000-8000-000000000001"
_OWNER: Final = (
    f"{{apiVersion: v1, kind: ServiceAccount, metadata: {{name: web, namespace: default, uid: {_UID}}}}}"
)

FINDER = Finder(
    kinds=frozenset({"*"}),
    find=find,
    examples=(
        Example(_SPACE, _INSIDE, deleted=_SPACE, finds=("named-objects-go",)),
        Example(_SPACE, _INSIDE.replace("shop", "default"), deleted=_SPACE),
        Example(f"{_ACCOUNT}\n---\n{_POD % 'web'}", deleted=_ACCOUNT, finds=("needs-what-is-gone",)),
        Example(f"{_ACCOUNT}\n---\n{_POD % 'default'}", deleted=_ACCOUNT),
        Example(f"{_TLS}\n---\n{_INGRESS}", deleted=_TLS, finds=("needs-what-is-gone",)),
        Example(_SET % _TEMPLATES, deleted=_SET % "", finds=("claims-stay",)),
        Example(_SET % "", deleted=_SET % ""),
        Example(_SIZED % 3, _SIZED % 1, finds=("claims-stay",)),
        Example(_SIZED % 3, _GOING % 1),
        Example(
            f"{_CLASS % 'fast'}\n---\n{_SET % _OF_CLASS}",
            deleted=_CLASS % "fast",
            finds=("needs-what-is-gone",),
        ),
        Example(f"{_CLASS % 'slow'}\n---\n{_SET % _OF_CLASS}", deleted=_CLASS % "slow"),
        Example(_ACCOUNT, _OWNED % ("web", _UID), finds=("owner-absent",)),
        Example(_OWNER, _OWNED % ("web", _UID)),
    ),
)
