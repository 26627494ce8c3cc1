"""The pod-template-hash: the suffix that names ReplicaSets and DaemonSet revisions, predictable before anything runs.

Upstream: pkg/controller/controller_utils.go (ComputeHash), pkg/util/hash/hash.go
"""

from typing import Any

from kplan.api.podtemplate.dump import dump
from kplan.api.podtemplate.layout import release

SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""Letters and digits that spell no word: what random suffixes and hashes are made of."""

_PRIME = 0x01000193
_OFFSET = 0x811C9DC5
_MASK = 0xFFFFFFFF


def pod_template_hash(template: Any, version: str, collisions: int | None = None) -> str:
    """The hash of a template as stored (defaulted), for a release such as ``1.36``."""
    data = dump(template, release(version)).encode()
    if collisions is not None:
        data += (collisions & _MASK).to_bytes(4, "little") + bytes(4)
    return safe_encode(str(fnv1a_32(data)))


def fnv1a_32(data: bytes) -> int:
    """FNV-1a with 32 bits: exclusive-or, then multiply."""
    state = _OFFSET
    for byte in data:
        state = ((state ^ byte) * _PRIME) & _MASK
    return state


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
