"""From the private number of an elliptic curve to the public point.

Nothing here is kept secret by constant time: the key is the user's own file, and the answer is only whether it fits.

Upstream: go: src/crypto/elliptic, src/crypto/ed25519
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from kplan.namedtuples import NamedTuple

Point = tuple[int, int]


class Curve(NamedTuple):
    """A curve y^2 = x^3 - 3x + b over a prime field, as all of NIST's are."""

    prime: int
    generator: Point

    @property
    def size(self) -> int:
        """How many bytes a coordinate takes."""
        return (self.prime.bit_length() + 7) // 8

    def public(self, private: int) -> Point:
        """The public point of a private number, which is not 0."""
        result = _multiple(self.generator, private, self._sum)
        assert result is not None
        return result

    def _sum(self, left: Point, right: Point) -> Point:
        prime, (x, y), (u, v) = self.prime, left, right
        slope = (3 * x * x - 3) * pow(2 * y, -1, prime) if left == right else (v - y) * pow(u - x, -1, prime)
        w = (slope * slope - x - u) % prime
        return w, (slope * (x - w) - y) % prime


def _multiple(point: Point, times: int, add: Callable[[Point, Point], Point]) -> Point | None:
    """A point added to itself so many times; None for none."""
    result = None
    while times:
        if times & 1:
            result = point if result is None else add(result, point)
        point, times = add(point, point), times >> 1
    return result


def _hex(text: str) -> int:
    return int(text.replace(" ", ""), 16)


P224: Final = Curve(2**224 - 2**96 + 1, (
    _hex("b70e0cbd 6bb4bf7f 321390b9 4a03c1d3 56c21122 343280d6 115c1d21"),
    _hex("bd376388 b5f723fb 4c22dfe6 cd4375a0 5a074764 44d58199 85007e34"),
))  # fmt: skip
P256: Final = Curve(2**256 - 2**224 + 2**192 + 2**96 - 1, (
    _hex("6b17d1f2 e12c4247 f8bce6e5 63a440f2 77037d81 2deb33a0 f4a13945 d898c296"),
    _hex("4fe342e2 fe1a7f9b 8ee7eb4a 7c0f9e16 2bce3357 6b315ece cbb64068 37bf51f5"),
))  # fmt: skip
P384: Final = Curve(2**384 - 2**128 - 2**96 + 2**32 - 1, (
    _hex("aa87ca22 be8b0537 8eb1c71e f320ad74 6e1d3b62 8ba79b98 59f741e0 82542a38 5502f25d bf55296c 3a545e38 72760ab7"),
    _hex("3617de4a 96262c6f 5d9e98bf 9292dc29 f8f41dbd 289a147c e9da3113 b5f0b8c0 0a60b1ce 1d7e819d 7a431d7c 90ea0e5f"),
))  # fmt: skip
P521: Final = Curve(2**521 - 1, (
    _hex("c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66"),
    _hex("11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650"),
))  # fmt: skip

CURVES: Final[Mapping[bytes, Curve]] = {
    bytes.fromhex("2b81040021"): P224,
    bytes.fromhex("2a8648ce3d030107"): P256,
    bytes.fromhex("2b81040022"): P384,
    bytes.fromhex("2b81040023"): P521,
}
"""By object identifier."""

_ED_PRIME: Final = 2**255 - 19
_ED_D: Final = -121665 * pow(121666, -1, _ED_PRIME) % _ED_PRIME
_ED_BASE: Final = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
)


def ed25519_public(seed: bytes) -> bytes:
    """The public key of a seed."""
    digest = bytearray(hashlib.sha512(seed).digest()[:32])
    digest[0] &= 248
    digest[31] = digest[31] & 127 | 64
    point = _multiple(_ED_BASE, int.from_bytes(digest, "little"), _ed_sum)
    assert point is not None
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _ed_sum(left: Point, right: Point) -> Point:
    (x, y), (u, v) = left, right
    product = _ED_D * x * u * y * v
    return (
        (x * v + y * u) * pow(1 + product, -1, _ED_PRIME) % _ED_PRIME,
        (y * v + x * u) * pow(1 - product, -1, _ED_PRIME) % _ED_PRIME,
    )
