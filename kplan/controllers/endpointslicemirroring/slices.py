"""The slices that mirror Endpoints: how a new one looks, which of them change, and writing them.

Upstream: pkg/controller/endpointslicemirroring/{reconciler,reconciler_helpers,utils}.go
"""

from collections.abc import Iterable

from kplan.api.endpointslices import (
    MANAGED_BY_LABEL,
    SERVICE_LABEL,
    endpoint_ports_of,
    endpoints_of,
    name_prefix,
)
from kplan.api.metadata import annotations_of, labels_of
from kplan.api.object import Json
from kplan.api.owners import new_controller_ref, owners_of
from kplan.apiserver.client import Client
from kplan.controllers.endpointslicemirroring.desired import Desired, SliceKey, Wanted, is_as_wanted, key_for
from kplan.namedtuples import NamedTuple
from kplan.simulation.podcontrol import create_all
from kplan.simulation.reconciler import ObjectKey
from kplan.simulation.triggertimes import ANNOTATION as TRIGGER_TIME

KIND = ("discovery.k8s.io", "EndpointSlice")
MANAGER = "endpointslicemirroring-controller.k8s.io"
_NOT_MIRRORED = frozenset({TRIGGER_TIME, "kubectl.kubernetes.io/last-applied-configuration"})


class Changes(NamedTuple):
    """Slices to create, update and delete."""

    create: list[Json]
    update: list[Json]
    delete: list[Json]


def changes_for(endpoints: Json, desired: Desired, existing: Iterable[Json]) -> Changes:
    """What it takes to mirror Endpoints: of the slices with the same family and ports the first is kept,
    all others go.
    """
    changes = Changes([], [], [])
    by_key: dict[SliceKey, list[Json]] = {}
    for item in existing:
        by_key.setdefault(key_for(item["addressType"], endpoint_ports_of(item)), []).append(item)
    for key, wanted in desired.slices.items():
        new, present = _new_slice(endpoints, key[0], wanted), by_key.pop(key, [])
        if not present:
            changes.create.append(new)
        elif not _is_mirror(present[0], new):
            del new["metadata"]["generateName"]
            changes.update.append(_named(new, present[0]))
        changes.delete.extend(present[1:])
    for items in by_key.values():
        changes.delete.extend(items)
    return _recycled(changes)


def write(client: Client, endpoints: Json, changes: Changes) -> None:
    """Make the changes; of Endpoints that are going no more slices are made (finalize). Raises StatusError."""
    new = changes.create if endpoints["metadata"].get("deletionTimestamp") is None else ()
    if not create_all(client, new):
        return
    for item in changes.update:
        client.update(item)
    delete(client, changes.delete)


def delete(client: Client, items: Iterable[Json]) -> None:
    """Delete slices. Raises StatusError."""
    for item in items:
        client.delete(ObjectKey(*KIND, item["metadata"]["namespace"], item["metadata"]["name"]))


def _new_slice(endpoints: Json, family: str, wanted: Wanted) -> Json:
    metadata = endpoints["metadata"]
    notes = {name: text for name, text in annotations_of(endpoints).items() if name not in _NOT_MIRRORED}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": name_prefix(metadata["name"]),
            "namespace": metadata["namespace"],
            "labels": {**labels_of(endpoints), SERVICE_LABEL: metadata["name"], MANAGED_BY_LABEL: MANAGER},
            "annotations": notes,
            "ownerReferences": [new_controller_ref(endpoints)],
        },
        "addressType": family,
        "endpoints": wanted.endpoints,
        "ports": wanted.ports,
    }


def _is_mirror(present: Json, new: Json) -> bool:
    """Whether a slice is as it should be, and of these Endpoints rather than of earlier ones of their name."""
    owner = new["metadata"]["ownerReferences"][0]
    return (
        labels_of(present) == labels_of(new)
        and annotations_of(present) == annotations_of(new)
        and is_as_wanted(endpoints_of(present), endpoints_of(new))
        and all(one["uid"] == owner["uid"] for one in owners_of(present) if _is_alike(one, owner))
    )


def _is_alike(one: Json, other: Json) -> bool:
    return bool(one["kind"] == other["kind"] and one["name"] == other["name"])


def _recycled(changes: Changes) -> Changes:
    """Have slices that would be deleted become those of their family that would be created (recycleSlices)."""
    create, update, left = [], [*changes.update], [*changes.delete]
    for new in changes.create:
        old = next((one for one in left if one["addressType"] == new["addressType"]), None)
        if old is None:
            create.append(new)
        else:
            left.remove(old)
            update.append(_named(new, old))
    return Changes(create, update, left)


def _named(new: Json, old: Json) -> Json:
    return {**new, "metadata": {**new["metadata"], "name": old["metadata"]["name"]}}
