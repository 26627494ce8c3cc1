"""Escape sequences inside CEL's texts and bytes.

Upstream: vendor/github.com/google/cel-go/parser/unescape.go
"""

import re
from typing import Final

_ESCAPES: Final = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "'": "'", '"': '"', "`": "`", "?": "?",
}  # fmt: skip


def all_bytes(text: str) -> bool:
    """Whether every character is one byte, and at least one of them is not ASCII."""
    return all(ord(char) < 256 for char in text) and any(ord(char) >= 128 for char in text)


def unescape(text: str, *, binary: bool) -> str:
    """Resolve the escape sequences. Raises ValueError with cel-go's message."""

    def replaced(match: "re.Match[str]") -> str:
        body = match[1]
        if body[0] in "xX":
            return chr(int(body[1:], 16))
        if body[0] in "uU":
            code = int(body[1:], 16)
            if binary:
                raise ValueError("unable to unescape string")
            if code > 0x10FFFF or 0xD800 <= code < 0xE000:
                raise ValueError("invalid unicode code point")
            return chr(code)
        if body[0].isdigit():
            return chr(int(body, 8))
        return _ESCAPES[body]

    return re.sub(
        r"\\([xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)",
        replaced,
        text,
        flags=re.DOTALL,
    )
