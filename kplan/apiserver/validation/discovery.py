"""What the API server checks of EndpointSlices.

Upstream: pkg/apis/discovery/validation/validation.go, pkg/registry/discovery/endpointslice/strategy.go
"""

from collections.abc import Callable, Sequence
from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import (
    is_valid_label_value,
    name_is_dns_subdomain,
    validate_dns1123_label,
    validate_qualified_name,
)
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import METADATA, Json, validate_labels, validate_object_meta
from kplan.apiserver.validation.domains import is_fully_qualified_domain_name
from kplan.apiserver.validation.endpoint_ip import validate_endpoint_ip
from kplan.apiserver.validation.ip import is_ipv4, is_ipv6, is_valid_ip, is_valid_ip_for_legacy_field
from kplan.apiserver.validation.values import each, one_of
from kplan.fieldpath import FieldPath

_MAX_TOPOLOGY: Final = 16
_MAX_ADDRESSES: Final = 100
_MAX_PORTS: Final = 20_000
_MAX_ENDPOINTS: Final = 1000
_MAX_HINTS: Final = 8
_ZONE: Final = "topology.kubernetes.io/zone"
_ADDRESS_TYPE: Final = FieldPath("addressType")


def validate_endpoint_slice(obj: Json) -> ErrorList:
    """Check a new EndpointSlice."""
    return _slice(obj, None)


def validate_endpoint_slice_update(new: Json, old: Json) -> ErrorList:
    """Check a changed EndpointSlice; unchanged endpoints are let through, the address type stays."""
    errors = _slice(new, old)
    kind = new.get("addressType", "")
    if kind != old.get("addressType", ""):
        errors.append(field.invalid(_ADDRESS_TYPE, typed(kind), "field is immutable"))
    return errors


def _slice(obj: Json, old: Json | None) -> ErrorList:
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    kind, endpoints = obj.get("addressType", ""), obj.get("endpoints") or []
    if not kind:
        errors.append(field.required(_ADDRESS_TYPE, ""))
    else:
        errors += one_of(_ADDRESS_TYPE, kind, ("FQDN", "IPv4", "IPv6"))
    errors += _ports(obj.get("ports") or [])
    if old is None or (old.get("endpoints") or []) != endpoints:
        errors += _endpoints(endpoints, kind)
    return errors


def _ports(ports: list[Json]) -> ErrorList:
    root = FieldPath("ports")
    if len(ports) > _MAX_PORTS:
        return [field.too_many(root, len(ports), _MAX_PORTS)]
    errors: ErrorList = []
    seen: set[str] = set()
    for index, port in enumerate(ports):
        path, name, protocol = root / index, port.get("name", ""), port.get("protocol")
        if name:
            errors += validate_dns1123_label(name, path / "name")
        if name in seen:
            errors.append(field.duplicate(path / "name", typed(name)))
        seen.add(name)
        if protocol is None:
            errors.append(field.required(path / "protocol", ""))
        else:
            errors += one_of(path / "protocol", protocol, ("SCTP", "TCP", "UDP"))
        if port.get("appProtocol") is not None:
            errors += validate_qualified_name(port["appProtocol"], path / "appProtocol")
    return errors


def _endpoints(endpoints: list[Json], kind: str) -> ErrorList:
    root = FieldPath("endpoints")
    if len(endpoints) > _MAX_ENDPOINTS:
        return [field.too_many(root, len(endpoints), _MAX_ENDPOINTS)]
    errors: ErrorList = []
    for index, endpoint in enumerate(endpoints):
        errors += validate_endpoint(endpoint, kind, root / index)
    return errors


def validate_endpoint(endpoint: Json, kind: str, path: FieldPath) -> ErrorList:
    """Check one endpoint of a slice."""
    errors: ErrorList = []
    addresses, at = endpoint.get("addresses") or [], path / "addresses"
    if not addresses:
        errors.append(field.required(at, "must contain at least 1 address"))
    elif len(addresses) > _MAX_ADDRESSES:
        errors.append(field.too_many(at, len(addresses), _MAX_ADDRESSES))
    for index, address in enumerate(addresses):
        errors += _address(address, kind, at, index)
    if (node := endpoint.get("nodeName")) is not None:
        errors += each(path / "nodeName", node, name_is_dns_subdomain(node))
    topology, at = endpoint.get("deprecatedTopology") or {}, path / "deprecatedTopology"
    if len(topology) > _MAX_TOPOLOGY:
        errors.append(field.too_many(at, len(topology), _MAX_TOPOLOGY))
    errors += validate_labels(topology, at)
    if _ZONE in topology:
        errors.append(field.internal(at.key(_ZONE), "reserved key was not removed in conversion"))
    if endpoint.get("hostname") is not None:
        errors += validate_dns1123_label(endpoint["hostname"], path / "hostname")
    return errors + _hints(endpoint.get("hints") or {}, path / "hints")


def _address(address: str, kind: str, path: FieldPath, index: int) -> ErrorList:
    at = path / index
    if kind == "FQDN":
        return is_fully_qualified_domain_name(at, address)
    if kind not in ("IPv4", "IPv6"):
        return []
    errors = is_valid_ip(at, address) if kind == "IPv6" else is_valid_ip_for_legacy_field(at, address)
    if errors:
        return errors
    if not (is_ipv6(address) if kind == "IPv6" else is_ipv4(address)):
        errors.append(field.invalid(path, address, f"must be an {kind} address"))
    return errors + validate_endpoint_ip(address, at)


def _hints(hints: Json, path: FieldPath) -> ErrorList:
    zones, nodes = hints.get("forZones") or (), hints.get("forNodes") or ()
    if len(zones) > _MAX_HINTS:
        return [field.too_many(path / "forZones", len(zones), _MAX_HINTS)]
    errors = _hint_names(zones, path / "forZones", is_valid_label_value)
    if len(nodes) > _MAX_HINTS:
        return [*errors, field.too_many(path / "forNodes", len(nodes), _MAX_HINTS)]
    return errors + _hint_names(nodes, path / "forNodes", name_is_dns_subdomain)


def _hint_names(hints: Sequence[Json], path: FieldPath, check: Callable[[str], list[str]]) -> ErrorList:
    errors: ErrorList = []
    seen: set[str] = set()
    for index, hint in enumerate(hints):
        name, at = hint.get("name", ""), path / index / "name"
        if name in seen:
            errors.append(field.duplicate(at, name))
        seen.add(name)
        errors += each(at, name, check(name))
    return errors
