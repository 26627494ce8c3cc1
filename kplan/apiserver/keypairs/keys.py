"""The public key of a certificate, and the one that belongs to a private key.

Upstream: go: src/crypto/x509/{parser,pkcs1,pkcs8,sec1}.go
"""

from typing import Final

from kplan.api import der
from kplan.api.der import DerError, Value
from kplan.apiserver.keypairs.curves import CURVES, ed25519_public
from kplan.namedtuples import NamedTuple

RSA: Final = bytes.fromhex("2a864886f70d010101")
ECDSA: Final = bytes.fromhex("2a8648ce3d0201")
ED25519: Final = bytes.fromhex("2b6570")

_X25519: Final = bytes.fromhex("2b656e")
"""Of which keys can be read, and no certificate is signed."""

_NO_OPTIONS: Final = (
    "{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false "
    "omitEmpty:false}"
)


class PublicKey(NamedTuple):
    """What tells one public key from another; empty algorithm for one that nobody knows."""

    algorithm: bytes
    value: bytes = b""


class UnsupportedCurveError(DerError):
    """A certificate on a curve that Go does not know."""


class TrailingDataError(DerError):
    """A certificate that is followed by more."""


class UnknownKeyError(DerError):
    """A private key of an algorithm that no certificate has."""


class UnknownCurveError(UnknownKeyError):
    """A private key, in PKCS #8, on a curve that Go does not know."""


class TagError(DerError):
    """A private key that starts with another ASN.1 tag than expected; the text is that of Go's asn1 package."""


def of_certificate(content: bytes) -> PublicKey:
    """The public key of a certificate. Raises DerError."""
    certificate, end = der.value_at(content, 0)
    public = _of_certificate(certificate)
    if end < len(content):
        raise TrailingDataError
    return public


def _of_certificate(certificate: Value) -> PublicKey:
    signed = certificate.parts()[0].parts()
    fields = signed[1:] if signed and signed[0].tag == der.EXPLICIT else signed
    if len(fields) < 6:
        raise DerError
    algorithm, key = fields[5].parts()
    name, *parameters = algorithm.parts()
    kind, bits = name.identifier(), key.bits()
    if kind == RSA:
        return _rsa(der.whole(bits).parts()[0].number())
    if kind == ECDSA:
        curve = parameters[0].identifier()
        if curve not in CURVES:
            raise UnsupportedCurveError
        return PublicKey(ECDSA, curve + bits)
    return PublicKey(ED25519, bits) if kind == ED25519 else PublicKey(b"")


def of_private_key(content: bytes) -> PublicKey:
    """The public key of a private one, in whichever of its forms that is. Raises DerError."""
    _check_tag(content)
    for form in (_pkcs1, _pkcs8, _sec1):
        try:
            return form(der.whole(content).parts())
        except UnknownKeyError:
            raise
        except (DerError, ValueError, IndexError):
            continue
    raise DerError


def _check_tag(content: bytes) -> None:
    """Check the tag that a private key starts with. Raises TagError."""
    first, (start, length) = content[0] if content else der.SEQUENCE, der.size_at(content, 1)
    if first != der.SEQUENCE and first & 0x1F != 0x1F:
        compound = "true" if first & 0x20 else "false"
        given = f"{{class:{first >> 6} tag:{first & 0x1F} length:{length} isCompound:{compound}}}"
        raise TagError(
            f"asn1: structure error: tags don't match (16 vs {given}) {_NO_OPTIONS} pkcs8 @{start}"
        )


def _pkcs1(parts: list[Value]) -> PublicKey:
    if len(parts) < 9:
        raise DerError
    return _rsa(parts[1].number())


def _pkcs8(parts: list[Value]) -> PublicKey:
    name, *parameters = parts[1].parts()
    inner, kind = parts[2].octets(), name.identifier()
    if kind == RSA:
        return _pkcs1(der.whole(inner).parts())
    if kind == ECDSA:
        if (curve := parameters[0].identifier()) not in CURVES:
            raise UnknownCurveError
        return _point(curve, der.whole(inner).parts()[1].octets())
    if kind == ED25519:
        return PublicKey(ED25519, ed25519_public(der.whole(inner).octets()))
    if kind == _X25519:
        raise UnknownKeyError
    raise DerError


def _sec1(parts: list[Value]) -> PublicKey:
    curves = [part for part in parts if part.tag == der.EXPLICIT]
    return _point(der.whole(curves[0].content).identifier(), parts[1].octets())


def _rsa(modulus: int) -> PublicKey:
    return PublicKey(RSA, modulus.to_bytes(modulus.bit_length() // 8 + 1))


def _point(name: bytes, private: bytes) -> PublicKey:
    curve, number = CURVES.get(name), int.from_bytes(private)
    if curve is None or not number:
        raise DerError
    x, y = curve.public(number)
    return PublicKey(ECDSA, name + b"\4" + x.to_bytes(curve.size) + y.to_bytes(curve.size))
