"""CEL text in tokens, and the values of those that are constants.

Upstream: vendor/github.com/google/cel-go/parser/gen/CEL.g4, vendor/github.com/google/cel-go/parser/unescape.go
"""

import re
from typing import Any, Final

from kplan.apiserver.cel.escapes import all_bytes, unescape
from kplan.apiserver.cel.values import UInt
from kplan.namedtuples import NamedTuple

Problem = tuple[int, str]
"""A place in the text, and what is wrong there."""
KEYWORDS: Final = frozenset(
    {
        "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
        "package", "namespace", "null", "return", "true", "var", "void", "while",
    }
)  # fmt: skip
"""Names that variables cannot have; a field of a schema that is called so is ``__namespace__`` as well."""
_TOKEN: Final = re.compile(
    r"""(?P<skip>[ \t\r\n\f]+|//[^\n]*)
    |(?P<float>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<uint>(?:0x[0-9a-fA-F]+|\d+)[uU])
    |(?P<int>0x[0-9a-fA-F]+|\d+)
    |(?P<bytes>[bB][rR]?(?:"{3}(?:\\.|[^\\])*?"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^\\"\r\n])*"|'(?:\\.|[^\\'\r\n])*'))
    |(?P<raw>[rR](?:"{3}.*?"{3}|'{3}.*?'{3}|"[^"\r\n]*"|'[^'\r\n]*'))
    |(?P<string>"{3}(?:\\.|[^\\])*?"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^\\"\r\n])*"|'(?:\\.|[^\\'\r\n])*')
    |(?P<ident>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<quoted>`[A-Za-z0-9_.\-/ ]+`)
    |(?P<op>==|!=|<=|>=|&&|\|\||[<>!+\-*/%?:.,()\[\]{}])""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_MOST_DIGITS: Final = 20
"""As many as the largest number has that 64 bits hold."""


class Token(NamedTuple):
    """A word of the text, with its kind and place."""

    kind: str
    text: str
    at: int


def scanned(text: str) -> tuple[list[Token], list[Problem]]:
    """The tokens of a text, with one for its end, and what of it is none."""
    tokens, problems = list[Token](), list[Problem]()
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            end = _end_of_unreadable(text, at)
            problems.append((at, f"Syntax error: token recognition error at: '{text[at:end]}'"))
            at = end
            continue
        if match.lastgroup != "skip":
            tokens.append(Token(match.lastgroup or "", match[0], at))
        at = match.end()
    return [*tokens, Token("end", "<EOF>", len(text))], problems


def _end_of_unreadable(text: str, at: int) -> int:
    """How far ANTLR's lexer reads what it then takes for no token: a quoted text to the end of its line."""
    end = at + 1
    char = text[at]
    if char in "\"'":
        while end < len(text) and text[end] not in "\r\n":
            end += 1
    elif char == "=" or (char in "&|" and end < len(text)):
        end = min(at + 2, len(text))
    return end


def constant(token: Token) -> Any:
    """The value of a number or of a quoted text. Raises ValueError."""
    text = token.text
    if token.kind == "float":
        return float(text)
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
    """A number; one of more digits than any type holds is beyond them all, whatever it is."""
    if digits[:2].lower() == "0x":
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
