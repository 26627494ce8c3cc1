"""What Go's encoding/json says about a text that it cannot decode.

Secrets and annotations hold JSON as text, and the server repeats the decoder's own words.

Upstream: pkg/apis/core/validation/validation.go
"""

import json
from typing import Any, Final

from kplan.apiserver.field import go_quote

_SPACE: Final = frozenset(" \t\r\n")
_DIGITS: Final = frozenset("0123456789")
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_END: Final = "unexpected end of JSON input"
_LITERALS: Final = {"t": "true", "f": "false", "n": "null"}


class _SyntaxError(Exception):
    """Raised where Go's scanner would stop."""


def decode_error(text: str | bytes, target: str) -> str:
    """The decoder's error for a text that is not a ``target`` (a Go map or slice type); empty if it is one."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    scanner = _Scanner(raw.decode("latin-1"))
    try:
        scanner.document()
    except _SyntaxError as error:
        return str(error)
    value: Any = json.loads(raw.decode("utf-8", "replace"), strict=False)
    wanted = list if target.startswith("[]") else dict
    if value is None or isinstance(value, wanted):
        return ""
    return f"json: cannot unmarshal {kind_of(value)} into Go value of type {target}"


def stream_error(text: str) -> str:
    """The error for the first invalid JSON value of a stream, from a decoder that reads on; empty if all are valid."""
    scanner = _Scanner(text.encode("utf-8", "surrogatepass").decode("latin-1"))
    try:
        scanner.value("looking for beginning of value")
    except _SyntaxError as error:
        return "unexpected EOF" if str(error) == _END else f"json: offset {scanner.at + 1}: {error}"
    return ""


def kind_of(value: Any) -> str:
    """What the decoder calls a value: ``string``, ``array``."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    return "object" if isinstance(value, dict) else "number"


def _quote(char: str) -> str:
    if char == "'":
        return r"'\''"
    return "'\"'" if char == '"' else f"'{go_quote(char)[1:-1]}'"


class _Scanner:
    """Walks the text, a character a byte, as Go's scanner does and stops with its words."""

    __slots__ = ("at", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def document(self) -> None:
        """One value and nothing after it."""
        self.value("looking for beginning of value")
        self.skip()
        if self.at < len(self.text):
            self.fail("after top-level value")

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self.at += 1

    def fail(self, context: str) -> None:
        """Stop at the present character."""
        if self.at >= len(self.text):
            raise _SyntaxError(_END)
        raise _SyntaxError(f"invalid character {_quote(self.text[self.at])} {context}")

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def value(self, context: str) -> None:
        self.skip()
        char = self.peek()
        if char == "{":
            self.members()
        elif char == "[":
            self.items()
        elif char == '"':
            self.string()
        elif char == "-" or (char and char in _DIGITS):
            self.number()
        elif char in _LITERALS and char:
            self.literal(_LITERALS[char])
        else:
            self.fail(context)

    def members(self) -> None:
        self.at += 1
        self.skip()
        if self.peek() == "}":
            self.at += 1
            return
        while True:
            self.skip()
            if self.peek() != '"':
                self.fail("looking for beginning of object key string")
            self.string()
            self.skip()
            if self.peek() != ":":
                self.fail("after object key")
            self.at += 1
            self.value("looking for beginning of value")
            if self.closed("}", "after object key:value pair"):
                return

    def items(self) -> None:
        self.at += 1
        self.skip()
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            self.value("looking for beginning of value")
            if self.closed("]", "after array element"):
                return

    def closed(self, bracket: str, context: str) -> bool:
        self.skip()
        char = self.peek()
        if char not in {",", bracket}:
            self.fail(context)
        self.at += 1
        return char == bracket

    def string(self) -> None:
        self.at += 1
        while self.peek() != '"':
            char = self.peek()
            if char == "\\":
                self.escape()
                continue
            if not char or ord(char) < 0x20:
                self.fail("in string literal")
            self.at += 1
        self.at += 1

    def escape(self) -> None:
        self.at += 1
        char = self.peek()
        if char == "u":
            for _ in range(4):
                self.at += 1
                if self.peek() not in _HEX or not self.peek():
                    self.fail("in \\u hexadecimal character escape")
        elif not char or char not in 'bfnrt\\/"':
            self.fail("in string escape code")
        self.at += 1

    def number(self) -> None:
        if self.peek() == "-":
            self.at += 1
            self.require_digit("in numeric literal")
        if self.peek() == "0":
            self.at += 1
        else:
            self.digits()
        if self.peek() == ".":
            self.at += 1
            self.require_digit("after decimal point in numeric literal")
            self.digits()
        if self.peek() in {"e", "E"}:
            self.at += 1
            if self.peek() in {"+", "-"}:
                self.at += 1
            self.require_digit("in exponent of numeric literal")
            self.digits()

    def require_digit(self, context: str) -> None:
        if self.peek() not in _DIGITS or not self.peek():
            self.fail(context)

    def digits(self) -> None:
        while self.peek() and self.peek() in _DIGITS:
            self.at += 1

    def literal(self, word: str) -> None:
        for char in word:
            if self.peek() != char:
                self.fail(f"in literal {word} (expecting {_quote(char)})")
            self.at += 1
