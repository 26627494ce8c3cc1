"""Go's errors for texts that are not IP addresses.

Upstream: Go's net/netip (ParseAddr), which staging/src/k8s.io/apiserver/pkg/cel/library/ip.go reads addresses with
"""

import re
from typing import Final

from kplan.apiserver.field import go_quote

_DIGITS: Final = re.compile(r"[0-9]*", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-fA-F]*", re.ASCII)
_GROUPS: Final = 8


def address_problem(text: str) -> str:
    """Why a text is no address; empty if it is one."""
    found = re.search(r"[.:%]", text)
    if found is None:
        message, at = "unable to parse IP", ""
    elif found[0] == "%":
        message, at = "missing IPv6 address", ""
    else:
        message, at = _v4(text) if found[0] == "." else _v6(text)
    if not message:
        return ""
    return f"ParseAddr({go_quote(text)}): {message}" + (f" (at {go_quote(at)})" if at else "")


def _v4(text: str) -> tuple[str, str]:
    """What is wrong first, and the rest of the text from there."""
    place, fields = 0, 0
    while True:
        digits = _DIGITS.match(text, place)
        number = digits[0] if digits is not None else ""
        for length in range(1, len(number) + 1):
            if length > 1 and number[0] == "0":
                return "IPv4 field has octet with leading zero", ""
            if int(number[:length]) > 255:
                return "IPv4 field has value >255", ""
        end = place + len(number)
        if end == len(text):
            return ("", "") if fields == 3 else ("IPv4 address too short", "")
        if text[end] != ".":
            return "unexpected character", text[end:]
        if not number or end == len(text) - 1:
            return "IPv4 field must have at least one digit", text[end:]
        if fields == 3:
            return "IPv4 address too long", ""
        place, fields = end + 1, fields + 1


def _v6(text: str) -> tuple[str, str]:
    address, percent, zone = text.partition("%")
    if percent and not zone:
        return "zone must be a non-empty string", ""
    gap = address.startswith("::")
    rest, groups = address[2:] if gap else address, 0
    while rest and groups < _GROUPS:
        found = _HEX.match(rest)
        number = found[0] if found is not None else ""
        if len(number) > 4:
            return "each group must have 4 or less digits", rest
        if not number:
            return "each colon-separated field must have at least one digit", rest
        after = rest[len(number) :]
        if after.startswith("."):
            return _embedded(rest, groups, gap=gap)
        groups, rest = groups + 1, after
        if not rest:
            break
        if rest[0] != ":":
            return "unexpected character, want colon", rest
        if len(rest) == 1:
            return "colon must be followed by more characters", rest
        rest = rest[1:]
        if rest[0] == ":":
            if gap:
                return "multiple :: in address", rest
            gap, rest = True, rest[1:]
    if rest:
        return "trailing garbage after address", rest
    if groups < _GROUPS:
        return ("", "") if gap else ("address string too short", "")
    return ("the :: must expand to at least one field of zeros", "") if gap else ("", "")


def _embedded(rest: str, groups: int, *, gap: bool) -> tuple[str, str]:
    """An IPv4 address at the end of an IPv6 one, after so many groups."""
    if not gap and groups != _GROUPS - 2:
        return "embedded IPv4 address must replace the final 2 fields of the address", rest
    if groups > _GROUPS - 2:
        return "too many hex fields to fit an embedded IPv4 at the end of the address", rest
    message, at = _v4(rest)
    if message or not gap or groups < _GROUPS - 2:
        return message, at
    return "the :: must expand to at least one field of zeros", ""
