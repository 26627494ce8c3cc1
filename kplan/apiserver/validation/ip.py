"""IP addresses, CIDRs and interface addresses: lenient for old fields, strict and canonical for new ones.

The server still stores what Go's early parser took (leading zeros, IPv4 mapped into IPv6), so both readings exist.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from kplan.apiserver import field
from kplan.apiserver.field import ErrorList
from kplan.fieldpath import FieldPath
from kplan.namedtuples import NamedTuple

_HEX: Final = r"[0-9a-fA-F]+"
_BITS: Final = r"[0-9]+"
_MAPPED: Final = 0xFFFF << 32


class Address(NamedTuple):
    """A parsed address: ``family`` is 4 or 6 (a mapped IPv4 counts as 4), ``mapped`` tells how it was written."""

    number: int
    family: int
    mapped: bool
    strict: bool

    def __str__(self) -> str:
        return _text(self.number, 32) if self.family == 4 else _whole(self.number)


class Network(NamedTuple):
    """A parsed CIDR: the address as written, the prefix length and the network's own text."""

    address: Address
    bits: int
    strict: bool

    @property
    def width(self) -> int:
        """The number of bits of an address of this network."""
        return 32 if self.address.family == 4 and not self.address.mapped else 128

    def masked(self) -> int:
        """The address as a number of ``width`` bits, with the host's bits cleared."""
        number = self.address.number | (_MAPPED if self.width == 128 and self.address.family == 4 else 0)
        return number >> (self.width - self.bits) << (self.width - self.bits)

    def __str__(self) -> str:
        return f"{_text(self.masked(), self.width)}/{self.bits}"


def _text(number: int, width: int) -> str:
    if width == 32:
        return ".".join(str(part) for part in number.to_bytes(4, "big"))
    return _text(number & 0xFFFFFFFF, 32) if number >> 32 == 0xFFFF else _whole(number)


def _whole(number: int) -> str:
    from ipaddress import IPv6Address  # noqa: PLC0415 - few objects have such an address

    return str(IPv6Address(number))


def _parse_v4(text: str) -> tuple[int, bool] | None:
    parts = text.split(".")
    if len(parts) != 4 or not text.isascii() or not all(map(str.isdigit, parts)):
        return None
    a, b, c, d = map(int, parts)
    if max(a, b, c, d) > 255:
        return None
    return a << 24 | b << 16 | c << 8 | d, f"{a}.{b}.{c}.{d}" == text


def _groups(text: str) -> tuple[list[int], bool] | None:
    """Read the colon-separated half of an IPv6 address; the flag says whether every group is strictly written."""
    if not text:
        return [], True
    numbers: list[int] = []
    strict = True
    parts = text.split(":")
    for index, part in enumerate(parts):
        if "." in part and index == len(parts) - 1:
            v4 = _parse_v4(part)
            if v4 is None:
                return None
            numbers += [v4[0] >> 16, v4[0] & 0xFFFF]
            strict = strict and v4[1]
        elif re.fullmatch(_HEX, part) and int(part, 16) <= 0xFFFF:
            numbers.append(int(part, 16))
            strict = strict and len(part) <= 4
        else:
            return None
    return numbers, strict


def _parse_v6(text: str) -> tuple[int, bool] | None:
    head, gap, tail = text.partition("::")
    if gap and ("." in head or ":::" in text):
        return None
    left, right = _groups(head), _groups(tail)
    if left is None or right is None:
        return None
    missing = 8 - len(left[0]) - len(right[0])
    if (gap and missing < 1) or (not gap and missing != 0):
        return None
    number = 0
    for group in left[0] + [0] * missing + right[0]:
        number = number << 16 | group
    return number, left[1] and right[1]


@lru_cache(maxsize=4096)
def parse_ip(text: str) -> Address | None:
    """Read an address as Go's early net.ParseIP did; None if it is none."""
    if ":" not in text:
        v4 = _parse_v4(text)
        return None if v4 is None else Address(v4[0], 4, mapped=False, strict=v4[1])
    v6 = _parse_v6(text)
    if v6 is None:
        return None
    if v6[0] >> 32 == 0xFFFF:
        return Address(v6[0] & 0xFFFFFFFF, 4, mapped=True, strict=v6[1])
    return Address(v6[0], 6, mapped=False, strict=v6[1])


@lru_cache(maxsize=4096)
def parse_cidr(text: str) -> Network | None:
    """Read a CIDR as Go's early net.ParseCIDR did; None if it is none."""
    host, slash, bits = text.partition("/")
    address = parse_ip(host)
    if not slash or address is None or not re.fullmatch(_BITS, bits):
        return None
    width = 32 if ":" not in host else 128
    if int(bits) > width:
        return None
    return Network(address, int(bits), strict=address.strict and (bits == "0" or bits[0] != "0"))


def _parse_ip_errors(path: FieldPath | None, value: str, *, strict: bool) -> ErrorList:
    address = parse_ip(value)
    if address is None:
        return [field.invalid(path, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    if not strict:
        return []
    if not address.strict:
        return [field.invalid(path, value, "must not have leading 0s")]
    if address.mapped:
        return [field.invalid(path, value, "must not be an IPv4-mapped IPv6 address")]
    return []


def is_valid_ip_for_legacy_field(
    path: FieldPath | None, value: str, *, strict: bool = True, valid_old: Sequence[str] = ()
) -> ErrorList:
    """Check an address of a field that predates strict parsing; old values are let through."""
    return [] if value in valid_old else _parse_ip_errors(path, value, strict=strict)


def is_valid_ip(path: FieldPath | None, value: str) -> ErrorList:
    """Check an address strictly, canonical form included."""
    errors = _parse_ip_errors(path, value, strict=True)
    canonical = str(parse_ip(value))
    if not errors and value != canonical:
        errors.append(field.invalid(path, value, f'must be in canonical form ("{canonical}")'))
    return errors


def validate_interface_address(value: str, path: FieldPath) -> ErrorList:
    """An address with the length of its network's prefix, in canonical form."""
    network = parse_cidr(value)
    if network is None:
        text = "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)"
        return [field.invalid(path, value, text)]
    bits = network.bits - 96 if network.address.mapped else network.bits
    canonical = f"{network.address}/{bits}"
    if value == canonical:
        return []
    return [field.invalid(path, value, f'must be in canonical form ("{canonical}")')]


def _parse_cidr_errors(path: FieldPath | None, value: str, *, strict: bool) -> ErrorList:
    network = parse_cidr(value)
    if network is None:
        return [field.invalid(path, value, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    if not strict:
        return []
    if not network.strict:
        return [field.invalid(path, value, "must not have leading 0s in IP or prefix length")]
    if network.address.mapped:
        return [field.invalid(path, value, "must not have an IPv4-mapped IPv6 address")]
    if network.masked() != network.address.number:
        return [field.invalid(path, value, "must not have bits set beyond the prefix length")]
    return []


def is_valid_cidr_for_legacy_field(
    path: FieldPath | None, value: str, *, strict: bool = True, valid_old: Sequence[str] = ()
) -> ErrorList:
    """Check a CIDR of a field that predates strict parsing; old values are let through."""
    return [] if value in valid_old else _parse_cidr_errors(path, value, strict=strict)


def is_valid_cidr(path: FieldPath | None, value: str) -> ErrorList:
    """Check a CIDR strictly, canonical form included."""
    errors = _parse_cidr_errors(path, value, strict=True)
    if not errors and value != str(parse_cidr(value)):
        errors.append(field.invalid(path, value, f'must be in canonical form ("{parse_cidr(value)}")'))
    return errors


def is_ipv6(text: str) -> bool:
    """Whether the text is an address of family 6."""
    address = parse_ip(text)
    return address is not None and address.family == 6


def is_ipv4(text: str) -> bool:
    """Whether the text is an address of family 4."""
    address = parse_ip(text)
    return address is not None and address.family == 4


def ip_warnings(path: FieldPath, value: str) -> list[str]:
    """What the server warns about an address that an old field accepts."""
    address = parse_ip(value)
    if address is None:
        return []
    if not address.strict or address.mapped:
        return [f'{path}: non-standard IP address "{value}" is invalid: use "{address}"']
    if address.family == 6 and str(address) != value:
        return [f'{path}: IPv6 address "{value}" should be in RFC 5952 canonical format ("{address}")']
    return []


def cidr_warnings(path: FieldPath, value: str) -> list[str]:
    """What the server warns about a CIDR that an old field accepts."""
    network = parse_cidr(value)
    if network is None:
        return []
    warnings: list[str] = []
    number = network.address.number | (_MAPPED if network.width == 128 and network.address.family == 4 else 0)
    if network.masked() != number:
        single = f"{network.address}/{network.width}"
        warnings.append(
            f'{path}: CIDR value "{value}" is ambiguous in this context (should be "{network}" or "{single}"?)'
        )
    if not network.strict or network.address.mapped:
        warnings.append(f'{path}: non-standard CIDR value "{value}" is invalid: use "{network}"')
    canonical = f"{network.address}/{network.bits}"
    if not warnings and network.address.family == 6 and canonical != value:
        warnings.append(
            f'{path}: IPv6 CIDR value "{value}" should be in RFC 5952 canonical format ("{canonical}")'
        )
    return warnings
