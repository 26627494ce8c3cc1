"""Where a description is written: text at a level of indentation, tabs between cells, columns aligned at the end.

A piece of text is indented where it is written, not where its line begins, as upstream's writer does it.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (PrefixWriter, tabbedString), text/tabwriter
"""

from typing import Final

_PADDING: Final = 2
_ESCAPED: Final = str.maketrans({"\x1b": "^[", "\r": "\\r"})
_CELLS: Final = str.maketrans({"\v": "\t"})


class Page:
    """Text as it grows."""

    __slots__ = ("_indent", "_pieces")

    def __init__(self, pieces: list[str] | None = None, indent: int = 0) -> None:
        self._pieces = [] if pieces is None else pieces
        self._indent = indent

    def write(self, level: int, text: str) -> None:
        """Write a piece of a line, or lines, at a level."""
        self._pieces.append(("  " * (level + self._indent) + text).translate(_ESCAPED))

    def row(self, level: int, *cells: object) -> None:
        """Write one line of cells."""
        self.write(level, "\t".join(map(str, cells)) + "\n")

    def field(self, level: int, title: str, value: object) -> None:
        """Write ``Title: value``."""
        self.write(level, f"{title}:\t{value}\n")

    def end(self, text: str = "") -> None:
        """Finish a line."""
        self.write(0, f"{text}\n")

    def nested(self, levels: int) -> "Page":
        """The same page with everything deeper."""
        return Page(self._pieces, self._indent + levels)

    def plain(self) -> str:
        """All of it, with tabs as they were written."""
        return "".join(self._pieces)

    def text(self) -> str:
        """All of it, aligned."""
        return aligned("".join(self._pieces))


def aligned(text: str) -> str:
    """Align cells that end in a tab with those of the lines next to them, as Go's tabwriter does."""
    return "\n".join(map(_block, text.translate(_CELLS).split("\f")))


def _block(text: str) -> str:
    rows = [line.split("\t") for line in text.split("\n")]
    _align(rows, 0)
    return "\n".join("".join(row) for row in rows)


def _align(rows: list[list[str]], column: int) -> None:
    """Pad a column within every run of lines that have it, then the columns inside that run."""
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and len(rows[end]) > column + 1:
            end += 1
        if end > start:
            block = rows[start:end]
            width = max(len(row[column]) for row in block) + _PADDING
            for row in block:
                row[column] = row[column].ljust(width)
            _align(block, column + 1)
        start = max(end, start + 1)
