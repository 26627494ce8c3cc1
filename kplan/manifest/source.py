"""A text and places in it: where every document, value and message of a run comes from."""

import os
import re
from bisect import bisect_right
from collections.abc import Container
from functools import cache, lru_cache
from itertools import accumulate

from kplan.diagnostics import Location
from kplan.masking.names import tells
from kplan.masking.shapes import may_hold_login, may_log_in, may_show
from kplan.namedtuples import NamedTuple

_EXCERPT_WIDTH = 120
_KEPT = 4
_FEW = 16
"""Lines of which each is looked at by itself: of more, all together are done sooner, and of a long text in time."""
_MANIFEST = r"""(?:^|[\s{,"'])(?:apiVersion|kind|metadata|spec|data)["']?\s*:"""
_OF_SECRETS = r"""kind["']?[^\S\n]*:[^\S\n]*["']?secret(?:list)?\b"""
"""In lower case: a case-sensitive search finds candidates in a tenth of the time."""


@cache
def leads_out(name: str) -> bool:
    """Whether a file is behind a symbolic link to somewhere outside of the folder, or the repository,
    that it seems to be in.
    """
    if not os.path.islink(name):  # noqa: PTH114 - pathlib takes 4 ms of every start
        return False
    around = os.path.realpath(os.path.dirname(name) or ".")  # noqa: PTH120 - likewise
    real, folder = os.path.realpath(name), around
    while not os.path.exists(os.path.join(folder, ".git")):  # noqa: PTH110, PTH118 - likewise
        above = os.path.dirname(folder)  # noqa: PTH120 - likewise
        if above == folder:
            folder = around
            break
        folder = above
    return not real.startswith(folder.rstrip(os.sep) + os.sep)


@lru_cache(maxsize=4)
def rows_of(text: str) -> list[str]:
    """The lines of a text, the last one behind its last line feed; those of the last few are kept."""
    return text.split("\n")


@lru_cache(maxsize=4)
def starts_of(text: str) -> list[int]:
    """Where each line of a text begins, and where the next one would."""
    return [0, *accumulate(len(row) + 1 for row in rows_of(text))]


@lru_cache(maxsize=2)
def _lowered(text: str) -> str:
    return text.lower()


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

    __slots__ = (
        "_asked", "_concealed", "_continued", "_manifest", "_outside", "_secrets", "_starts", "_tells", "name", "text",
    )  # fmt: skip

    def __init__(self, name: str, text: str, outside: bool | None = None) -> None:
        self.name = name
        self.text = text
        self._concealed: dict[int, str] = {}
        self._asked = 0
        self._continued: frozenset[int] | None = None
        self._manifest: bool | None = None
        self._tells: bool | None = None
        self._starts: list[int] | None = None
        self._secrets: dict[int, bool] = {}
        self._outside = outside

    def __reduce__(self) -> tuple[type["Source"], tuple[str, str, bool]]:
        """Another process is told here whether a link leads outside: the file may not exist where it works."""
        return Source, (self.name, self.text, self._leads_out())

    def _leads_out(self) -> bool:
        return leads_out(self.name) if self._outside is None else self._outside

    @property
    def speaks_to_kplan(self) -> bool:
        """Whether there may be comments for kplan in it."""
        text = self.text
        if not ("kplan" in text or "Kplan" in text or "KPLAN" in text):
            return False
        return re.search(r"\bkplan\b", text, re.IGNORECASE) is not None

    @property
    def lines(self) -> list[str]:
        """The text by line."""
        return rows_of(self.text)

    def location(self, span: Span) -> Location:
        """The span as editors count, from 1."""
        start, end = span
        return Location(self.name, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _holds_secret(self, line: int) -> bool:
        """Whether the document around a line is a Secret, or holds one: its lines are not for everybody's eyes."""
        if self._starts is None:
            self._starts, self._secrets = self._documents()
        document = bisect_right(self._starts, line)
        if document not in self._secrets:
            self._secrets[document] = self._is_secret(document, self._starts)
        return self._secrets[document]

    def _documents(self) -> tuple[list[int], dict[int, bool]]:
        """The lines that begin documents, and which of these are known to hold a Secret or none."""
        if "secret" not in _lowered(self.text):
            return [], {0: False}
        several = "\n---" in self.text or self.text.startswith("---")
        return [at for at, row in enumerate(self.lines) if row.startswith("---")] if several else [], {}

    def _is_secret(self, document: int, starts: list[int]) -> bool:
        if not starts:
            return re.search(_OF_SECRETS, _lowered(self.text)) is not None
        first = starts[document - 1] if document else 0
        last = starts[document] if document < len(starts) else len(self.lines)
        return re.search(_OF_SECRETS, "\n".join(self.lines[first:last]).lower()) is not None

    def _shows_manifest(self) -> bool:
        """Whether the text is meant as a manifest: lines of any other file are nobody's business."""
        if self._manifest is None:
            early = "\napiVersion:" in f"\n{self.text[:4096]}"
            self._manifest = early or re.search(_MANIFEST, self.text) is not None
        return self._manifest

    def _line(self, line: int) -> str:
        """A line with what looks like a credential masked.

        The last few are kept: a file may be one line with many findings.
        """
        known = self._concealed.get(line)
        if known is None:
            if len(self._concealed) == _KEPT:
                del self._concealed[next(iter(self._concealed))]
            known = self._concealed[line] = self._masked(line) if self._may_show(line) else self.lines[line]
        return known

    def _may_show(self, line: int) -> bool:
        """Whether a line can hold a credential.

        Where no word tells of any, what looks like one by itself, or follows an option,
        is seen in a line or two.
        """
        if self._tells is None:
            self._tells = tells(_lowered(self.text)) or may_hold_login(self.text)
        if self._tells:
            return True
        text = self.lines[line]
        return may_show(text) or may_log_in(text) or (line > 0 and may_log_in(self.lines[line - 1]))

    def _masked(self, line: int) -> str:
        from kplan.masking import lines  # noqa: PLC0415 - few files look as if they held credentials

        return lines.concealed_at(self.lines, line, self._hidden(line))

    def _hidden(self, line: int) -> Container[int]:
        """The line, if it only goes on with the value of a credential;
        if many are asked for, or private keys may be, all such lines.
        """
        from kplan.masking import lines  # noqa: PLC0415 - few files look as if they held credentials

        self._asked += 1
        if self._continued is None:
            if self._asked <= _FEW and "-----BEGIN" not in self.text:
                return (line,) if lines.goes_on(self.lines, line) else ()
            self._continued = lines.continued(self.lines)
        return self._continued

    def text_at(self, span: Span) -> str:
        """The text of a span within one line; nothing of a Secret, and nothing that looks like a credential."""
        start, end = span
        if start.line != end.line or start.line >= len(self.lines) or self._holds_secret(start.line):
            return ""
        text = self.lines[start.line][start.column : end.column]
        return text.strip() if self._line(start.line)[start.column : end.column] == text else ""

    def excerpt(self, span: Span) -> str:
        """The line of the place and the one above it, a caret under the span; nothing of a Secret."""
        start, end = span
        if start.line >= len(self.lines) or self._holds_secret(start.line) or not self._shows_manifest():
            return ""
        if self._leads_out():
            return ""
        gutter = len(str(start.line + 1))
        line = self._line(start.line)
        offset = max(0, start.column - _EXCERPT_WIDTH + 40) if len(line) > _EXCERPT_WIDTH else 0
        shown = line[offset : offset + _EXCERPT_WIDTH].replace("\t", " ")
        stop = end.column if end.line == start.line else len(line)
        width = max(1, min(stop, offset + len(shown)) - start.column)
        rows = []
        if start.line and self.lines[start.line - 1].strip():
            above = self._line(start.line - 1)
            rows.append(f"{start.line:>{gutter}} | {above[:_EXCERPT_WIDTH].rstrip()}")
        rows.append(f"{start.line + 1:>{gutter}} | {shown.rstrip()}")
        rows.append(f"{'':>{gutter}} | {'':{start.column - offset}}{'^' * width}")
        return "\n".join(_printable(row) for row in rows)


def _printable(text: str) -> str:
    """Show control characters, which could drive a terminal, as a middle dot."""
    return text if text.isprintable() else "".join(char if char.isprintable() else "\u00b7" for char in text)
