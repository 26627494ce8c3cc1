"""Which addresses may be endpoints: none that a node keeps to itself.

Upstream: pkg/apis/core/validation/validation.go
"""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from kplan.apiserver import field
from kplan.apiserver.field import ErrorList
from kplan.apiserver.validation.ip import parse_ip
from kplan.fieldpath import FieldPath

_Range = tuple[int, int]
_RANGES: Final[tuple[tuple[_Range, _Range, str], ...]] = tuple(
    ((int(v4[0]), int(v4[-1])), (int(v6[0]), int(v6[-1])), name)
    for v4, v6, name in (
        (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"), "loopback range (127.0.0.0/8, ::1/128)"),
        (
            IPv4Network("169.254.0.0/16"),
            IPv6Network("fe80::/10"),
            "link-local range (169.254.0.0/16, fe80::/10)",
        ),
        (
            IPv4Network("224.0.0.0/24"),
            IPv6Network("ff02::/16"),
            "link-local multicast range (224.0.0.0/24, ff02::/10)",
        ),
    )
)
"""The first and the last number of each range, by family."""


@lru_cache(maxsize=8192)
def is_plain_endpoint_ip(text: str) -> bool:
    """Whether an address is a valid IPv4 endpoint address; cached, as each occurs in several objects."""
    address = parse_ip(text)
    if address is None or address.family != 4 or address.mapped or not address.strict or not address.number:
        return False
    return not any(first <= address.number <= last for (first, last), _, _ in _RANGES)


def validate_endpoint_ip(text: str, path: FieldPath) -> ErrorList:
    """Field errors for an endpoint's address."""
    address = parse_ip(text)
    if address is None:
        return [field.invalid(path, text, "must be a valid IP address")]
    errors: ErrorList = []
    if address.number == 0:
        errors.append(field.invalid(path, text, f"may not be unspecified ({text})"))
    for v4, v6, name in _RANGES:
        first, last = v4 if address.family == 4 else v6
        if first <= address.number <= last:
            errors.append(field.invalid(path, text, f"may not be in the {name}"))
    return errors
