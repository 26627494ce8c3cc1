"""PEM: the blocks of a text and their bytes; what is not one of them is passed over.

Upstream: go: src/encoding/pem/pem.go
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from kplan.namedtuples import NamedTuple

_BLOCK: Final = re.compile(
    rb"(?:^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n(.*?)-----END \1-----[ \t\r]*(?=\n|$)", re.DOTALL
)
_HEADER: Final = re.compile(rb"[^\n:]+:[^\n]*\n")


class Block(NamedTuple):
    """One block."""

    label: str
    """``CERTIFICATE``, ``PRIVATE KEY``."""
    content: bytes


def blocks(text: bytes) -> Iterator[Block]:
    """The blocks of a text, in order."""
    for found in _BLOCK.finditer(text):
        label, body = found.groups()
        while header := _HEADER.match(body):
            body = body[header.end() :]
        try:
            content = base64.b64decode(b"".join(body.split()), validate=True)
        except binascii.Error:
            continue
        yield Block(label.decode(errors="replace"), content)
