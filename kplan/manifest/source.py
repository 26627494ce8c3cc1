"""A text and places in it: where every document, value and message of a run comes from."""

from dataclasses import dataclass, field
from typing import NamedTuple

from kplan.diagnostics import Location

_EXCERPT_WIDTH = 120


class Position(NamedTuple):
    """A place between characters; line and column from 0."""

    line: int
    column: int


class Span(NamedTuple):
    """From one place up to another."""

    start: Position
    end: Position


@dataclass(slots=True, eq=False, repr=False)
class Source:
    """One file (or standard input) as text, line ends normalised."""

    name: str
    text: str
    _lines: list[str] = field(default_factory=list)

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

    def excerpt(self, span: Span) -> str:
        """The line of the place and the one above it, a caret under the span."""
        start, end = span
        if start.line >= len(self.lines):
            return ""
        gutter = len(str(start.line + 1))
        line = self.lines[start.line]
        offset = max(0, start.column - _EXCERPT_WIDTH + 40) if len(line) > _EXCERPT_WIDTH else 0
        shown = line[offset : offset + _EXCERPT_WIDTH].replace("\t", " ")
        stop = end.column if end.line == start.line else len(line)
        width = max(1, min(stop, offset + len(shown)) - start.column)
        rows = []
        if start.line and self.lines[start.line - 1].strip():
            rows.append(f"{start.line:>{gutter}} | {self.lines[start.line - 1][:_EXCERPT_WIDTH].rstrip()}")
        rows.append(f"{start.line + 1:>{gutter}} | {shown.rstrip()}")
        rows.append(f"{'':>{gutter}} | {'':{start.column - offset}}{'^' * width}")
        return "\n".join(_printable(row) for row in rows)


def _printable(text: str) -> str:
    """Show control characters, which could drive a terminal, as a middle dot."""
    return text if text.isprintable() else "".join(char if char.isprintable() else "\u00b7" for char in text)
