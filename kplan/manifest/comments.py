"""Comments that silence findings: ``# kplan: ignore[SEC003,RES] reason``.

* on the line of a finding, or alone on the line above it: that line;
* alone above the first key of an object, which may be an item of a List: the whole object;
* ``# kplan: ignore-file[...]`` anywhere: the whole file.

Without brackets everything is ignored. The reason is free text and is kept for reports.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from kplan.manifest.blocktexts import block_lines
from kplan.manifest.source import Position, Source, Span
from kplan.namedtuples import NamedTuple

Lines = tuple[int, int]
"""The first and the last line of something, from 0."""

_COMMENT = r"#\s*kplan:\s*(?P<word>(?:ignore|disable|noqa|skip)[\w-]*)(?:\[(?P<codes>[^\]]*)\])?(?=\s|:|$)[ \t:]*(?P<reason>[^\n]*)"
_WORDS: Final = ("ignore", "ignore-file")
_MEANT: Final = r"#\s*kplan\b\s*(?P<colon>[:;,=.-]?)\s*(?P<word>[a-z_-]{3,14})(?P<codes>\s*[\[({=:]|\s+[A-Z]{2,5}\d{3}|)[^\n]*"
"""What somebody may have meant for such a comment, whatever the letter case."""
_MEANINGS: Final = (
    *_WORDS,
    "ignored",
    "ignores",
    "file-ignore",
    "disable",
    "noqa",
    "skip",
    "suppress",
    "nolint",
)


class Suppression(NamedTuple):
    """One comment that silences rules for some lines of its source."""

    codes: frozenset[str]
    """Codes or prefixes of codes; empty means every rule."""
    reason: str
    span: Span
    first_line: int
    """The first line it covers, from 0."""
    last_line: int
    word: str = "ignore"
    """What it says; a word that is no comment of kplan's covers nothing, nor does an empty one,
    which is not written as it has to be.
    """

    @property
    def is_known(self) -> bool:
        """Whether it says something that kplan understands."""
        return self.word in _WORDS

    def covers(self, line: int, code: str) -> bool:
        """Tell whether a finding of the code on the line (from 0) is silenced."""
        in_lines = self.is_known and self.first_line <= line <= self.last_line
        return in_lines and (not self.codes or any(code.startswith(given) for given in self.codes))


def suppressions(source: Source, objects: Iterable[Lines] = ()) -> list[Suppression]:
    """Find the comments of a source whose objects stand in these lines; cheap if there are none."""
    if not source.speaks_to_kplan:
        return []
    ends: dict[int, int] = {}
    for first, last in objects:
        ends[first] = max(last, ends.get(first, last))
    texts = frozenset(block_lines(source.lines))
    return [
        one
        for number, line in enumerate(source.lines)
        if "#" in line and number not in texts and "kplan" in line.lower()
        for one in _of_line(source, number, ends)
    ]


def _of_line(source: Source, number: int, ends: dict[int, int]) -> Iterator[Suppression]:
    """The comments of a line, and if there is none, what may have been meant for one."""
    line = source.lines[number]
    understood = [found for found in re.finditer(_COMMENT, line) if is_comment(line, found.start())]
    yield from (_suppression(source, number, found, ends) for found in understood)
    for found in () if understood else re.finditer(_MEANT, line, re.IGNORECASE):
        if is_comment(line, found.start()) and _is_meant(found):
            span = Span(Position(number, found.start()), Position(number, found.end()))
            yield Suppression(frozenset(), found[0], span, number, number, "")


def _is_meant(found: re.Match[str]) -> bool:
    """Whether the word is like one of a comment, and more than a word of a sentence about kplan."""
    from kplan.naming import nearest  # noqa: PLC0415 - few comments are misspelt

    word = found["word"].lower().replace("_", "-").rstrip("-")
    return bool(found["colon"] or found["codes"]) and (word in _MEANINGS or bool(nearest(word, _MEANINGS)))


def comments(source: Source, pattern: str) -> Iterator[tuple[int, re.Match[str]]]:
    """The comments that a pattern finds, which begins with ``#``, each with its line."""
    texts = frozenset(block_lines(source.lines))
    for number, line in enumerate(source.lines):
        yield from (
            (number, found)
            for found in re.finditer(pattern, line)
            if number not in texts and is_comment(line, found.start())
        )


def is_comment(line: str, column: int) -> bool:
    """Tell whether the ``#`` begins a comment: after a blank, and outside quotes as far as the line shows."""
    before = line[:column]
    return (not before or before[-1].isspace()) and not _ends_in_quotes(before)


def _ends_in_quotes(text: str) -> bool:
    """Whether a quote is open at the end; one within a word, as in ``don't``, opens none."""
    quote, before = "", " "
    for char in text:
        if quote:
            quote = "" if char == quote and not (quote == '"' and before == "\\") else quote
        elif char in "\"'" and before in " \t[{,:!":
            quote = char
        before = char
    return bool(quote)


def _suppression(source: Source, number: int, found: re.Match[str], ends: dict[int, int]) -> Suppression:
    codes = frozenset(code.strip().upper() for code in (found["codes"] or "").split(",") if code.strip())
    first = last = number
    if found["word"] == "ignore-file":
        first, last = 0, len(source.lines)
    elif not source.lines[number][: found.start()].strip():
        last = _next_content(source, number)
        last = ends.get(last, last)
    span = Span(Position(number, found.start()), Position(number, found.end()))
    return Suppression(codes, found["reason"].strip(), span, first, last, found["word"])


def _next_content(source: Source, number: int) -> int:
    """The line the comment stands above: the next that is neither blank nor a comment, in the same document."""
    separators = 0 if any(map(_is_content, source.lines[:number])) else 1
    for following in range(number + 1, len(source.lines)):
        text = source.lines[following].strip()
        if text == "---":
            separators -= 1
            if separators < 0:
                break
        elif _is_content(text):
            return following
    return number


def _is_content(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith("#")
