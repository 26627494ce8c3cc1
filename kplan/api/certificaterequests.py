"""What a PKCS #10 certificate request asks for: the subject and the alternative names; its key and signature are not looked at.

Upstream: pkg/apis/certificates/helpers.go (ParseCSR); RFC 2986, RFC 5280
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from kplan.namedtuples import NamedTuple

_BEGIN: Final = "-----BEGIN CERTIFICATE REQUEST-----"
_END: Final = "-----END CERTIFICATE REQUEST-----"
_COMMON_NAME: Final = bytes.fromhex("550403")
_ORGANISATION: Final = bytes.fromhex("55040a")
_EXTENSIONS: Final = bytes.fromhex("2a864886f70d01090e")
_ALTERNATIVE_NAMES: Final = bytes.fromhex("551d11")
_OCTETS: Final = 0x04
_ATTRIBUTES: Final = 0xA0
_KINDS: Final = {0x81: "email", 0x82: "dns", 0x86: "uri", 0x87: "ip"}

Element = tuple[int, bytes]
"""The tag of a DER element and what is in it."""


class Asked(NamedTuple):
    """What a certificate is to say."""

    common_name: str = ""
    organisations: tuple[str, ...] = ()
    alternative: frozenset[str] = frozenset()
    """The kinds of alternative names there are: email, dns, uri, ip."""


def parse_request(text: str) -> Asked | None:
    """Read ``spec.request``, a PEM block in base64; None where that is no certificate request."""
    try:
        pem = base64.b64decode(text).decode()
        body = pem.partition(_BEGIN)[2].partition(_END)[0]
        return _asked(base64.b64decode("".join(body.split()))) if body else None
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def _asked(der: bytes) -> Asked:
    (_, whole), *_ = _elements(der)
    (_, info), *_ = _elements(whole)
    _version, (_, subject), _key, *rest = _elements(info)
    names = [_pair(one) for _, group in _elements(subject) for _, one in _elements(group)]
    common = [text for kind, text in names if kind == _COMMON_NAME]
    organisations = tuple(text for kind, text in names if kind == _ORGANISATION)
    attributes = next((value for tag, value in rest if tag == _ATTRIBUTES), b"")
    return Asked(common[-1] if common else "", organisations, frozenset(_alternative(attributes)))


def _pair(der: bytes) -> tuple[bytes, str]:
    (_, kind), (_, value), *_ = _elements(der)
    return kind, value.decode()


def _alternative(attributes: bytes) -> Iterator[str]:
    """The kinds of alternative names that the requested extensions hold."""
    for _, attribute in _elements(attributes):
        (_, kind), (_, values), *_ = _elements(attribute)
        if kind != _EXTENSIONS:
            continue
        for _, extensions in _elements(values):
            for _, extension in _elements(extensions):
                parts = [*_elements(extension)]
                if parts[0][1] == _ALTERNATIVE_NAMES:
                    yield from _kinds(next(value for tag, value in parts if tag == _OCTETS))


def _kinds(der: bytes) -> Iterator[str]:
    for _, names in _elements(der):
        yield from (_KINDS[tag] for tag, _ in _elements(names) if tag in _KINDS)


def _elements(der: bytes) -> Iterator[Element]:
    """The elements that follow each other. Raises ValueError where they are cut short."""
    at = 0
    while at < len(der):
        if at + 2 > len(der):
            raise ValueError("cut short")
        tag, length, start = der[at], der[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, start = int.from_bytes(der[start : start + size], "big"), start + size
        at = start + length
        if at > len(der):
            raise ValueError("cut short")
        yield tag, der[start:at]
