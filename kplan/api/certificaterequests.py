"""What a PKCS #10 certificate request asks for: the subject and the alternative names; its key and
signature are not looked at.

Upstream: pkg/apis/certificates/helpers.go (ParseCSR); RFC 2986, RFC 5280
"""

import base64
from collections.abc import Iterator
from typing import Final

from kplan.api import der
from kplan.api.der import Value
from kplan.namedtuples import NamedTuple

_BEGIN: Final = "-----BEGIN CERTIFICATE REQUEST-----"
_END: Final = "-----END CERTIFICATE REQUEST-----"
_COMMON_NAME: Final = bytes.fromhex("550403")
_ORGANISATION: Final = bytes.fromhex("55040a")
_EXTENSIONS: Final = bytes.fromhex("2a864886f70d01090e")
_ALTERNATIVE_NAMES: Final = bytes.fromhex("551d11")
_SET: Final = 0x31
_ATTRIBUTES: Final = 0xA0
_KINDS: Final = {0x81: "email", 0x82: "dns", 0x86: "uri", 0x87: "ip"}


class Asked(NamedTuple):
    """What a certificate request asks to have certified."""

    common_name: str = ""
    organisations: tuple[str, ...] = ()
    alternative: frozenset[str] = frozenset()
    """The kinds of alternative names there are: email, dns, uri, ip."""


def parse_request(text: str) -> Asked | None:
    """Read ``spec.request``, a PEM block in base64; None if that is no certificate request."""
    try:
        pem = base64.b64decode(text).decode()
        body = pem.partition(_BEGIN)[2].partition(_END)[0]
        return _asked(der.whole(base64.b64decode("".join(body.split())))) if body else None
    except (ValueError, IndexError):
        return None


def _asked(request: Value) -> Asked:
    """Decode the request. Raises ValueError or IndexError if the bytes are not a certificate request."""
    _version, subject, _key, *rest = request.parts()[0].parts()
    names = [_pair(one) for group in subject.parts() for one in group.parts(_SET)]
    common = [text for kind, text in names if kind == _COMMON_NAME]
    organisations = tuple(text for kind, text in names if kind == _ORGANISATION)
    attributes = [one for each in rest if each.tag == _ATTRIBUTES for one in each.parts(_ATTRIBUTES)]
    alternative = frozenset(kind for one in attributes for kind in _alternative(one))
    return Asked(common[-1] if common else "", organisations, alternative)


def _pair(name: Value) -> tuple[bytes, str]:
    kind, value, *_ = name.parts()
    return kind.identifier(), value.content.decode()


def _alternative(attribute: Value) -> Iterator[str]:
    """The kinds of alternative names, if this attribute is the requested extensions."""
    kind, values = attribute.parts()
    if kind.identifier() != _EXTENSIONS:
        return
    for extension in (one for each in values.parts(_SET) for one in each.parts()):
        parts = extension.parts()
        if parts[0].identifier() == _ALTERNATIVE_NAMES:
            names = der.whole(parts[-1].octets()).parts()
            yield from (_KINDS[one.tag] for one in names if one.tag in _KINDS)
