"""The entries of metadata.managedFields: read, written, and folded where there are too many.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/{managedfields,capmanagers}.go
"""

from dataclasses import dataclass, field
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.field import go_quote
from kplan.apiserver.patch.field_set import FieldSet
from kplan.apiserver.patch.ownership import Manager, Owned, Owners

MAX_UPDATE_MANAGERS: Final = 10


@dataclass(slots=True)
class Managed:
    """The decoded entries: owners, and when each of them wrote last."""

    owners: Owners = field(default_factory=dict)
    times: dict[Manager, str] = field(default_factory=dict)


def decode_managed(entries: Any) -> Managed:
    """Read managedFields. Raises ValueError if an entry is malformed."""
    managed = Managed()
    for index, entry in enumerate(entries or ()):
        if entry.get("operation") not in {"Apply", "Update"}:
            raise ValueError("operation must be `Apply` or `Update`")
        if not entry.get("apiVersion"):
            raise ValueError("apiVersion must not be empty")
        if entry.get("fieldsType") != "FieldsV1":
            kind = entry.get("fieldsType")
            raise ValueError(
                f"invalid fieldsType {go_quote(kind)} in managed fields entry {index}" if kind
                else f"missing fieldsType in managed fields entry {index}"
            )  # fmt: skip
        version = entry["apiVersion"]
        applied = entry["operation"] == "Apply"
        manager = Manager(
            entry.get("manager") or "",
            entry["operation"],
            "" if applied else version,
            entry.get("subresource") or "",
        )
        managed.owners[manager] = Owned(FieldSet.from_fields(entry.get("fieldsV1") or {}), version)
        if entry.get("time"):
            managed.times[manager] = entry["time"]
    return managed


def encode_managed(managed: Managed) -> list[Json]:
    """Write managedFields: appliers first, then by time and name."""
    entries = []
    for manager, owned in managed.owners.items():
        entry: Json = {
            "apiVersion": owned.api_version,
            "fieldsType": "FieldsV1",
            "fieldsV1": owned.fields.to_fields(),
        }
        entry |= {"manager": manager.name, "operation": manager.operation}
        if manager.subresource:
            entry["subresource"] = manager.subresource
        if manager in managed.times:
            entry["time"] = managed.times[manager]
        entries.append(entry)
    return sorted(entries, key=_entry_order)


def _entry_order(entry: Json) -> tuple[str, str, str, str, str]:
    time = entry.get("time", "")
    return (entry["operation"], time, entry["manager"], entry["apiVersion"], entry.get("subresource", ""))


def decoded_or_empty(entries: Any) -> Managed:
    """Read managedFields; nothing if an entry is malformed."""
    try:
        return decode_managed(entries)
    except ValueError:
        return Managed()


def capped(managed: Managed) -> Managed:
    """Fold the oldest updaters into one entry a version once there are too many."""
    updaters = [manager for manager in managed.owners if manager.operation == "Update"]
    updaters.sort(key=lambda manager: (managed.times.get(manager, ""), manager.identity))
    excess = len(updaters) - MAX_UPDATE_MANAGERS
    first: dict[str, Manager] = {}
    for manager in updaters:
        if excess <= 0:
            break
        owned = managed.owners[manager]
        version = owned.api_version
        if version not in first:
            first[version] = manager
            continue
        bucket = Manager("ancient-changes", "Update", version, "")
        if bucket not in managed.owners:
            managed.owners[bucket] = managed.owners.pop(first[version])
        managed.owners[bucket] = Owned(managed.owners[bucket].fields | owned.fields, version)
        if manager != bucket:
            del managed.owners[manager]
        excess -= 1
        if manager in managed.times:
            managed.times[bucket] = managed.times[manager]
    return managed


def entries_of(value: Json | None) -> Any:
    """The ``managedFields`` of an object; None if there are none."""
    metadata = value.get("metadata") if value else None
    return metadata.get("managedFields") if isinstance(metadata, dict) else None


def without_entries(value: Json) -> Json:
    """An object without managedFields."""
    if entries_of(value) is None:
        return value
    return {
        **value,
        "metadata": {key: item for key, item in value["metadata"].items() if key != "managedFields"},
    }


def with_entries(value: Json, managed: Managed) -> Json:
    """An object with these managedFields; without any if nobody owns anything."""
    value = without_entries(value)
    if not managed.owners:
        return value
    return {**value, "metadata": {**(value.get("metadata") or {}), "managedFields": encode_managed(managed)}}
