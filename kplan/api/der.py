"""DER: values within values, each with its tag.

Upstream: golang.org/x/crypto/cryptobyte
"""

from typing import Final

from kplan.namedtuples import NamedTuple

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OBJECT_IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30
EXPLICIT: Final = 0xA0
"""The tag of a field with number 0 that stands around a value."""


class DerError(ValueError):
    """Bytes that are no DER, or not what was expected there."""


class Value(NamedTuple):
    """One value."""

    tag: int
    content: bytes

    def parts(self, tag: int = SEQUENCE) -> "list[Value]":
        """The values within, of one that has this tag. Raises DerError."""
        return values(self.expected(tag))

    def number(self) -> int:
        """An integer. Raises DerError."""
        return int.from_bytes(self.expected(INTEGER), signed=True)

    def octets(self) -> bytes:
        """The bytes of an octet string. Raises DerError."""
        return self.expected(OCTET_STRING)

    def bits(self) -> bytes:
        """The bytes of a bit string of whole bytes. Raises DerError."""
        content = self.expected(BIT_STRING)
        if content[:1] != b"\0":
            raise DerError
        return content[1:]

    def identifier(self) -> bytes:
        """An object identifier, as it is written. Raises DerError."""
        return self.expected(OBJECT_IDENTIFIER)

    def expected(self, tag: int) -> bytes:
        """The content, if the tag is the one given. Raises DerError."""
        if self.tag != tag:
            raise DerError
        return self.content


def whole(content: bytes) -> Value:
    """The one value that the bytes encode. Raises DerError."""
    found, end = value_at(content, 0)
    if end < len(content):
        raise DerError
    return found


def values(content: bytes) -> list[Value]:
    """The values that follow each other in the bytes. Raises DerError."""
    found, at = list[Value](), 0
    while at < len(content):
        value, at = value_at(content, at)
        found.append(value)
    return found


def value_at(content: bytes, at: int) -> tuple[Value, int]:
    """The value at an offset, and the offset at which it ends. Raises DerError."""
    start, size = size_at(content, at + 1)
    if start + size > len(content):
        raise DerError
    return Value(content[at], content[start : start + size]), start + size


def size_at(content: bytes, at: int) -> tuple[int, int]:
    """Read the length at an offset: where the content begins, and how long it is. Raises DerError."""
    if at >= len(content):
        raise DerError
    first = content[at]
    if first < 0x80:
        return at + 1, first
    count = first & 0x7F
    if not 1 <= count <= 4 or at + 1 + count > len(content):
        raise DerError
    return at + 1 + count, int.from_bytes(content[at + 1 : at + 1 + count])
