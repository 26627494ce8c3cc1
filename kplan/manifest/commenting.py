"""Writes ``# kplan: ignore[CODE]`` beside findings;
nothing else of the text changes, and what it means stays the same.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from kplan.manifest.comments import is_comment, suppressions
from kplan.manifest.loader import load_text
from kplan.manifest.source import Source

_OWN: Final = re.compile(r"#\s*kplan:\s*ignore\[(?P<codes>[^\]]*)\]")

Wanted = Mapping[int, Collection[str]]
"""By line, from 0, the codes to ignore there."""


def with_ignores(text: str, wanted: Wanted) -> tuple[str, frozenset[int]]:
    """The text with a comment for every line, and the lines that can have none."""
    writer = _Writer(text, wanted)
    writer.place(sorted(wanted))
    return writer.text(writer.beside, writer.above), frozenset(wanted) - writer.beside - writer.above


class _Writer:
    """Finds where comments can stand, by trying and reading the result."""

    def __init__(self, text: str, wanted: Wanted) -> None:
        self._lines = text.split("\n")
        self._wanted = wanted
        self._meaning = _meaning(text)
        self._starts = {one.lines()[0] for one in load_text(_plain(text)).documents if one.text.strip()}
        self.beside: frozenset[int] = frozenset()
        """Lines with the comment at their end."""
        self.above: frozenset[int] = frozenset()
        """Lines with the comment on a line of its own above them."""

    def place(self, lines: Sequence[int]) -> None:
        """Place the comments of some lines: all at once if that is well, else in halves."""
        if not lines:
            return
        if self._is_well(self.beside | set(lines), self.above, lines):
            self.beside |= set(lines)
        elif len(lines) > 1:
            self.place(lines[: len(lines) // 2])
            self.place(lines[len(lines) // 2 :])
        elif lines[0] not in self._starts and self._is_well(self.beside, self.above | set(lines), lines):
            self.above |= set(lines)

    def text(self, beside: Collection[int], above: Collection[int]) -> str:
        """The text with these comments."""
        written = []
        for number, line in enumerate(self._lines):
            end = "\r" if line.endswith("\r") else ""
            if number in above:
                indent = line[: len(line) - len(line.lstrip())]
                written.append(f"{indent}{_comment(self._wanted[number])}{end}")
            written.append(
                _beside(line.rstrip("\r"), self._wanted[number]) + end if number in beside else line
            )
        return "\n".join(written)

    def _is_well(self, beside: Collection[int], above: Collection[int], lines: Iterable[int]) -> bool:
        """Whether the text still means the same, and the comments of the lines are read as such."""
        text = self.text(beside, above)
        if _meaning(text) != self._meaning:
            return False
        found = suppressions(Source("", _plain(text)))
        moved = {line: line + sum(other <= line for other in above) for line in lines}
        covered = {code: {n for one in found for n in range(one.first_line, one.last_line + 1) if one.covers(n, code)}
                   for code in {code for line in lines for code in self._wanted[line]}}  # fmt: skip
        return all(moved[line] in covered[code] for line in lines for code in self._wanted[line])


def _beside(line: str, codes: Collection[str]) -> str:
    """The line with the comment at its end, or with the codes in the one that it has."""
    for found in _OWN.finditer(line):
        if is_comment(line, found.start()) and line[: found.start()].strip():
            held = [code.strip() for code in found["codes"].split(",") if code.strip()]
            both = dict.fromkeys([*held, *sorted(codes)])
            return f"{line[: found.start()]}{_comment(both, ordered=True)}{line[found.end() :]}"
    return f"{line.rstrip()}  {_comment(codes)}"


def _comment(codes: Iterable[str], *, ordered: bool = False) -> str:
    return f"# kplan: ignore[{','.join(codes if ordered else sorted(codes))}]"


def _meaning(text: str) -> tuple[list[object], int]:
    """The values of all documents, and how many things there are to say about the text."""
    loaded = load_text(_plain(text))
    return [one.value for one in loaded.documents], len(loaded.diagnostics)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")
