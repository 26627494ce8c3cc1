"""The functions Kubernetes adds to CEL: quantities, addresses, URLs, versions, formats, lists and regular expressions.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from kplan.api.quantity import Quantity, QuantityError
from kplan.apiserver import dns, formats
from kplan.apiserver.cel.library import Library
from kplan.apiserver.cel.values import CelError, Duration, Optional, equal
from kplan.apiserver.field import go_quote
from kplan.apiserver.regexes import RegexError, compile_regex

KUBERNETES: Final = Library()
_function = KUBERNETES.function
_SUMMABLE: Final = ("int", "uint", "double", "duration")
_COMPARABLE: Final = (*_SUMMABLE, "bool", "string", "timestamp", "bytes")


@dataclass(frozen=True, slots=True)
class QuantityValue:
    """A resource quantity."""

    quantity: Quantity
    cel_type = "kubernetes.Quantity"


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


@dataclass(frozen=True, slots=True)
class Url:
    """A parsed URL."""

    text: str
    parts: SplitResult
    cel_type = "kubernetes.URL"


@dataclass(frozen=True, slots=True)
class Version:
    """A semantic version."""

    numbers: tuple[int, int, int]
    pre_release: tuple[str, ...]
    cel_type = "kubernetes.Semver"

    def rank(self) -> tuple[Any, ...]:
        """What versions are ordered by."""
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.pre_release)
        return (self.numbers, 0 if parts else 1, parts)


@dataclass(frozen=True, slots=True)
class NamedFormat:
    """A format of strings."""

    name: str
    check: Callable[[str], list[str]]
    cel_type = "kubernetes.NamedFormat"


def _read_quantity(text: str) -> Quantity:
    try:
        return Quantity.parse(text)
    except QuantityError as error:
        raise CelError(str(error)) from None


@_function("quantity", "(string) -> quantity")
def _quantity(text: str) -> QuantityValue:
    return QuantityValue(_read_quantity(text))


@_function("isQuantity", "(string) -> bool")
def _is_quantity(text: str) -> bool:
    try:
        Quantity.parse(text)
    except QuantityError:
        return False
    return True


@_function("sign", "quantity.() -> int")
def _sign(value: QuantityValue) -> int:
    return value.quantity.sign()


@_function("isGreaterThan", "quantity.(quantity) -> bool", "semver.(semver) -> bool")
def _is_greater(value: Any, other: Any) -> bool:
    return _compare(value, other) > 0


@_function("isLessThan", "quantity.(quantity) -> bool", "semver.(semver) -> bool")
def _is_less(value: Any, other: Any) -> bool:
    return _compare(value, other) < 0


@_function("compareTo", "quantity.(quantity) -> int", "semver.(semver) -> int")
def _compare(value: Any, other: Any) -> int:
    if isinstance(value, QuantityValue):
        return int(value.quantity.compare(other.quantity))
    return int(value.rank() > other.rank()) - int(value.rank() < other.rank())


@_function("asApproximateFloat", "quantity.() -> double")
def _as_float(value: QuantityValue) -> float:
    return float(value.quantity)


@_function("isInteger", "quantity.() -> bool")
def _is_integer(value: QuantityValue) -> bool:
    quantity = value.quantity
    return not quantity.big and quantity.exponent >= 0 and abs(quantity.value()) < 2**63


@_function("asInteger", "quantity.() -> int")
def _as_integer(value: QuantityValue) -> int:
    if not _is_integer(value):
        raise CelError("cannot convert value to integer")
    return value.quantity.value()


@_function("add", "quantity.(quantity) -> quantity", "quantity.(int) -> quantity")
def _add(value: QuantityValue, other: Any) -> QuantityValue:
    return QuantityValue(
        value.quantity + (other.quantity if isinstance(other, QuantityValue) else Quantity.of(other))
    )


@_function("sub", "quantity.(quantity) -> quantity", "quantity.(int) -> quantity")
def _sub(value: QuantityValue, other: Any) -> QuantityValue:
    return QuantityValue(
        value.quantity - (other.quantity if isinstance(other, QuantityValue) else Quantity.of(other))
    )


def _read_ip(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return None if mapped is not None or "%" in text else Address(address)


@_function("ip", "(string) -> ip")
def _ip(text: str) -> Address:
    address = _read_ip(text)
    if address is None:
        raise CelError(
            f'IP Address "{text}" parse error during conversion from string: ParseAddr("{text}"): unable to parse IP'
        )
    return address


@_function("isIP", "(string) -> bool")
def _is_ip(text: str) -> bool:
    return _read_ip(text) is not None


@_function("ip.isCanonical", "(string) -> bool")
def _is_canonical(text: str) -> bool:
    return str(_ip(text)) == text


@_function("family", "ip.() -> int")
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

        _function(name, "ip.() -> bool")(check)


_declare_address_tests()


def _cidr_problem(text: str) -> str:
    address, slash, bits = text.rpartition("/")
    if not slash:
        return "no '/'"
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f'ParseAddr("{address}"): unable to parse IP'
    if "%" in address:
        return "IPv6 zones cannot be present in a prefix"
    if not re.fullmatch(r"0|[1-9][0-9]*", bits):
        return f'bad bits after slash: "{bits}"'
    return "prefix length out of range" if int(bits) > parsed.max_prefixlen else ""


def _read_cidr(text: str) -> Network | None:
    return None if _cidr_problem(text) else Network(ipaddress.ip_interface(text))


@_function("cidr", "(string) -> cidr")
def _cidr(text: str) -> Network:
    if problem := _cidr_problem(text):
        words = "network address parse error during conversion from string: " * 2
        raise CelError(f'{words}netip.ParsePrefix("{text}"): {problem}')
    return Network(ipaddress.ip_interface(text))


@_function("isCIDR", "(string) -> bool")
def _is_cidr(text: str) -> bool:
    return _read_cidr(text) is not None


@_function("containsIP", "cidr.(string) -> bool", "cidr.(ip) -> bool")
def _contains_ip(value: Network, other: Any) -> bool:
    address = (_ip(other) if isinstance(other, str) else other).address
    return address.version == value.interface.version and address in value.interface.network


@_function("containsCIDR", "cidr.(string) -> bool", "cidr.(cidr) -> bool")
def _contains_cidr(value: Network, other: Any) -> bool:
    inner = (_cidr(other) if isinstance(other, str) else other).interface
    outer = value.interface.network
    return inner.version == outer.version and inner.network.prefixlen >= outer.prefixlen and inner.ip in outer


@_function("ip", "cidr.() -> ip")
def _cidr_ip(value: Network) -> Address:
    return Address(value.interface.ip)


@_function("prefixLength", "cidr.() -> int")
def _prefix_length(value: Network) -> int:
    return int(value.interface.network.prefixlen)


@_function("masked", "cidr.() -> cidr")
def _masked(value: Network) -> Network:
    network = value.interface.network
    return Network(ipaddress.ip_interface(str(network)))


@_function("string", "(ip) -> string", "(cidr) -> string")
def _network_text(value: Any) -> str:
    return str(value)


def _read_url(text: str) -> Url | None:
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    absolute = bool(parts.scheme) or text.startswith("/")
    return Url(text, parts) if absolute and not re.search(r"[\x00-\x20\x7f]", text) else None


@_function("url", "(string) -> url")
def _url(text: str) -> Url:
    found = _read_url(text)
    if found is None:
        raise CelError(
            f'URL parse error during conversion from string: parse "{text}": invalid URI for request'
        )
    return found


@_function("isURL", "(string) -> bool")
def _is_url(text: str) -> bool:
    return _read_url(text) is not None


@_function("getScheme", "url.() -> string")
def _get_scheme(value: Url) -> str:
    return value.parts.scheme


@_function("getHost", "url.() -> string")
def _get_host(value: Url) -> str:
    return value.parts.netloc.rpartition("@")[2]


@_function("getHostname", "url.() -> string")
def _get_hostname(value: Url) -> str:
    return re.sub(r":\d*$", "", _get_host(value)).strip("[]")


@_function("getPort", "url.() -> string")
def _get_port(value: Url) -> str:
    match = re.search(r":(\d*)$", _get_host(value))
    return match[1] if match else ""


@_function("getEscapedPath", "url.() -> string")
def _get_path(value: Url) -> str:
    return value.parts.path


@_function("getQuery", "url.() -> map(string, list(string))")
def _get_query(value: Url) -> dict[str, list[str]]:
    return parse_qs(value.parts.query, keep_blank_values=True)


def _read_version(text: str, *, normalize: bool) -> Version | None:
    if normalize:
        text = text.strip().removeprefix("v")
        core, mark, rest = re.match(r"([0-9.]*)([-+]?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
        numbers = [part.lstrip("0") or "0" for part in core.split(".")] if core else []
        text = ".".join([*numbers, *["0"] * (3 - len(numbers))]) + mark + rest
    match = re.fullmatch(
        r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?",
        text,
        re.ASCII,
    )
    if match is None:
        return None
    parts = tuple(match[4].split(".")) if match[4] else ()
    if any(part.isdigit() and len(part) > 1 and part.startswith("0") for part in parts):
        return None
    return Version((int(match[1]), int(match[2]), int(match[3])), parts)


@_function("semver", "(string) -> semver", "(string, bool) -> semver")
def _semver(text: str, normalize: bool = False) -> Version:
    version = _read_version(text, normalize=normalize)
    if version is None:
        raise CelError(_version_problem(text))
    return version


def _version_problem(text: str) -> str:
    """Why a text is no version."""
    if not text:
        return "Version string empty"
    parts = text.split(".", 2)
    if len(parts) < 3:
        return "No Major.Minor.Patch elements found"
    rest, _, build = parts[2].partition("+")
    patch, dash, prerelease = rest.partition("-")
    for name, number in (("major", parts[0]), ("minor", parts[1]), ("patch", patch)):
        if not re.fullmatch(r"[0-9]*", number):
            return f"Invalid character(s) found in {name} number {go_quote(number)}"
        if len(number) > 1 and number.startswith("0"):
            return f"{name.title()} number must not contain leading zeroes {go_quote(number)}"
    for part in prerelease.split(".") if dash else ():
        if not part:
            return "Prerelease is empty"
        if part.isdigit() and len(part) > 1 and part.startswith("0"):
            return f"Numeric PreRelease version must not contain leading zeroes {go_quote(part)}"
        if not re.fullmatch(r"[0-9A-Za-z-]+", part):
            return f"Invalid character(s) found in prerelease {go_quote(part)}"
    bad = next((part for part in build.split(".") if not re.fullmatch(r"[0-9A-Za-z-]+", part)), None)
    return (
        f"Invalid character(s) found in build meta data {go_quote(bad)}"
        if bad
        else "Build meta data is empty"
    )


@_function("isSemver", "(string) -> bool", "(string, bool) -> bool")
def _is_semver(text: str, normalize: bool = False) -> bool:
    return _read_version(text, normalize=normalize) is not None


@_function("major", "semver.() -> int")
def _major(value: Version) -> int:
    return value.numbers[0]


@_function("minor", "semver.() -> int")
def _minor(value: Version) -> int:
    return value.numbers[1]


@_function("patch", "semver.() -> int")
def _patch(value: Version) -> int:
    return value.numbers[2]


def _strict(name: str, message: str) -> Callable[[str], list[str]]:
    return lambda text: [] if formats.validates(name, text) else [message]


_FORMATS: Final[dict[str, Callable[[str], list[str]]]] = {
    "dns1123Label": dns.is_dns1123_label,
    "dns1123Subdomain": dns.is_dns1123_subdomain,
    "dns1035Label": dns.is_dns1035_label,
    "qualifiedName": dns.is_qualified_name,
    "dns1123LabelPrefix": lambda text: dns.name_is_dns_label(text, True),
    "dns1123SubdomainPrefix": lambda text: dns.name_is_dns_subdomain(text, True),
    "dns1035LabelPrefix": lambda text: dns.name_is_dns1035_label(text, True),
    "labelValue": dns.is_valid_label_value,
    "uri": lambda text: [] if _read_url(text) else [f'parse "{text}": invalid URI for request'],
    "uuid": _strict("uuid", "does not match the UUID format"),
    "byte": _strict("byte", "invalid base64"),
    "date": _strict("date", "invalid date"),
    "datetime": _strict("datetime", "invalid datetime"),
}


@_function("format.named", "(string) -> optional(format)")
def _named(name: str) -> Optional:
    check = _FORMATS.get(name)
    return Optional() if check is None else Optional(NamedFormat(name, check), present=True)


@_function("validate", "format.(string) -> optional(list(string))")
def _validate(value: NamedFormat, text: str) -> Optional:
    problems = value.check(text)
    return Optional(list(problems), present=True) if problems else Optional()


def _declare_formats() -> None:
    for name, check in _FORMATS.items():

        def make(name: str = name, check: Callable[[str], list[str]] = check) -> NamedFormat:
            return NamedFormat(name, check)

        _function(f"format.{name}", "() -> format")(make)


_declare_formats()


def _compiled(pattern: str) -> "re.Pattern[str]":
    try:
        return compile_regex(pattern)
    except RegexError as error:
        raise CelError(f"Illegal regex: {error}") from None


@_function("find", "string.(string) -> string")
def _find(text: str, pattern: str) -> str:
    match = _compiled(pattern).search(text)
    return match[0] if match else ""


@_function("findAll", "string.(string) -> list(string)", "string.(string, int) -> list(string)")
def _find_all(text: str, pattern: str, count: int = -1) -> list[str]:
    found = [match[0] for match in _compiled(pattern).finditer(text)]
    return found if count < 0 else found[:count]


@_function("isSorted", *(f"list({kind}).() -> bool" for kind in _COMPARABLE))
def _is_sorted(items: list[Any]) -> bool:
    return all(one <= other for one, other in pairwise(items))


@_function("sum", *(f"list({kind}).() -> {kind}" for kind in _SUMMABLE))
def _sum(items: list[Any]) -> Any:
    if items and isinstance(items[0], Duration):
        return Duration(sum(item.nanoseconds for item in items))
    return sum(items)


@_function("max", *(f"list({kind}).() -> {kind}" for kind in _COMPARABLE))
def _max(items: list[Any]) -> Any:
    if not items:
        raise CelError("max called on empty list")
    return max(items)


@_function("min", *(f"list({kind}).() -> {kind}" for kind in _COMPARABLE))
def _min(items: list[Any]) -> Any:
    if not items:
        raise CelError("min called on empty list")
    return min(items)


@_function("indexOf", "list(A).(A) -> int")
def _index_of(items: list[Any], value: Any) -> int:
    return next((place for place, item in enumerate(items) if equal(item, value)), -1)


@_function("lastIndexOf", "list(A).(A) -> int")
def _last_index_of(items: list[Any], value: Any) -> int:
    return next((place for place in range(len(items) - 1, -1, -1) if equal(items[place], value)), -1)


@_function("jsonpatch.escapeKey", "(string) -> string")
def _escape_key(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1")


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Answers every question with yes: a plan asks as an administrator."""

    cel_type: str = "kubernetes.authorization.Authorizer"


_AUTHORIZER: Final = (
    ("path", "authorizer.(string) -> pathcheck", "PathCheck"),
    ("group", "authorizer.(string) -> groupcheck", "GroupCheck"),
    ("serviceAccount", "authorizer.(string, string) -> authorizer", "Authorizer"),
    ("resource", "groupcheck.(string) -> resourcecheck", "ResourceCheck"),
    ("subresource", "resourcecheck.(string) -> resourcecheck", "ResourceCheck"),
    ("namespace", "resourcecheck.(string) -> resourcecheck", "ResourceCheck"),
    ("name", "resourcecheck.(string) -> resourcecheck", "ResourceCheck"),
    ("fieldSelector", "resourcecheck.(string) -> resourcecheck", "ResourceCheck"),
    ("labelSelector", "resourcecheck.(string) -> resourcecheck", "ResourceCheck"),
    ("check", "pathcheck.(string) -> decision", "Decision"),
    ("check", "resourcecheck.(string) -> decision", "Decision"),
)


def _declare_authorizer() -> None:
    for name, signature, result in _AUTHORIZER:

        def answer(*_: Any, result: str = result) -> Authorizer:
            return Authorizer(f"kubernetes.authorization.{result}")

        _function(name, signature)(answer)
    for name, kind, value in (
        ("allowed", "bool", True),
        ("errored", "bool", False),
        ("error", "string", ""),
        ("reason", "string", ""),
    ):

        def tell(_: Any, value: Any = value) -> Any:
            return value

        _function(name, f"decision.() -> {kind}")(tell)


_declare_authorizer()
