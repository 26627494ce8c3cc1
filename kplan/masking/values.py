"""Where a value ends that a line gives to a name, and which values hold no credential.

A shell ends a word at ``;`` and YAML a text in brackets at ``,``, but the same signs are part of a value
elsewhere. So a value goes on to the end of its item, of its quotes or of its word: rather one sign too many is
hidden than half a password shown.
"""

import re
from bisect import bisect_right
from typing import Final

_TEXT: Final = r"""\\"[^"\\]*\\"|"[^"]*"|'[^']*'"""
_QUOTED: Final = r"""(?<!\w)(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*')"""
_BRACKETS: Final = r"""[ \t]*(?:- +)*(?:["']?[\w./-]+["']?[ \t]*:[ \t]+)?[\[{]"""
_ITEM: Final = r"[ \t]*(?:- +)+"
_AT_END: Final = r"""[\s"',;)\]}\\]|$"""
"""What stands behind a quote that ends a word: any other quote is a sign of the word."""
_WORDS: Final = {
    "": rf"""(?:[^\s"']|["'](?!{_AT_END}))+""",
    "[": rf"""(?:[^\s"',\]}}]|["'](?!{_AT_END}))+""",
    '"': rf"""(?:[^\s"'\\]|\\\\|'(?!{_AT_END}))+""",
    "'": rf"""(?:[^\s"']|''|"(?!{_AT_END}))+""",
    "?": r"""[^\s"'&\\]+""",
}
"""A word by what it stands in: a plain text, brackets, quotes of either kind, an address."""
_STANDS_FOR: Final = r"\$[a-z_]\w*|\$\{[^}]*\}?|\$\(.*\)|\$\([^)]*|\{\{.*?\}\}|<[^<>]*>|\*+"
_STAND_IN: Final = (
    r"""(?i:\$[a-z_]\w*|\$\{[^}]*\}?|\$\([^)]*\)?|\{\{[^{}]*\}\}|<[^<>]*>|\*+)(?=[\s"',;&|)\]}\\]|$)"""
)
_HARMLESS: Final = rf"(?i:true|false|yes|no|on|off|none|null|\d*|(?:~|\.{{1,2}})?/[\w./@:~-]*|{_STANDS_FOR})"
"""Switches, numbers, paths, and what is another text's place as a whole:
a credential may have any of these characters in it.
"""


def is_harmless(value: str) -> bool:
    """Whether a value, with or without quotes, is not a credential: a switch, a number, a path, or a reference."""
    inner = unquoted(value)
    return re.fullmatch(_HARMLESS, inner) is not None or (
        value[:1] not in ("\\", '"', "'") and re.fullmatch(_HARMLESS, inner.rstrip(";&|)]},")) is not None
    )


def unquoted(value: str) -> str:
    """A value without its quotes."""
    quote = value[: 2 if value.startswith("\\") else 1] if value[:1] in ("\\", '"', "'") else ""
    return value[len(quote) : len(value) - len(quote)].strip()


def ended(line: str, at: int, closers: str = "") -> int:
    """Where a plain value of YAML ends that begins at a place:
    at one of the ``closers`` of its brackets, at a comment, or with its line.
    """
    ends = [line.find(" #", at), line.find("\t#", at), *(line.find(one, at) for one in closers)]
    return min((end for end in ends if end >= 0), default=len(line))


class Values:
    """The values in one line."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._quoted = [found.span() for found in re.finditer(_QUOTED, line)]
        self._brackets = re.match(_BRACKETS, line) is not None
        item = re.match(_ITEM, line)
        self._item = item.end() if item is not None else -1

    def begun(self, name: int, at: int) -> str:
        """The value that begins at a place, its quotes with it; ``name`` is where its name or option begins."""
        line = self._line
        if (text := re.compile(_TEXT).match(line, at)) is not None:
            return text[0]
        around = self._around(at)
        if (one := re.compile(_STAND_IN).match(line, at)) is not None:
            return one[0]
        if line[name] == "-" and (found := self._whole(name, at, around)):
            return found
        kind = "?" if name and line[name - 1] in "?&" else around[:1]
        word = re.compile(_WORDS[kind]).match(line, at)
        return word[0] if word is not None else ""

    def _whole(self, name: int, at: int, around: str) -> str:
        """The rest of an item that has nothing but an option and its value; empty if it has more."""
        if around in ('"', "'"):
            begun, end = self._quoted[self._before(at)]
            return self._line[at : end - 1] if begun == name - 1 else ""
        if around == "[" and self._line[:name].rstrip()[-1:] in ("[", ","):
            return self._line[at : ended(self._line, at, ",]}")].rstrip()
        return self._line[at : ended(self._line, at)].rstrip() if not around and name == self._item else ""

    def _around(self, at: int) -> str:
        """The quote or the bracket that a place stands in."""
        number = self._before(at)
        if number >= 0 and self._quoted[number][0] < at < self._quoted[number][1]:
            return self._line[self._quoted[number][0]]
        return "[" if self._brackets else ""

    def _before(self, at: int) -> int:
        return bisect_right(self._quoted, (at,)) - 1
