"""Places as editors count them: from 0, in the units of the encoding that both sides agreed on."""

from typing import TYPE_CHECKING

from lsprotocol import types

from kplan.diagnostics import Location
from kplan.fixes import Replacement

if TYPE_CHECKING:
    from collections.abc import Sequence


class Ruler:
    """Measures the lines of one text."""

    def __init__(self, text: str, encoding: str = types.PositionEncodingKind.Utf16) -> None:
        self.lines: Sequence[str] = [line.removesuffix("\r") for line in text.split("\n")]
        self._encoding = str(encoding)

    def place(self, line: int, column: int) -> types.Position:
        """A line and a column in characters, both from 0, as the editor counts."""
        text = self.lines[line] if 0 <= line < len(self.lines) else ""
        return types.Position(max(line, 0), self._units(text[: max(column, 0)]))

    def column(self, position: types.Position) -> int:
        """The column in characters, from 0, of the editor's position."""
        text = self.lines[position.line] if position.line < len(self.lines) else ""
        passed = 0
        for number, char in enumerate(text):
            if passed >= position.character:
                return number
            passed += self._units(char)
        return len(text)

    def range(self, where: Location) -> types.Range:
        """A place of a finding; without an end it is the rest of the line."""
        line, column = max(where.line - 1, 0), max(where.column - 1, 0)
        if where.end_line and (where.end_line, where.end_column) > (where.line, where.column):
            return types.Range(self.place(line, column), self.place(where.end_line - 1, where.end_column - 1))
        text = self.lines[line] if line < len(self.lines) else ""
        return types.Range(self.place(line, column), self.place(line, len(text)))

    def edit(self, one: Replacement) -> types.TextEdit:
        """A part of a fix."""
        start = self.place(one.line - 1, one.column - 1)
        return types.TextEdit(types.Range(start, self.place(one.end_line - 1, one.end_column - 1)), one.text)

    def _units(self, text: str) -> int:
        if self._encoding == types.PositionEncodingKind.Utf32:
            return len(text)
        if self._encoding == types.PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "replace"))
        return len(text.encode("utf-16-le", "replace")) // 2
