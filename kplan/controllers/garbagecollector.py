"""Garbage collection: dependents follow their owners, at once, in the foreground, or are let go as orphans.

Upstream: pkg/controller/garbagecollector/{garbagecollector,graph_builder,operations}.go
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kplan.api.metadata import finalizers_of
from kplan.api.object import Json
from kplan.api.owners import owner_key, owners_of, without_owner
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
)

ORPHAN = "orphan"
FOREGROUND = "foregroundDeletion"


@dataclass(slots=True)
class Owners:
    """An object's owner references by what has become of the owners."""

    solid: list[Json] = field(default_factory=list)
    dangling: list[Json] = field(default_factory=list)
    waiting: list[Json] = field(default_factory=list)


class GarbageCollector:
    """Deletes what lost its owners."""

    name = "generic-garbage-collector"

    def __init__(self) -> None:
        self.watches = (Watch("*", "*", _affected),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Look at one object: as an owner that waits for its dependents, or as a dependent (attemptToDeleteItem)."""
        value = context.cache.find(request)
        if value is None:
            return DONE
        if _is_dying(value):
            finalizers = finalizers_of(value)
            if ORPHAN in finalizers:
                _orphan_dependents(context, request, value)
            elif FOREGROUND in finalizers:
                return _delete_dependents(context, request, value)
            return DONE
        _attempt_to_delete(context, request, value)
        return DONE


def _attempt_to_delete(context: Context, key: ObjectKey, value: Json) -> None:
    references = owners_of(value)
    if not references:
        return
    owners = _classify(context, value)
    if owners.solid:
        for reference in (*owners.dangling, *owners.waiting):
            value = without_owner(value, reference.get("uid", ""))
        if owners.dangling or owners.waiting:
            context.client.update(value)
        return
    uid = value["metadata"]["uid"]
    if owners.waiting and context.cache.dependents(uid):
        _unblock(context, uid, value)
        _delete(context, key, value, "Foreground")
        return
    finalizers = finalizers_of(value)
    policy = "Orphan" if ORPHAN in finalizers else "Foreground" if FOREGROUND in finalizers else "Background"
    _delete(context, key, value, policy)


def _classify(context: Context, value: Json) -> Owners:
    found = Owners()
    for reference in owners_of(value):
        owner = find_owner(context.cache, reference, value["metadata"].get("namespace", ""))
        if owner is None:
            found.dangling.append(reference)
        elif _is_dying(owner) and FOREGROUND in finalizers_of(owner):
            (found.waiting if reference.get("blockOwnerDeletion") else found.solid).append(reference)
        else:
            found.solid.append(reference)
    return found


def find_owner(cache: Cache, reference: Json, namespace: str) -> Json | None:
    """The owner a reference names: of the same namespace or of none, and with the same uid."""
    for place in dict.fromkeys((namespace, "")):
        owner = cache.find(owner_key(reference, place))
        if owner is not None and owner["metadata"].get("uid") == reference.get("uid"):
            return owner
    return None


def _unblock(context: Context, uid: str, value: Json) -> None:
    """Where two objects in the foreground block each other, the dependent's references stop blocking."""
    dependents = (context.cache.find(key) for key in context.cache.dependents(uid))
    circular = any(
        dependent is not None and _is_dying(dependent) and FOREGROUND in finalizers_of(dependent)
        for dependent in dependents
    )
    if circular:
        references = [{**ref, "blockOwnerDeletion": False} for ref in owners_of(value)]
        context.client.update({**value, "metadata": {**value["metadata"], "ownerReferences": references}})


def _delete_dependents(context: Context, key: ObjectKey, value: Json) -> Result:
    """Foreground: the owner stays until those that block it are gone."""
    uid = value["metadata"]["uid"]
    blocking = [item for item in _dependents(context, uid) if _blocks(item, uid)]
    if not blocking:
        _remove_finalizer(context, key, value, FOREGROUND)
        return DONE
    for item in blocking:
        if not _is_dying(item):
            _attempt_to_delete(context, _key(item), item)
    return DONE


def _orphan_dependents(context: Context, key: ObjectKey, value: Json) -> None:
    uid = value["metadata"]["uid"]
    for item in _dependents(context, uid):
        context.client.update(without_owner(item, uid))
    _remove_finalizer(context, key, value, ORPHAN)


def _dependents(context: Context, uid: str) -> list[Json]:
    found = (context.cache.find(key) for key in context.cache.dependents(uid))
    return [item for item in found if item is not None]


def _blocks(item: Json, uid: str) -> bool:
    references: Sequence[Json] = owners_of(item)
    return any(ref.get("uid") == uid and ref.get("blockOwnerDeletion") for ref in references)


def _is_dying(value: Json) -> bool:
    return value["metadata"].get("deletionTimestamp") is not None


def _remove_finalizer(context: Context, key: ObjectKey, value: Json, finalizer: str) -> None:
    kept = [name for name in finalizers_of(value) if name != finalizer]
    context.client.merge_patch(key, {"metadata": {"finalizers": kept or None}})


def _delete(context: Context, key: ObjectKey, value: Json, policy: str) -> None:
    try:
        context.client.delete(key, propagation=policy, uid=value["metadata"]["uid"])
    except StatusError as refusal:
        if refusal.code not in (404, 409):
            raise


def _key(value: Json) -> ObjectKey:
    metadata = value["metadata"]
    group = value["apiVersion"].rpartition("/")[0]
    return ObjectKey(group, value["kind"], metadata.get("namespace", ""), metadata["name"])


def _affected(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """Whom a change concerns: dependents of what went or waits, owners of what went, objects with other owners."""
    metadata = event.value["metadata"]
    before = event.previous["metadata"] if event.previous else {}
    if event.type is EventType.DELETED:
        waiting = [
            owner_key(reference, event.key.namespace)
            for reference in owners_of(event.value)
            if reference.get("blockOwnerDeletion")
        ]
        return [*cache.dependents(metadata.get("uid", "")), *waiting]
    if metadata.get("deletionTimestamp") is not None:
        finalizers = finalizers_of(event.value)
        fresh = before.get("deletionTimestamp") is None or before.get("finalizers") != metadata.get(
            "finalizers"
        )
        if not fresh or not (ORPHAN in finalizers or FOREGROUND in finalizers):
            return ()
        return (
            [event.key, *cache.dependents(metadata.get("uid", ""))]
            if FOREGROUND in finalizers
            else [event.key]
        )
    references = metadata.get("ownerReferences")
    return (event.key,) if references and references != before.get("ownerReferences") else ()
