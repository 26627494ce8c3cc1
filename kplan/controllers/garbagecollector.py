"""Garbage collection: dependents follow their owners, at once, in the foreground, or are let go as orphans.

Upstream: pkg/controller/garbagecollector/{garbagecollector,graph_builder,operations}.go
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kplan.api.gvk import GroupVersionKind
from kplan.api.metadata import finalizers_of
from kplan.api.object import Json
from kplan.api.owners import owner_key, owners_of, without_owner
from kplan.apiserver.errors import StatusError
from kplan.schema.discovery import Resource
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
    beside_status,
)

ResourceFor = Callable[[GroupVersionKind], Resource]
"""The served resource of a type. Raises StatusError."""

ORPHAN = "orphan"
FOREGROUND = "foregroundDeletion"


@dataclass(slots=True)
class Owners:
    """An object's owner references by what has become of the owners."""

    solid: list[Json] = field(default_factory=list)
    dangling: list[Json] = field(default_factory=list)
    waiting: list[Json] = field(default_factory=list)
    unclear: bool = False
    """Whether there is one that cannot be looked up:
    of a kind that is not served, or of a namespace where none can be.
    """


class Places:
    """Where the object with a given uid is, as far as watches have reported it."""

    def __init__(self) -> None:
        self._told: dict[str, ObjectKey | None] = {}
        self._cache: Cache | None = None
        self._held: dict[str, ObjectKey] | None = None

    def follow(self, cache: Cache) -> None:
        """What is in the cluster is not told one by one."""
        self._cache = cache

    def tell(self, uid: str, key: ObjectKey | None) -> None:
        """An object is there, or no longer."""
        self._told[uid] = key

    def find(self, uid: str) -> ObjectKey | None:
        """Where the object is, or None."""
        if uid in self._told or self._cache is None:
            return self._told.get(uid)
        if self._held is None:
            self._held = {value["metadata"].get("uid") or "": key for key, value in self._cache.all()}
        return self._held.get(uid)

    def of_owner(self, reference: Json, namespace: str) -> ObjectKey | None:
        """Where the owner is that a reference names."""
        uid = reference.get("uid") or ""
        if uid not in self._told and self._cache is not None:
            for place in dict.fromkeys((namespace, "")):
                key = owner_key(reference, place)
                owner = self._cache.find(key)
                if owner is not None and owner["metadata"].get("uid") == uid:
                    return key
        return self.find(uid)


class GarbageCollector:
    """Deletes what lost its owners."""

    name = "generic-garbage-collector"

    def __init__(self, resource_for: ResourceFor) -> None:
        self._resource_for = resource_for
        self._places = Places()
        self.watches = (Watch("*", "*", self._observed, heeds=beside_status),)

    def follow(self, cache: Cache) -> Iterable[Request]:
        """Know where every object is."""
        self._places.follow(cache)
        return ()

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
                return self._delete_dependents(context, request, value)
            return DONE
        self._attempt_to_delete(context, request, value)
        return DONE

    def _observed(self, event: WatchEvent, cache: Cache) -> Iterable[Request]:
        if event.type is not EventType.MODIFIED:
            uid = event.value["metadata"].get("uid") or ""
            self._places.tell(uid, None if event.type is EventType.DELETED else event.key)
        return _affected(event, cache, self._places)

    def _attempt_to_delete(self, context: Context, key: ObjectKey, value: Json) -> None:
        references = owners_of(value)
        if not references:
            return
        owners = self._classify(context, value)
        if owners.unclear:
            return
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
        policy = (
            "Orphan" if ORPHAN in finalizers else "Foreground" if FOREGROUND in finalizers else "Background"
        )
        _delete(context, key, value, policy)

    def _classify(self, context: Context, value: Json) -> Owners:
        found = Owners()
        for reference in owners_of(value):
            owner = find_owner(context.cache, reference, value["metadata"].get("namespace", ""))
            if owner is None:
                self._complain(context, value, reference)
                found.unclear = found.unclear or not self._can_be_absent(value, reference)
                found.dangling.append(reference)
            elif _is_dying(owner) and FOREGROUND in finalizers_of(owner):
                found.waiting.append(reference)
            else:
                found.solid.append(reference)
        return found

    def _can_be_absent(self, value: Json, reference: Json) -> bool:
        """Whether an owner that is not found is not there: its kind is served, in a place if it can be looked for."""
        gvk = GroupVersionKind.of(str(reference.get("apiVersion") or ""), str(reference.get("kind") or ""))
        try:
            resource = self._resource_for(gvk)
        except StatusError:
            return False
        return not resource.namespaced or bool(value["metadata"].get("namespace"))

    def _complain(self, context: Context, value: Json, reference: Json) -> None:
        """Say that the owner is an object of another namespace (reportInvalidNamespaceOwnerRef)."""
        namespace, uid = value["metadata"].get("namespace", ""), str(reference.get("uid") or "")
        place = self._places.find(uid)
        if place is None or place.namespace in ("", namespace):
            return
        owner = f"[{reference.get('apiVersion')}/{reference.get('kind')}, namespace: {namespace}, name: {reference.get('name')}, uid: {uid}]"
        text = f'ownerRef {owner} does not exist in namespace "{namespace}"'
        context.event(value, "Warning", "OwnerRefInvalidNamespace", text)

    def _delete_dependents(self, context: Context, key: ObjectKey, value: Json) -> Result:
        """Foreground: the owner stays until those that block it are gone."""
        uid = value["metadata"]["uid"]
        blocking = [item for item in _dependents(context, uid) if _blocks(item, uid)]
        if not blocking:
            _remove_finalizer(context, key, value, FOREGROUND)
            return DONE
        for item in blocking:
            if not _is_dying(item):
                self._attempt_to_delete(context, _key(item), item)
        return DONE


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


def _affected(event: WatchEvent, cache: Cache, places: Places) -> Iterable[Request]:
    """Whom a change concerns: dependents of what went or waits, owners of what went, objects with other owners."""
    metadata = event.value["metadata"]
    before = event.previous["metadata"] if event.previous else {}
    if event.type is EventType.DELETED:
        return [
            *cache.dependents(metadata.get("uid", "")),
            *_held_up(event.key.namespace, owners_of(event.value), places),
        ]
    if metadata.get("deletionTimestamp") is not None:
        finalizers = finalizers_of(event.value)
        fresh = before.get("deletionTimestamp") is None or before.get("finalizers") != metadata.get(
            "finalizers"
        )
        if fresh and FOREGROUND in finalizers:
            return [*cache.dependents(metadata.get("uid", "")), event.key]
        return [event.key] if fresh and ORPHAN in finalizers else ()
    references, former = metadata.get("ownerReferences"), before.get("ownerReferences")
    if references is former or references == former:
        return ()
    return [event.key, *_held_up(event.key.namespace, former or (), places)]


def _held_up(namespace: str, references: Iterable[Json], places: Places) -> list[ObjectKey]:
    """The owners that a dependent with these references kept from going."""
    blocked = (reference for reference in references if reference.get("blockOwnerDeletion"))
    found = (places.of_owner(reference, namespace) for reference in blocked)
    return [key for key in found if key is not None]
