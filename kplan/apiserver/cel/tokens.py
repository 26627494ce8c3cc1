"""Splits CEL text into tokens, and decodes the constants among them.

Upstream: vendor/github.com/google/cel-go/parser/gen/CEL.g4, vendor/github.com/google/cel-go/parser/unescape.go
"""

import math
import re
from typing import Any, Final

from kplan.apiserver.cel.escapes import all_bytes, unescape
from kplan.apiserver.cel.values import UInt
from kplan.namedtuples import NamedTuple

Problem = tuple[int, str]
"""An offset in the text, and the error there."""
KEYWORDS: Final = frozenset(
    {
        "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
        "package", "namespace", "null", "return", "true", "var", "void", "while",
    }
)  # fmt: skip
"""Reserved names; a schema's field with such a name is also reachable as ``__namespace__``."""
_ESCAPE: Final = r"\\(?:[abfnrtv\"'\\?`]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})"
_BROKEN_ESCAPE: Final = r"\\(?:[xX][0-9a-fA-F]?|u[0-9a-fA-F]{0,3}|U[0-9a-fA-F]{0,7}|[0-3][0-7]?)?"
"""The beginning of an escape sequence that is incomplete."""
_WHOLE: Final = rf"(?s:(?:{_ESCAPE}|[^\\])*)"
"""A quoted text in which every escape sequence is valid."""
_PLAIN: Final = r"\\."
"""Any escape sequence, valid or not: enough to find where a quoted text ends."""


def _pattern(escape: str) -> str:
    """The pattern of a token, in which ``escape`` matches the escape sequences of quoted texts."""
    strings = "|".join(
        rf"{quote}{{3}}(?:{escape}|[^\\])*?{quote}{{3}}|{quote}(?:{escape}|[^\\\r\n{quote}])*{quote}"
        for quote in "\"'"
    )
    raw = "|".join(rf"{quote}{{3}}.*?{quote}{{3}}|{quote}[^\r\n{quote}]*{quote}" for quote in "\"'")
    return rf"""(?asx:(?P<skip>[ \t\r\n\f]+|//[^\n]*)
    |(?P<float>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<uint>(?:0x[0-9a-fA-F]+|\d+)[uU])
    |(?P<int>0x[0-9a-fA-F]+|\d+)
    |(?P<rawbytes>[bB][rR](?:{raw}))
    |(?P<bytes>[bB](?:{strings}))
    |(?P<raw>[rR](?:{raw}))
    |(?P<string>{strings})
    |(?P<ident>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<quoted>`[A-Za-z0-9_.\-/ ]+`)
    |(?P<op>==|!=|<=|>=|&&|\|\||[<>!+\-*/%?:.,()\[\]{{}}]))"""


_TOKEN: Final = re.compile(_pattern(_PLAIN))
_BEGUN: Final = {
    **{quote: rf"{quote}(?:{_ESCAPE}|[^\\\r\n{quote}])*(?:{_BROKEN_ESCAPE})?" for quote in "\"'"},
    "`": r"`[A-Za-z0-9_.\-/ ]*",
}
"""What is read of a quoted text before the character that makes it none; compiled for the first that is none."""
_MOST_DIGITS: Final = 20
"""As many as the largest number has that 64 bits hold."""


class Token(NamedTuple):
    """A word of the text, with its kind and place."""

    kind: str
    text: str
    at: int


def scanned(text: str) -> tuple[list[Token], list[Problem]]:
    """The tokens of a text, with one for its end, and an error for every part that is not a token."""
    tokens, problems = list[Token](), list[Problem]()
    at = 0
    while at < len(text):
        match = _match(text, at)
        if match is None:
            end = _end_of_unreadable(text, at)
            problems.append((at, f"Syntax error: token recognition error at: '{shown(text[at:end])}'"))
            at = end
            continue
        if match.lastgroup != "skip":
            kind = "bytes" if match.lastgroup == "rawbytes" else match.lastgroup or ""
            tokens.append(Token(kind, match[0], at))
        at = match.end()
    return [*tokens, Token("end", "<EOF>", len(text))], problems


def _match(text: str, at: int) -> re.Match[str] | None:
    """The token at an offset, provided that its escape sequences are valid."""
    match = _TOKEN.match(text, at)
    if match is None or match.lastgroup not in {"string", "bytes"} or "\\" not in match[0]:
        return match
    return match if re.fullmatch(_WHOLE, match[0]) else re.compile(_pattern(_ESCAPE)).match(text, at)


def _end_of_unreadable(text: str, at: int) -> int:
    """Where ANTLR's lexer ends an invalid token: behind the first character that fits nothing."""
    char = text[at]
    if char in "\"'`":
        begun = re.compile(_BEGUN[char]).match(text, at)
        assert begun is not None
        return min(begun.end() + 1, len(text))
    return min(at + 2, len(text)) if char in "=&|" else at + 1


def shown(text: str) -> str:
    """A part of the text within an error."""
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def constant(token: Token) -> Any:
    """The value of a number or of a quoted text. Raises ValueError."""
    text = token.text
    if token.kind == "float":
        value = float(text)
        if math.isinf(value):
            raise ValueError("invalid double literal")
        return value
    if token.kind not in {"int", "uint"}:
        return _unquoted(text)
    number = _number(text.rstrip("uU"))
    if token.kind == "uint":
        if number >= 2**64:
            raise ValueError("invalid uint literal")
        return UInt(number)
    if not -(2**63) <= number < 2**63:
        raise ValueError("invalid int literal")
    return number


def _number(digits: str) -> int:
    """The value of a number; one with more digits than any type holds is out of every range."""
    if digits.lstrip("-")[:2].lower() == "0x":
        return int(digits, 16)
    significant = digits.lstrip("0") or "0"
    return int(significant) if len(significant) <= _MOST_DIGITS else 10**_MOST_DIGITS


def _unquoted(text: str) -> str | bytes:
    binary = text[0] in "bB"
    body = text.lstrip("bBrR")
    raw = "r" in text[: len(text) - len(body)].lower()
    size = 3 if body.startswith(('"""', "'''")) and len(body) >= 6 else 1
    inner = body[size:-size]
    if not raw:
        inner = unescape(inner, binary=binary)
    if not binary:
        return inner
    return inner.encode("latin-1" if not raw and all_bytes(inner) else "utf-8")
