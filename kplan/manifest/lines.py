"""A document's text with its tree: where lines begin and end, and what is put between them."""

import re
from bisect import bisect_right
from functools import lru_cache
from typing import Final

from kplan.errors import KplanError
from kplan.manifest import layout
from kplan.manifest.nodes import Node, Scalar, last_scalar
from kplan.manifest.source import starts_of
from kplan.manifest.trees import tree
from kplan.namedtuples import NamedTuple

_ODD: Final = r"\r(?!\n)|\x85|\u2028|\u2029|\ufeff"
"""Line ends that YAML knows and editors do not; as a set of characters it would take 5 ms to compile."""


class EditError(KplanError):
    """The place to edit is not there, or the text does not lend itself to the edit."""


class Splice(NamedTuple):
    """What stands from one offset up to another becomes another text."""

    start: int
    end: int
    text: str


class Lines:
    """A document's text, open for edits. Raises EditError if it cannot be read."""

    def __init__(self, text: str, habits: layout.Layout | None = None) -> None:
        root = tree(text)
        if root is None or (("\r" in text or not text.isascii()) and re.search(_ODD, text)):
            raise EditError("the text cannot be edited")
        self.text = text
        self.root: Node = root
        self._layout = habits
        self._last = (-1, 0, 0)

    @property
    def layout(self) -> layout.Layout:
        """How values are laid out at a column."""
        if self._layout is None:
            self._layout = layout.Layout(self.root, self.text)
        return self._layout

    def start(self, offset: int) -> int:
        """Where the line of a place begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def position(self, offset: int) -> tuple[int, int, int]:
        """Line, character column and byte column of an offset; all from 0."""
        starts = starts_of(self.text)
        line = bisect_right(starts, offset) - 1
        return line, offset - starts[line], self._bytes(line, starts[line], offset)

    def _bytes(self, line: int, start: int, offset: int) -> int:
        """The byte column of an offset, counted on from the previous request: a text may be a single line."""
        if self.text.isascii():
            return offset - start
        known, counted = self._last[1:] if self._last[0] == line else (start, 0)
        if known > offset:
            counted -= _length(self.text[offset:known])
        else:
            counted += _length(self.text[known:offset])
        self._last = line, offset, counted
        return counted

    def end(self, offset: int) -> int:
        """Where the line of a place ends, its line break left out."""
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > offset and self.text[end - 1] == "\r" else end

    def column(self, offset: int) -> int:
        """How far in a place stands."""
        return offset - self.start(offset)

    def margin(self, offset: int) -> str:
        """The blanks with which the line of a place begins."""
        line = self.text[self.start(offset) : self.end(offset)]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def begins_line(self, offset: int) -> bool:
        """Whether only blanks stand before a place in its line."""
        return not self.text[self.start(offset) : offset].strip()

    def after(self, node: Node) -> int:
        """The offset of the line that follows a node; the end of the text if there is none."""
        last = last_scalar(node)
        if isinstance(last, Scalar) and last.is_block:
            if last.end < len(self.text) and self.text[last.end - 1] != "\n":
                raise EditError("a block of text does not end with its line")
            return last.end
        end = self.text.find("\n", last.end)
        return len(self.text) if end < 0 else end + 1

    def newline(self, offset: int) -> str:
        """The line break in use if something is put."""
        end = self.text.rfind("\n", 0, offset)
        end = self.text.find("\n", offset) if end < 0 else end
        return "\r\n" if end > 0 and self.text[end - 1] == "\r" else "\n"

    def insertion(self, offset: int, lines: list[str]) -> Splice:
        """Put whole lines at the beginning of a line, or behind the last."""
        newline = self.newline(offset)
        joined = newline.join(lines)
        behind = offset == len(self.text) and not self.text.endswith("\n")
        return Splice(offset, offset, f"{newline}{joined}" if behind else f"{joined}{newline}")


def _length(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


@lru_cache(maxsize=8)
def lines_of(text: str) -> Lines:
    """A document's text, open for edits; those of the last few are kept. Raises EditError."""
    return Lines(text)
