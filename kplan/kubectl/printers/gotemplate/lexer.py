"""A template as tokens.

Upstream: Go's text/template/parse/lex.go
"""

import re
from collections.abc import Iterator
from typing import Final

from kplan.apiserver.field import go_quote, go_unicode
from kplan.namedtuples import NamedTuple

KEYWORDS: Final = frozenset(
    {"block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with"}
)
_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\n]+)|(?P<declare>:=)|(?P<assign>=)|(?P<pipe>\|)|(?P<comma>,)|(?P<left>\()|(?P<right>\))
    |(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<raw>`[^`]*`)|(?P<char>'(?:[^'\\\n]|\\.)+')
    |(?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:[0-9][0-9_]*)?\.?[0-9][0-9_]*\.?(?:[eE][+-]?[0-9]+)?))(?![\w.])
    |(?P<variable>\$\w*)|(?P<field>\.\w+)|(?P<dot>\.)|(?P<word>\w+)""",
    re.VERBOSE,
)  # fmt: skip
_OTHER: Final = re.compile(r"(?P<other>[!#%&*/;<>?@\[\\\]^{}~])")
"""Characters that mean nothing, and are still tokens."""
_NAMES: Final = ("variable", "field", "word")
_NUMBER_LIKE: Final = re.compile(r"[+-]?[\w.]*")
_BLANKS: Final = " \t\r\n"


class Token(NamedTuple):
    """One token; ``kind`` is a name of the pattern, ``text``, ``open``, ``close``, ``keyword``, ``bool``,
    ``error`` or ``EOF``.
    """

    kind: str
    value: str
    pos: int

    def __str__(self) -> str:
        if self.kind == "EOF":
            return "EOF"
        if self.kind == "error":
            return self.value
        if self.kind == "keyword":
            return f"<{self.value}>"
        return f"{go_quote(self.value[:10])}..." if len(self.value) > 10 else go_quote(self.value)


def tokens(source: str) -> Iterator[Token]:
    """Read a template; a mistake is the last token."""
    at = 0
    trim = False
    while at < len(source):
        start = source.find("{{", at)
        text = source[at:] if start < 0 else source[at:start]
        cut = start >= 0 and _trims_left(source, start)
        shown = text.lstrip(_BLANKS) if trim else text
        if shown.rstrip(_BLANKS) if cut else shown:
            yield Token("text", shown.rstrip(_BLANKS) if cut else shown, at)
        if start < 0:
            break
        inside = start + (4 if cut else 2)
        if source.startswith("/*", inside):
            end = _comment_end(source, inside)
            if isinstance(end, str):
                yield Token("error", end, start)
                return
            at, trim = end, source[end - 3] == "-"
            continue
        yield Token("open", "{{", start)
        closed = None
        for token in _action(source, inside):
            yield token
            closed = token
        if closed is None or closed.kind != "close":
            return
        at, trim = closed.pos + len(closed.value), closed.value.startswith(" ") or "-" in closed.value
    yield Token("EOF", "", len(source))


def _trims_left(source: str, start: int) -> bool:
    return source.startswith("-", start + 2) and source[start + 3 : start + 4] in tuple(_BLANKS)


def _comment_end(source: str, inside: int) -> int | str:
    end = source.find("*/", inside)
    if end < 0:
        return "unclosed comment"
    rest = source[end + 2 :]
    if rest.startswith("}}"):
        return end + 4
    blank = len(rest) - len(rest.lstrip(_BLANKS))
    return (
        end + 2 + blank + 3
        if blank and rest[blank:].startswith("-}}")
        else "comment ends before closing delimiter"
    )


def _action(source: str, at: int) -> Iterator[Token]:
    depth = 0
    while True:
        close = _close(source, at)
        if close:
            if depth:
                yield Token("error", "unclosed left paren", at)
                return
            yield Token("close", close, at)
            return
        if at >= len(source):
            yield Token("error", "unclosed action", at)
            return
        match = _TOKEN.match(source, at) or _OTHER.match(source, at)
        if match is None:
            yield Token("error", _wrong(source, at), at)
            return
        kind = match.lastgroup or ""
        if kind in _NAMES and not _ends(source, match.end()):
            yield Token("error", f"bad character {go_unicode(source[match.end()])}", match.end())
            return
        depth += (kind == "left") - (kind == "right")
        if depth < 0:
            yield Token("error", "unexpected right paren", at)
            return
        yield Token(_kind(kind, match[0]), match[0], at)
        at = match.end()


def _kind(kind: str, text: str) -> str:
    if kind != "word":
        return kind
    return "bool" if text in ("true", "false") else "keyword" if text in KEYWORDS else "word"


def _close(source: str, at: int) -> str:
    if source.startswith("}}", at):
        return "}}"
    blank = at
    while source[blank : blank + 1] in tuple(_BLANKS):
        blank += 1
    return source[at : blank + 3] if blank > at and source.startswith("-}}", blank) else ""


def _wrong(source: str, at: int) -> str:
    char = source[at]
    if char == '"':
        return "unterminated quoted string"
    if char == "`":
        return "unterminated raw quoted string"
    if char == "'":
        return "unterminated character constant"
    if char in "+-.0123456789":
        found = _NUMBER_LIKE.match(source, at)
        return f"bad number syntax: {go_quote(found[0] if found else char)}"
    if char == ":":
        return "expected :="
    return f"unrecognized character in action: {go_unicode(char)}"


def _ends(source: str, at: int) -> bool:
    """Whether a name may end here."""
    return source[at : at + 1] in ("", *_BLANKS, ".", ",", "|", ":", ")", "(") or source.startswith("}}", at)
