"""Sealed bytes: encrypted so that only somebody who has a certain content can read them.

What a file reads as is as confidential as the file. It is called by one half of a digest of what the file holds, and
enciphered with the other half: who finds it learns nothing but whether it is of a file that they have. A digest is
about a key of the cache as well, so that no two programs encipher different messages alike.
"""

from typing import Final

from kplan.namedtuples import NamedTuple

_HALF: Final = 32


class Seal(NamedTuple):
    """What the sealed bytes of a content are called, and what opens them."""

    name: str
    secret: bytes


def seal_of(content: bytes, about: str) -> Seal:
    """The seal of a content under a key of the cache."""
    from hashlib import blake2b  # noqa: PLC0415 - most runs have too little to seal

    made = blake2b(content, key=about.encode()).digest()
    return Seal(made[:_HALF].hex(), made[_HALF:])


def applied(seal: Seal, content: bytes) -> bytes:
    """Bytes sealed, or sealed bytes opened: combined with as much of the secret's stream as there is of them."""
    from hashlib import shake_256  # noqa: PLC0415 - likewise

    stream = shake_256(seal.secret).digest(len(content))
    both = int.from_bytes(content, "little") ^ int.from_bytes(stream, "little")
    return both.to_bytes(len(content), "little")
