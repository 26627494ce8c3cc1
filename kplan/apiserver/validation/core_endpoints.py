"""Endpoints, on create and update.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import (
    name_is_dns_subdomain,
    validate_dns1123_label,
    validate_qualified_name,
)
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import validate_object_meta, validate_object_meta_update
from kplan.apiserver.validation.endpoint_ip import validate_endpoint_ip
from kplan.apiserver.validation.equality import semantically_equal
from kplan.apiserver.validation.ip import is_valid_ip_for_legacy_field
from kplan.apiserver.validation.podspec.ports import validate_port_num, validate_protocol
from kplan.fieldpath import FieldPath

_SUBSETS: Final = FieldPath("subsets")


def validate_endpoints(obj: Json) -> ErrorList:
    """Endpoints on create."""
    errors = validate_object_meta(obj.get("metadata"), True, name_is_dns_subdomain)
    return errors + _validate_subsets(obj.get("subsets") or ())


def validate_endpoints_update(new: Json, old: Json) -> ErrorList:
    """Endpoints on update; subsets that did not change are not looked at."""
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    errors += validate_object_meta(new.get("metadata"), True, name_is_dns_subdomain)
    found = _validate_subsets(new.get("subsets") or ())
    if found and semantically_equal(new.get("subsets"), old.get("subsets")):
        return errors
    return errors + found


def _validate_subsets(subsets: Sequence[Json]) -> ErrorList:
    errors: ErrorList = []
    for index, subset in enumerate(subsets):
        path, ports = _SUBSETS / index, subset.get("ports") or ()
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            errors.append(field.required(path, "must specify `addresses` or `notReadyAddresses`"))
        for name in ("addresses", "notReadyAddresses"):
            for number, address in enumerate(subset.get(name) or ()):
                errors += validate_address(address, path / name / number)
        for number, port in enumerate(ports):
            errors += _validate_port(port, path / "ports" / number, required=len(ports) > 1)
    return errors


def validate_address(address: Json, path: FieldPath) -> ErrorList:
    """One address of a subset."""
    value, host, node = address.get("ip", ""), address.get("hostname"), address.get("nodeName")
    errors = is_valid_ip_for_legacy_field(path / "ip", value)
    if host:
        errors += validate_dns1123_label(host, path / "hostname")
    if node is not None:
        errors += [field.invalid(path / "nodeName", node, text) for text in name_is_dns_subdomain(node)]
    return errors + validate_endpoint_ip(value, path / "ip")


def _validate_port(port: Json, path: FieldPath, *, required: bool) -> ErrorList:
    errors: ErrorList = []
    name = port.get("name", "")
    if name:
        errors += validate_dns1123_label(name, path / "name")
    elif required:
        errors.append(field.required(path / "name", ""))
    errors += validate_port_num(port.get("port", 0), path / "port")
    errors += validate_protocol(port.get("protocol", ""), path / "protocol")
    if port.get("appProtocol") is not None:
        errors += validate_qualified_name(port["appProtocol"], path / "appProtocol")
    return errors
