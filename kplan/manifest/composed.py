"""What reading one document comes to: a value, or a problem."""

from typing import Any


class Problem(Exception):  # noqa: N818 - it is the user's, not ours
    """Why a document cannot be read: libyaml's words and the place, counted from 0 within the document."""

    def __init__(self, message: str, line: int = 0, column: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.hint = hint


class Composed:
    """A document's value, and the keys that stand twice in one mapping with the line and column of the second."""

    __slots__ = ("duplicates", "is_plain", "value")

    def __init__(self, value: Any = None, *, is_plain: bool = False) -> None:
        self.value = value
        self.is_plain = is_plain
        """Whether it was read as plain YAML."""
        self.duplicates: list[tuple[str, int, int]] = []
