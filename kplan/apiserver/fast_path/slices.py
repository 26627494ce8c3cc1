"""EndpointSlices whose endpoints change.

Upstream: none; a real API server looks at everything every time.
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.decode import part_reader
from kplan.apiserver.fast_path.nodenames import is_name_of_node
from kplan.apiserver.fast_path.unchanged import differing, has_stored_metadata, is_same, kept_or_read
from kplan.apiserver.validation.discovery import validate_endpoint
from kplan.apiserver.validation.endpoint_ip import is_plain_endpoint_ip
from kplan.fieldpath import FieldPath

_MOST: Final = 1000
_PATH: Final = FieldPath("endpoints")


def endpoint_slice(value: Json, old: Json) -> Json | None:
    """The slice with other endpoints or annotations; None if more than that may differ."""
    if len(value) != len(old) or not has_stored_metadata(value["metadata"], old["metadata"]):
        return None
    for name in differing(value, old):
        if name not in ("metadata", "endpoints") and not is_same(value[name], old.get(name)):
            return None
    before, kind = old.get("endpoints") or [], value["addressType"]
    endpoints = kept_or_read(value.get("endpoints"), before, lambda item: _endpoint(item, kind))
    if endpoints is None or len(endpoints) > _MOST:
        return None
    metadata = value["metadata"]
    if endpoints == before:
        same = metadata.get("annotations") == old["metadata"].get("annotations")
        return old if same else {**value, "endpoints": endpoints}
    generation = (old["metadata"].get("generation") or 0) + 1
    return {**value, "metadata": {**metadata, "generation": generation}, "endpoints": endpoints}


def _endpoint(item: Json, kind: str) -> Json | None:
    read = part_reader("discovery/v1.Endpoint")(item)
    if read is None or "deprecatedTopology" in read:
        return None
    addresses: list[str] = read.get("addresses") or []
    if len(addresses) == 1 and "hints" not in read and "hostname" not in read:
        if not _is_valid(addresses[0], read.get("nodeName"), kind):
            return None
    elif validate_endpoint(read, kind, _PATH):
        return None
    return item if read == item else read


def _is_valid(address: str, node: str | None, kind: str) -> bool:
    """Whether an endpoint may be there."""
    if kind == "IPv4" and is_plain_endpoint_ip(address) and (node is None or is_name_of_node(node)):
        return True
    return not validate_endpoint({"addresses": [address], "nodeName": node}, kind, _PATH)
