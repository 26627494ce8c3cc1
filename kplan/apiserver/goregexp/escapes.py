"""A single character, escaped in a pattern, and spelled for RE2.

Upstream: Go's regexp/syntax/parse.go
"""

from typing import Final

from kplan.apiserver.goregexp.errors import RegexError

_CONTROLS: Final = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_OCTAL: Final = "01234567"
_HEX: Final = "0123456789abcdefABCDEF"
_LAST: Final = 0x10FFFF


def literal(char: str) -> str:
    """Spell one character so that it stands for itself, inside brackets and outside."""
    if char.isalnum() or char in "_ ":
        return char
    code = ord(char)
    if 0x20 < code < 0x7F:
        return "\\" + char
    return f"\\x{{{code:x}}}"


def escape_at(pattern: str, begin: int) -> tuple[int, int]:
    """Read an escaped character: its code point, and where it ends; raises RegexError."""
    at = begin + 1
    if at >= len(pattern):
        raise RegexError("trailing backslash at end of expression", "")
    char = pattern[at]
    if char in _OCTAL and (char == "0" or pattern[at + 1 : at + 2] in tuple(_OCTAL)):
        end = at + 1
        while end < at + 3 and pattern[end : end + 1] in tuple(_OCTAL):
            end += 1
        return int(pattern[at:end], 8), end
    if char == "x":
        return _hexadecimal(pattern, begin)
    if char in _CONTROLS:
        return _CONTROLS[char], at + 1
    if char.isascii() and not char.isalnum():
        return ord(char), at + 1
    raise RegexError("invalid escape sequence", pattern[begin : at + 1])


def _hexadecimal(pattern: str, begin: int) -> tuple[int, int]:
    at = begin + 2
    if not pattern.startswith("{", at):
        digits = pattern[at : at + 2]
        if len(digits) == 2 and all(char in _HEX for char in digits):
            return int(digits, 16), at + 2
        raise RegexError("invalid escape sequence", pattern[begin : at + 2])
    at += 1
    code = digits_read = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "}" and digits_read:
            return code, at
        if char not in _HEX:
            break
        code = code * 16 + int(char, 16)
        digits_read += 1
        if code > _LAST:
            break
    raise RegexError("invalid escape sequence", pattern[begin:at])
