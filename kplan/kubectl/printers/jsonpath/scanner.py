"""Reads what stands between braces, from left to right: what is wrong is said of the first character that does not fit.

Upstream: staging/src/k8s.io/client-go/util/jsonpath/parser.go (parseInsideAction and what it calls)
"""

import re
from typing import Final

from kplan.apiserver.field import go_unicode
from kplan.kubectl.printers.jsonpath.indexes import index
from kplan.kubectl.printers.jsonpath.nodes import (
    Field,
    Filter,
    Identifier,
    JSONPathError,
    Literal,
    Node,
    Path,
    Recursive,
    Union,
    Wildcard,
)
from kplan.kubectl.printers.jsonpath.quoting import unquoted

_TERMINATORS: Final = " \t\r\n.,[]$@{}"
_WORD: Final = re.compile(rf"[^{re.escape(_TERMINATORS)}]*")
_FIELD: Final = re.compile(rf"(?:\\.|[^{re.escape(_TERMINATORS)}\\])*\\?", re.DOTALL)
_NUMBER: Final = re.compile(r"[+-]?[\d.]*")
_FILTER: Final = re.compile(r"([^!<>=]+)([!<>=]+)(.+?)\Z", re.DOTALL)


def read_path(text: str) -> Path:
    """Read what would stand between braces. Raises JSONPathError."""
    return Scanner(f"{text}}}").action()


class Scanner:
    """Reads actions of a template from a place in it."""

    def __init__(self, text: str, place: int = 0) -> None:
        self._text = text
        self.place = place
        """The character that is read next."""
        self._nodes: list[Node] = []

    def action(self) -> Path:
        """Read to the brace that ends the action, and over it. Raises JSONPathError."""
        self._nodes = []
        while not self._at("}"):
            self._one()
        self.place += 1
        return tuple(self._nodes)

    def _at(self, mark: str) -> bool:
        return self._text.startswith(mark, self.place)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self.place)
        found = match[0] if match else ""
        self.place += len(found)
        return found

    def _one(self) -> None:
        char = self._text[self.place : self.place + 1]
        if not char or char in "\r\n":
            raise JSONPathError("unclosed action")
        if self._at("[?("):
            self._filter()
        elif self._at(".."):
            self._recursive()
        elif char in "+-" or char.isdigit():
            self._nodes.append(_number(self._take(_NUMBER)))
        elif char == "_" or char.isalpha():
            self._nodes.append(_word(self._take(_WORD)))
        elif char in "\"'":
            self._nodes.append(Literal(unquoted(self._quoted(char))))
        elif char in " @$.[":
            self.place += 1
            if char == ".":
                self._field()
            elif char == "[":
                self._array()
        else:  # @ and $ both mean what the path is asked of
            raise JSONPathError(f"unrecognized character in action: {go_unicode(char)}")

    def _field(self) -> None:
        name = self._take(_FIELD)
        self._nodes.append(Wildcard() if name == "*" else Field(name.replace("\\", "")))

    def _recursive(self) -> None:
        if self._nodes and isinstance(self._nodes[-1], Recursive):
            raise JSONPathError("invalid multiple recursive descent")
        self.place += 2
        self._nodes.append(Recursive())
        char = self._text[self.place : self.place + 1]
        if char == "_" or char.isalnum():
            self._field()

    def _array(self) -> None:
        """Read to the bracket that closes the one before."""
        end = self._text.find("]", self.place)
        if end < 0 or "\n" in self._text[self.place : end]:
            raise JSONPathError("unterminated array")
        inside = self._text[self.place : end]
        self.place = end + 1
        if "," in inside:
            self._nodes.append(Union([read_path(f"[{one.strip(' ')}]") for one in inside.split(",")]))
        else:
            self._nodes.extend(_member(inside))

    def _filter(self) -> None:
        start = self.place + len("[?(")
        end = _end_of_filter(self._text, start)
        self.place = end + 1
        if not self._at("]"):
            raise JSONPathError("unclosed array expect ]")
        self.place += 1
        condition = self._text[start:end]
        match = _FILTER.match(condition)
        if match is None:
            self._nodes.append(Filter(read_path(condition)))
        else:
            left, sign, right = match.groups()
            self._nodes.append(Filter(read_path(left), sign, read_path(right)))

    def _quoted(self, quote: str) -> str:
        """A text with its quotes."""
        start, place = self.place, self.place + 1
        while place < len(self._text) and self._text[place] != "\n":
            if self._text[place] == quote and self._text[place - 1] != "\\":
                self.place = place + 1
                return self._text[start : self.place]
            place += 1
        raise JSONPathError("unterminated quoted string")


def _member(inside: str) -> Path:
    """What is between brackets and holds no comma; a key may be several, as it is read like a field."""
    if len(inside) > 1 and inside[0] == inside[-1] == "'" and "'" not in inside[1:-1]:
        return read_path(f".{inside[1:-1]}")
    return (index(inside),)


def _end_of_filter(text: str, place: int) -> int:
    """Where the parenthesis closes: the first one after which no quote, or a pair of them, has been met."""
    pair, closed = "", False
    while place < len(text) and text[place] != "\n":
        char = text[place]
        if char in "\"'" and not pair:
            pair = char
        elif char == pair and text[place - 1] != "\\":
            closed = True
        elif char == ")" and bool(pair) == closed:
            return place
        place += 1
    raise JSONPathError("unterminated filter")


def _number(text: str) -> Node:
    try:
        return Literal(float(text) if "." in text else int(text))
    except ValueError as error:
        raise JSONPathError(f"cannot parse number {text}") from error


def _word(word: str) -> Node:
    return Literal(word == "true") if word in ("true", "false") else Identifier(word)
