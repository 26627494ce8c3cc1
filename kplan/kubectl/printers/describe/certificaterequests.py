"""Read a certificate request (PKCS#10): whom it names, and under which other names.

Upstream: crypto/x509 (ParseCertificateRequest), crypto/x509/pkix (Name),
    staging/src/k8s.io/kubectl/pkg/util/certificate
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from kplan.namedtuples import NamedTuple

_PEM: Final = re.compile(
    rb"-----BEGIN CERTIFICATE REQUEST-----(.*?)-----END CERTIFICATE REQUEST-----", re.DOTALL
)
_NAME_PART: Final = bytes((0x55, 0x04))
_EXTENSIONS: Final = bytes.fromhex("2a864886f70d01090e")
_ALTERNATIVE_NAMES: Final = bytes((0x55, 0x1D, 0x11))
_CONTEXT: Final = 0x80
_EMAIL, _DNS, _URI, _IP = (_CONTEXT | number for number in (1, 2, 6, 7))
_WIDE: Final = {0x1E: "utf-16-be", 0x1C: "utf-32-be", 0x14: "latin-1"}


class NotARequestError(ValueError):
    """The bytes are no certificate request."""


class Element(NamedTuple):
    """One value of DER: its tag and its content."""

    tag: int
    content: bytes

    def inside(self) -> "list[Element]":
        """The values it is made of."""
        return list(elements(self.content))


@dataclass(slots=True)
class CertificateRequest:
    """The parts of the subject by the last number of their identifiers, and the alternative names by their tags."""

    subject: dict[int, list[str]] = field(default_factory=dict)
    names: dict[int, list[str]] = field(default_factory=dict)

    @property
    def dns_names(self) -> list[str]:
        """Host names."""
        return self.names.get(_DNS, [])

    @property
    def emails(self) -> list[str]:
        """Mail addresses."""
        return self.names.get(_EMAIL, [])

    @property
    def uris(self) -> list[str]:
        """URIs."""
        return self.names.get(_URI, [])

    @property
    def addresses(self) -> list[str]:
        """IP addresses."""
        return self.names.get(_IP, [])


def parse(text: str) -> CertificateRequest:
    """Read base64 of PEM. Raises NotARequestError."""
    try:
        found = _PEM.search(base64.b64decode(text))
        if found is None:
            raise NotARequestError("PEM block type must be CERTIFICATE REQUEST")
        (whole,) = elements(base64.b64decode(found[1]))
        _, subject, _, *attributes = whole.inside()[0].inside()
    except (binascii.Error, IndexError, ValueError) as error:
        raise NotARequestError(str(error)) from error
    request = CertificateRequest()
    for pair in (pair for group in subject.inside() for pair in group.inside()):
        kind, value = pair.inside()
        if kind.content[:2] == _NAME_PART and len(kind.content) == 3:
            request.subject.setdefault(kind.content[2], []).append(_text(value))
    for name in (name for attribute in attributes for name in _alternatives(attribute)):
        request.names.setdefault(name.tag, []).append(_name(name))
    return request


def elements(data: bytes) -> Iterator[Element]:
    """The values that follow each other in bytes."""
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size]), at + size
        yield Element(tag, data[at : at + length])
        at += length


def _alternatives(attributes: Element) -> Iterator[Element]:
    for extension in _extensions(attributes):
        parts = extension.inside()
        if parts[0].content == _ALTERNATIVE_NAMES:
            (names,) = elements(parts[-1].content)
            yield from names.inside()


def _extensions(attributes: Element) -> Iterator[Element]:
    for attribute in attributes.inside():
        kind, values = attribute.inside()
        if kind.content == _EXTENSIONS:
            yield from values.inside()[0].inside()


def _text(value: Element) -> str:
    return value.content.decode(_WIDE.get(value.tag, "utf-8"), errors="replace")


def _name(name: Element) -> str:
    if name.tag == _IP and len(name.content) in (4, 16):
        return str(ipaddress.ip_address(name.content))
    return name.content.decode(errors="replace")
