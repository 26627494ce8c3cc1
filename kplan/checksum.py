"""Digests without OpenSSL, as long as there is little to digest:
loading that takes longer than a small run's digests.
"""

import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash as Hash

_OWN: Final = "_sha2" if sys.version_info >= (3, 12) else "_sha256"
_LARGE: Final = 1 << 18
"""Bytes from which on OpenSSL is faster, its loading counted in."""


def sha256(content: bytes = b"") -> "Hash":
    """A digest begun with some content."""
    own = _own() if len(content) < _LARGE and "hashlib" not in sys.modules else None
    return own(content) if own else many(content)


@cache
def _own() -> "Callable[[bytes], Hash] | None":
    """Python's own; None if it is built without it."""
    try:
        made: Callable[[bytes], Hash] = import_module(_OWN).sha256
    except ImportError:
        return None
    return made


def fingerprint(content: bytes, *, size: int = 16) -> bytes:
    """A few bytes that tell contents apart: a third of the time of a SHA-256 without OpenSSL."""
    return _blake()(content, digest_size=size).digest()


@cache
def _blake() -> "Callable[..., Hash]":
    try:
        made: Callable[..., Hash] = import_module("_blake2").blake2b
    except ImportError:
        made = import_module("hashlib").blake2b
    return made


def many(content: bytes = b"") -> "Hash":
    """A digest begun with OpenSSL, which all later ones are made with as well."""
    from hashlib import sha256 as fast  # noqa: PLC0415 - see above

    return fast(content)
