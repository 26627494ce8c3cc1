"""A text and places in it: where every document, value and message of a run comes from."""

import re
from typing import NamedTuple

from kplan.diagnostics import Location
from kplan.manifest.credentials import concealed_line

_EXCERPT_WIDTH = 120
_MANIFEST = r"""(?:^|[\s{,"'])(?:apiVersion|kind|metadata|spec|data)["']?\s*:"""
_OF_SECRETS = r"""["']?kind["']?\s*:\s*["']?Secret(?:List)?\b"""


class Position(NamedTuple):
    """A place between characters; line and column from 0."""

    line: int
    column: int


class Span(NamedTuple):
    """From one place up to another."""

    start: Position
    end: Position


class Source:
    """One file (or standard input) as text, line ends normalised."""

    __slots__ = ("_lines", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._lines: list[str] = []

    @property
    def lines(self) -> list[str]:
        """The text by line, split when first asked for."""
        if not self._lines:
            self._lines = self.text.split("\n")
        return self._lines

    def location(self, span: Span) -> Location:
        """The span as editors count, from 1."""
        start, end = span
        return Location(self.name, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _holds_secret(self, line: int) -> bool:
        """Whether the document around a line is a Secret, or holds one: its lines are not for everybody's eyes."""
        if "secret" not in self.text.lower():
            return False
        first = last = line
        while first > 0 and not self.lines[first].startswith("---"):
            first -= 1
        while last + 1 < len(self.lines) and not self.lines[last + 1].startswith("---"):
            last += 1
        return any(re.search(_OF_SECRETS, text, re.IGNORECASE) for text in self.lines[first : last + 1])

    def _shows_manifest(self) -> bool:
        """Whether the text is meant as a manifest: lines of any other file are nobody's business."""
        return "\napiVersion:" in f"\n{self.text[:4096]}" or re.search(_MANIFEST, self.text) is not None

    def _concealed(self, line: int) -> str:
        """A line with what looks like a credential masked."""
        around = tuple(self.lines[max(0, line - 2) : line] + self.lines[line + 1 : line + 3])
        return concealed_line(self.lines[line], neighbours=around)

    def text_at(self, span: Span) -> str:
        """The text of a span within one line; nothing of a Secret."""
        start, end = span
        if start.line != end.line or start.line >= len(self.lines) or self._holds_secret(start.line):
            return ""
        return self.lines[start.line][start.column : end.column].strip()

    def excerpt(self, span: Span) -> str:
        """The line of the place and the one above it, a caret under the span; nothing of a Secret."""
        start, end = span
        if start.line >= len(self.lines) or self._holds_secret(start.line) or not self._shows_manifest():
            return ""
        gutter = len(str(start.line + 1))
        line = self._concealed(start.line)
        offset = max(0, start.column - _EXCERPT_WIDTH + 40) if len(line) > _EXCERPT_WIDTH else 0
        shown = line[offset : offset + _EXCERPT_WIDTH].replace("\t", " ")
        stop = end.column if end.line == start.line else len(line)
        width = max(1, min(stop, offset + len(shown)) - start.column)
        rows = []
        if start.line and self.lines[start.line - 1].strip():
            above = self._concealed(start.line - 1)
            rows.append(f"{start.line:>{gutter}} | {above[:_EXCERPT_WIDTH].rstrip()}")
        rows.append(f"{start.line + 1:>{gutter}} | {shown.rstrip()}")
        rows.append(f"{'':>{gutter}} | {'':{start.column - offset}}{'^' * width}")
        return "\n".join(_printable(row) for row in rows)


def _printable(text: str) -> str:
    """Show control characters, which could drive a terminal, as a middle dot."""
    return text if text.isprintable() else "".join(char if char.isprintable() else "\u00b7" for char in text)
