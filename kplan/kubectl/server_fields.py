"""Objects without what only a server writes, to compare manifests with each other or to print them."""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.patch.last_applied import LAST_APPLIED

_SERVER_FIELDS: Final = frozenset(
    {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"}
)


def without_server_fields(value: Json) -> Json:
    """An object without its status and what a server keeps in its metadata."""
    metadata = {key: item for key, item in value["metadata"].items() if key not in _SERVER_FIELDS}
    annotations = {
        key: text for key, text in (metadata.pop("annotations", None) or {}).items() if key != LAST_APPLIED
    }
    if annotations:
        metadata["annotations"] = annotations
    return {**{key: item for key, item in value.items() if key != "status"}, "metadata": metadata}


def without_managed_fields(value: Json) -> Json:
    """An object without metadata.managedFields, as kubectl prints it unless asked for them."""
    if "managedFields" not in (value.get("metadata") or {}):
        return value
    return {
        **value,
        "metadata": {key: item for key, item in value["metadata"].items() if key != "managedFields"},
    }
