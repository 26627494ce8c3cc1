"""Which addresses may be endpoints: none that a node keeps to itself.

Upstream: pkg/apis/core/validation/validation.go
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from kplan.apiserver import field
from kplan.apiserver.field import ErrorList
from kplan.apiserver.validation.ip import parse_ip
from kplan.fieldpath import FieldPath

_RANGES: Final = (
    (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"), "loopback range (127.0.0.0/8, ::1/128)"),
    (IPv4Network("169.254.0.0/16"), IPv6Network("fe80::/10"), "link-local range (169.254.0.0/16, fe80::/10)"),
    (
        IPv4Network("224.0.0.0/24"),
        IPv6Network("ff02::/16"),
        "link-local multicast range (224.0.0.0/24, ff02::/10)",
    ),
)


def validate_endpoint_ip(text: str, path: FieldPath) -> ErrorList:
    """Field errors for an endpoint's address."""
    address = parse_ip(text)
    if address is None:
        return [field.invalid(path, text, "must be a valid IP address")]
    errors: ErrorList = []
    if address.number == 0:
        errors.append(field.invalid(path, text, f"may not be unspecified ({text})"))
    for v4, v6, name in _RANGES:
        inside = (
            IPv4Address(address.number) in v4 if address.family == 4 else IPv6Address(address.number) in v6
        )
        if inside:
            errors.append(field.invalid(path, text, f"may not be in the {name}"))
    return errors
