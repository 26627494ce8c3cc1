"""The owners of what actors wrote without being noted: the status, and what goes with it.

A simulation does not note who wrote a status, as it is always the same program. Whoever asks for owners is told of it.

Upstream: none; a real API server notes every write.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.patch.field_set import FieldSet
from kplan.apiserver.patch.managed_entries import Managed, decode_managed, encode_managed
from kplan.apiserver.patch.managed_fields import FieldManager
from kplan.apiserver.patch.ownership import Manager, Owned
from kplan.apiserver.patch.typed.comparison import compare

_PROGRAMS: Final[Mapping[str, str]] = {"Pod": "kubelet", "Node": "kubelet"}
_CONTROLLERS: Final = "kube-controller-manager"
_REVISION: Final = "deployment.kubernetes.io/revision"
_AT_BIRTH: Final[tuple[Json, ...]] = ({"loadBalancer": {}}, {"phase": "Pending"}, {"phase": "Active"})
"""What the status of an object is made with, which nobody writes."""


def with_status_owner(live: Json, fields: FieldManager) -> Json:
    """An object whose owners are known, with the one of its status."""
    entries = live["metadata"].get("managedFields")
    if not entries or not live.get("status") or live["status"] in _AT_BIRTH:
        return live
    managed = decode_managed(entries)
    left = compare(fields.shape, _without_actors(live), live).added
    for owned in managed.owners.values():
        left = left - owned.fields
    if not left:
        return live
    return {
        **live,
        "metadata": {
            **live["metadata"],
            "managedFields": encode_managed(_given(managed, left, live, fields)),
        },
    }


def _given(managed: Managed, left: FieldSet, live: Json, fields: FieldManager) -> Managed:
    manager = Manager(_PROGRAMS.get(fields.kind, _CONTROLLERS), "Update", fields.api_version, "status")
    known = managed.owners.get(manager)
    united = left | known.fields if known else left
    times = [*_times(live["status"]), managed.times.get(manager, "")]
    time = max(times) or live["metadata"].get("creationTimestamp", "")
    return replace(
        managed,
        owners={**managed.owners, manager: Owned(united, fields.api_version)},
        times={**managed.times, manager: time},
    )


def _without_actors(live: Json) -> Json:
    """An object before actors wrote to it."""
    annotations = {**(live["metadata"].get("annotations") or {})}
    annotations.pop(_REVISION, None)
    metadata = {name: value for name, value in live["metadata"].items() if name != "annotations"}
    return {
        **live,
        "metadata": {**metadata, **({"annotations": annotations} if annotations else {})},
        "status": {},
    }


def _times(value: Any) -> Iterator[str]:
    """The times of a status, of which the last is when it was written."""
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, str) and name.endswith(("Time", "At")):
                yield item
            else:
                yield from _times(item)
    elif isinstance(value, list):
        for item in value:
            yield from _times(item)
