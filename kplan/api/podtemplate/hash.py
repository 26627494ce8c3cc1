"""The pod-template-hash: the suffix that names ReplicaSets and DaemonSet revisions, predictable before anything runs.

Upstream: pkg/controller/controller_utils.go (ComputeHash), pkg/util/hash/hash.go
"""

from typing import Any, Final

from kplan.api.podtemplate.dump import dump
from kplan.api.podtemplate.layout import release

SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""Letters and digits that spell no word: what random suffixes and hashes are made of."""

_PRIME = 0x01000193
_OFFSET = 0x811C9DC5
_MASK = 0xFFFFFFFF
_LONG: Final = 256


def pod_template_hash(template: Any, version: str, collisions: int | None = None) -> str:
    """The hash of a template as stored (defaulted), for a release such as ``1.36``."""
    data = dump(template, release(version)).encode()
    if collisions is not None:
        data += (collisions & _MASK).to_bytes(4, "little") + bytes(4)
    return safe_encode(str(_ALIKE.fnv1a_32(data)))


def fnv1a_32(data: bytes, state: int = _OFFSET) -> int:
    """FNV-1a with 32 bits: exclusive-or, then multiply."""
    for byte in data:
        state = ((state ^ byte) * _PRIME) & _MASK
    return state


class Alike:
    """Hashes texts that often share their end with the previous one, as templates of workloads differ
    in a label and an image.

    An exclusive-or changes the lowest byte of the state alone, so that the rest of it is but multiplied: what an end
    adds depends on the lowest byte with which it is begun, and is worked out once for each of them.
    """

    def __init__(self) -> None:
        self._last = self._end = b""
        self._factor = 1
        self._added: dict[int, int] = {}

    def fnv1a_32(self, data: bytes) -> int:
        """The same result as the function of this name."""
        if not self._end or not data.endswith(self._end):
            self._take(_common_end(self._last, data))
            self._last = data
            return fnv1a_32(data)
        state = fnv1a_32(data[: -len(self._end)])
        low = state & 0xFF
        if low not in self._added:
            self._added[low] = fnv1a_32(self._end, low) - low * self._factor
        return (state * self._factor + self._added[low]) & _MASK

    def _take(self, end: bytes) -> None:
        """Expect this end from now on, if it is long enough to be worth it."""
        self._end = end if len(end) >= _LONG else b""
        self._factor = pow(_PRIME, len(end), _MASK + 1)
        self._added = {}


_ALIKE: Final = Alike()


def _common_end(one: bytes, other: bytes) -> bytes:
    """What two texts end with."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[-middle:] == other[-middle:]:
            least = middle
        else:
            most = middle - 1
    return other[len(other) - least :]


def fnv1a_128(data: bytes) -> int:
    """FNV-1a with 128 bits."""
    state = 0x6C62272E07BB014262B821756295C58D
    for byte in data:
        state = ((state ^ byte) * 0x0000000001000000000000000000013B) & (1 << 128) - 1
    return state


def fnv1_32(data: bytes) -> int:
    """FNV-1 with 32 bits: multiply, then exclusive-or."""
    state = _OFFSET
    for byte in data:
        state = (state * _PRIME & _MASK) ^ byte
    return state


def safe_encode(text: str) -> str:
    """Each character as one of the safe alphabet."""
    return "".join(SAFE_ALPHABET[ord(char) % len(SAFE_ALPHABET)] for char in text)
