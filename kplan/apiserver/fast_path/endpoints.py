"""Endpoints whose addresses change.

Upstream: none; a real API server looks at everything every time.
"""

from collections.abc import Sequence
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.decode import part_reader
from kplan.apiserver.fast_path.nodenames import is_name_of_node
from kplan.apiserver.fast_path.unchanged import has_stored_metadata, kept_or_read
from kplan.apiserver.validation.core_endpoints import validate_address
from kplan.apiserver.validation.endpoint_ip import is_plain_endpoint_ip
from kplan.fieldpath import FieldPath

_SIDES: Final = ("addresses", "notReadyAddresses")
_PATH: Final = FieldPath("subsets")


def endpoints(value: Json, old: Json) -> Json | None:
    """The Endpoints with other addresses, or none; None if more than that may differ."""
    if value.keys() - old.keys() - {"subsets"} or old.keys() - value.keys() - {"subsets"}:
        return None
    if not has_stored_metadata(value["metadata"], old["metadata"]):
        return None
    if "subsets" not in value:
        return value
    before = old.get("subsets") or []
    ports = [subset.get("ports") for subset in before]
    known = [address for subset in before for side in _SIDES for address in subset.get(side) or ()]
    subsets = []
    for subset in value["subsets"]:
        made = _subset(subset, ports, known)
        if made is None:
            return None
        subsets.append(made)
    return {**value, "subsets": subsets} if subsets else None


def _subset(subset: Json, ports: Sequence[Any], known: Sequence[Json]) -> Json | None:
    """A subset whose ports are those of a stored one."""
    made: Json = {}
    for name, item in subset.items():
        if name in _SIDES:
            found = kept_or_read(item, known, _address)
            if not found:
                return None
            made[name] = found
        elif name == "ports" and item in ports:
            made[name] = item
        else:
            return None
    return made if "ports" in made or None in ports else None


def _address(item: Json) -> Json | None:
    read = part_reader("core/v1.EndpointAddress")(item)
    if read is None or not _is_valid(read.get("ip", ""), read.get("hostname"), read.get("nodeName")):
        return None
    return item if read == item else read


def _is_valid(ip: str, host: str | None, node: str | None) -> bool:
    """Whether an address may be there."""
    if not host and is_plain_endpoint_ip(ip) and (node is None or is_name_of_node(node)):
        return True
    return not validate_address({"ip": ip, "hostname": host, "nodeName": node}, _PATH)
