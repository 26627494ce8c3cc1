"""Suppressions: ``# kplan: ignore[SEC003,RES] reason`` on a line, above it, or for a whole file at its top.

* on the line of a finding, or alone on the line above it: that line only;
* alone above a document's first key: the whole document (``# kplan: ignore-document[...]`` says it outright);
* ``# kplan: ignore-file[...]`` anywhere: the whole file.

Without brackets everything is ignored. The reason is free text and is kept for reports.
"""

import re
from typing import Final, NamedTuple

from kplan.manifest.source import Position, Source, Span

MARK: Final = "kplan:"

_COMMENT = r"#\s*kplan:\s*ignore(?P<scope>-file|-document)?(?:\[(?P<codes>[^\]]*)\])?[ \t]*(?P<reason>[^\n]*)"


class Suppression(NamedTuple):
    """One comment that silences rules for some lines of its source."""

    codes: frozenset[str]
    """Codes or prefixes of codes; empty means every rule."""
    reason: str
    span: Span
    first_line: int
    """The first line it covers, from 0."""
    last_line: int

    def covers(self, line: int, code: str) -> bool:
        """Tell whether a finding of the code on the line (from 0) is silenced."""
        in_lines = self.first_line <= line <= self.last_line
        return in_lines and (not self.codes or any(code.startswith(given) for given in self.codes))


def suppressions(source: Source) -> list[Suppression]:
    """Find the suppression comments of a source; cheap where there are none."""
    if MARK not in source.text:
        return []
    return [
        _suppression(source, number, found)
        for number, line in enumerate(source.lines)
        if MARK in line
        for found in re.finditer(_COMMENT, line)
        if _is_comment(line, found.start())
    ]


def _is_comment(line: str, column: int) -> bool:
    """Tell whether the ``#`` begins a comment: after a blank, and outside quotes as far as the line shows."""
    before = line[:column]
    if before and not before[-1].isspace():
        return False
    return before.count('"') % 2 == 0 and before.count("'") % 2 == 0


def _suppression(source: Source, number: int, found: re.Match[str]) -> Suppression:
    codes = frozenset(code.strip().upper() for code in (found["codes"] or "").split(",") if code.strip())
    first = last = number
    if found["scope"] == "-file":
        first, last = 0, len(source.lines)
    elif found["scope"] == "-document":
        first, last = _document_lines(source, number)
    elif not source.lines[number][: found.start()].strip():
        last = _next_content(source, number)
    span = Span(Position(number, found.start()), Position(number, found.end()))
    return Suppression(codes, found["reason"].strip(), span, first, last)


def _next_content(source: Source, number: int) -> int:
    """The line the comment stands above: the next that is neither blank nor a comment."""
    for following in range(number + 1, len(source.lines)):
        text = source.lines[following].strip()
        if text and not text.startswith("#"):
            return following
    return number


def _document_lines(source: Source, number: int) -> tuple[int, int]:
    first, last = number, number
    while first > 0 and not source.lines[first].startswith("---"):
        first -= 1
    while last + 1 < len(source.lines) and not source.lines[last + 1].startswith("---"):
        last += 1
    return first, last
