"""SHA-256 without OpenSSL, as long as there is little to digest: loading that takes longer than a small run's digests."""

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

_LARGE: Final = 1 << 18
"""Bytes from which on OpenSSL is faster, its loading counted in."""


def sha256(content: bytes = b"") -> "Hash":
    """A digest begun with some content."""
    if len(content) < _LARGE and "hashlib" not in sys.modules:
        try:
            from _sha2 import sha256 as own  # type: ignore[import-not-found]  # noqa: PLC0415 - Python 3.12 and later
        except ImportError:
            try:
                from _sha256 import sha256 as own  # type: ignore[import-not-found]  # noqa: PLC0415 - Python 3.11
            except ImportError:
                return many(content)
        begun: Hash = own(content)
        return begun
    return many(content)


def many(content: bytes = b"") -> "Hash":
    """A digest begun with OpenSSL, which all later ones are made with as well."""
    from hashlib import sha256 as fast  # noqa: PLC0415 - see above

    return fast(content)
