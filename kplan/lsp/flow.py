"""The way into a mapping or list in brackets, followed sign by sign, as it may end anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from kplan.namedtuples import NamedTuple

_CLOSING: Final = {"}": "{", "]": "["}
_BLANK: Final = " \t"


@dataclass(slots=True)
class _Level:
    """A bracket that is open."""

    bracket: str
    key: str | None = None
    """The key whose value is being written, in a mapping."""
    number: int = 0
    """The item that is being written, in a list."""


class Inside(NamedTuple):
    """Where a text in brackets has come to."""

    steps: Sequence[str | int]
    """The way from the outermost bracket to the value, or to the mapping that a key would join."""
    begin: int
    """Where on the last line the entry begins that is being written."""


@dataclass(slots=True)
class Flow:
    """Follows a text in brackets line by line."""

    _levels: list[_Level] = field(default_factory=list)
    _quote: str = ""
    _word: str = ""
    _begin: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the outermost bracket is not closed yet."""
        return bool(self._levels)

    @property
    def inside(self) -> Inside:
        """Where the text has come to."""
        steps = [one.number if one.bracket == "[" else one.key for one in self._levels]
        return Inside([step for step in steps if step is not None], self._begin)

    @property
    def awaits_key(self) -> bool:
        """Whether a key is being written, or could be."""
        return bool(self._levels) and self._levels[-1].bracket == "{" and self._levels[-1].key is None

    def follow(self, line: str, start: int, end: int) -> None:
        """Go on through a line, or a part of it, until the outermost bracket is closed."""
        self._begin, self._word = start, self._word if self._quote else ""
        for at in range(start, end):
            sign = line[at]
            if sign == "#" and not self._quote and line[at - 1 : at] in ("", *_BLANK):
                return
            self._take(sign, line[at + 1 : at + 2], at)
            if not self._levels:
                return

    def _take(self, sign: str, following: str, at: int) -> None:
        if self._quote or (sign in "\"'" and not self._word):
            self._quoted(sign)
        elif sign in "{[":
            self._levels.append(_Level(sign))
            self._next(at + 1)
        elif sign in _CLOSING:
            if self._levels[-1].bracket == _CLOSING[sign]:
                self._levels.pop()
            self._word = ""
        elif sign == ",":
            self._levels[-1].key = None
            self._levels[-1].number += 1
            self._next(at + 1)
        elif (
            sign == ":"
            and self.awaits_key
            and (not following or following in f"{_BLANK},[]{{}}" or self._word[:1] in "\"'")
        ):
            self._levels[-1].key = self._word.strip("\"' ")
            self._word = ""
        elif sign not in _BLANK or self._word:
            self._word += sign
        elif self._levels[-1].key is None:
            self._begin = at + 1

    def _quoted(self, sign: str) -> None:
        """A quote begins, goes on or ends."""
        self._word += sign
        self._quote = "" if sign == self._quote else self._quote or sign

    def _next(self, begin: int) -> None:
        """An entry begins."""
        self._word, self._begin = "", begin
