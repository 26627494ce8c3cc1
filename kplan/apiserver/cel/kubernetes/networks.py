"""IP addresses and CIDRs in CEL.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/{ip,cidr}.go
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from kplan.apiserver.cel.kubernetes.declared import function
from kplan.apiserver.cel.library import NO_OVERLOAD
from kplan.apiserver.cel.values import CelError
from kplan.apiserver.field import go_quote
from kplan.apiserver.goaddress import address_problem

_UNREAD: Final = "network address parse error during conversion from string: "


@dataclass(frozen=True, slots=True)
class Address:
    """An IP address."""

    address: ipaddress.IPv4Address | ipaddress.IPv6Address
    cel_type = "net.IP"

    def __str__(self) -> str:
        return str(self.address)


@dataclass(frozen=True, slots=True)
class Network:
    """A CIDR."""

    interface: ipaddress.IPv4Interface | ipaddress.IPv6Interface
    cel_type = "net.CIDR"

    def __str__(self) -> str:
        return str(self.interface)


@lru_cache(maxsize=256)
def _read_ip(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return None if mapped is not None or "%" in text else Address(address)


@function("ip", "(string) -> ip")
def _ip(text: str) -> Address:
    address = _read_ip(text)
    if address is not None:
        return address
    shown = go_quote(text)
    if problem := address_problem(text):
        raise CelError(f"IP Address {shown} parse error during conversion from string: {problem}")
    if "%" in text:
        raise CelError(f"IP address {shown} with zone value is not allowed")
    raise CelError(f"IPv4-mapped IPv6 address {shown} is not allowed")


@function("isIP", "(string) -> bool")
def _is_ip(text: str) -> bool:
    return _read_ip(text) is not None


@function("ip.isCanonical", "(string) -> bool")
def _is_canonical(text: str) -> bool:
    return str(_ip(text)) == text


@function("family", "ip.() -> int")
def _family(value: Address) -> int:
    return value.address.version


_ADDRESS_TESTS: Final[dict[str, Callable[[Any], bool]]] = {
    "isUnspecified": lambda address: bool(address.is_unspecified),
    "isLoopback": lambda address: bool(address.is_loopback),
    "isLinkLocalMulticast": lambda address: address in ipaddress.ip_network("224.0.0.0/24" if address.version == 4 else "ff02::/16"),
    "isLinkLocalUnicast": lambda address: bool(address.is_link_local),
    "isGlobalUnicast": lambda address: not (
        address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local
        or str(address) == "255.255.255.255"
    ),
}  # fmt: skip


def _declare_address_tests() -> None:
    for name, test in _ADDRESS_TESTS.items():

        def check(value: Address, test: Callable[[Any], bool] = test) -> bool:
            return test(value.address)

        function(name, "ip.() -> bool")(check)


_declare_address_tests()


def _cidr_problem(text: str) -> str:
    address, slash, bits = text.rpartition("/")
    if not slash:
        return "no '/'"
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address_problem(address) or "unable to parse IP"
    if "%" in address:
        return "IPv6 zones cannot be present in a prefix"
    if not re.fullmatch(r"0|[1-9][0-9]*", bits):
        return f'bad bits after slash: "{bits}"'
    return "prefix length out of range" if int(bits) > parsed.max_prefixlen else ""


@function("cidr", "(string) -> cidr")
@lru_cache(maxsize=256)
def _cidr(text: str) -> Network:
    if problem := _cidr_problem(text):
        raise CelError(f"{_UNREAD}{_UNREAD}netip.ParsePrefix({go_quote(text)}): {problem}")
    interface = ipaddress.ip_interface(text)
    if getattr(interface.ip, "ipv4_mapped", None) is not None:
        raise CelError(f"{_UNREAD}IPv4-mapped IPv6 address {go_quote(text)} is not allowed")
    return Network(interface)


@function("isCIDR", "(string) -> bool")
def _is_cidr(text: str) -> bool:
    try:
        _cidr(text)
    except CelError:
        return False
    return True


@function("containsIP", "cidr.(string) -> bool", "cidr.(ip) -> bool")
def _contains_ip(value: Network, other: Any) -> bool:
    found = _read_ip(other) if isinstance(other, str) else other
    if found is None:
        raise CelError(NO_OVERLOAD)  # what a text says that is no address is lost
    address = found.address
    return address.version == value.interface.version and address in value.interface.network


@function("containsCIDR", "cidr.(string) -> bool", "cidr.(cidr) -> bool")
def _contains_cidr(value: Network, other: Any) -> bool:
    inner = (_cidr(other) if isinstance(other, str) else other).interface
    outer = value.interface.network
    return inner.version == outer.version and inner.network.prefixlen >= outer.prefixlen and inner.ip in outer


@function("ip", "cidr.() -> ip")
def _cidr_ip(value: Network) -> Address:
    return Address(value.interface.ip)


@function("prefixLength", "cidr.() -> int")
def _prefix_length(value: Network) -> int:
    return int(value.interface.network.prefixlen)


@function("masked", "cidr.() -> cidr")
def _masked(value: Network) -> Network:
    network = value.interface.network
    return Network(ipaddress.ip_interface(str(network)))


@function("string", "(ip) -> string", "(cidr) -> string")
def _network_text(value: Any) -> str:
    return str(value)
