"""Texts in quotes, of either sort, with Go's escapes.

Upstream: staging/src/k8s.io/client-go/util/jsonpath/parser.go (UnquoteExtend), strconv.UnquoteChar
"""

import re
from typing import Final

from kplan.kubectl.printers.jsonpath.nodes import JSONPathError

_ESCAPE: Final = re.compile(
    r"\\(?:([abfnrtv\\])|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-7]{3})|(.?))", re.DOTALL
)
_ESCAPES: Final = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\",
}  # fmt: skip


def unquoted(text: str) -> str:
    """What stands between the quotes. Raises JSONPathError for an escape that Go does not know."""
    quote, inside = text[0], text[1:-1]

    def character(match: re.Match[str]) -> str:
        simple, *codes, octal, other = match.groups()
        code = next((found for found in codes if found), None)
        if simple:
            return _ESCAPES[simple]
        if code or octal:
            return chr(int(code, 16) if code else int(octal, 8))
        if other != quote:
            raise JSONPathError(f"unquote string {text} error invalid syntax")
        return quote

    return _ESCAPE.sub(character, inside)
