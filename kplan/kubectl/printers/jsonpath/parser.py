"""A template's text to nodes.

Upstream: staging/src/k8s.io/client-go/util/jsonpath/parser.go
"""

import re
from typing import Final

from kplan.kubectl.printers.jsonpath.nodes import (
    Field,
    Filter,
    Identifier,
    JSONPathError,
    Literal,
    Node,
    Path,
    Range,
    Recursive,
    Slice,
    Template,
    Union,
    Wildcard,
)

_END: Final = "end"
_FIELD: Final = re.compile(r"(?:\\.|[^\s.,\[\]$@{}\\])*", re.DOTALL)
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")
_WORD: Final = re.compile(r"[A-Za-z]\w*")
_KEY: Final = re.compile(r"'([^']*)'\Z")
_SLICE: Final = re.compile(r"(-?\d*)(:-?\d*)?(:-?\d*)?\Z")
_FILTER: Final = re.compile(r"([^!<>=]+)([!<>=]+)(.+?)\Z", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def parse(text: str) -> Template:
    """Read a template. Raises JSONPathError."""
    parts = list(_parts(text))
    found, rest = _block(parts)
    return [*found, (Identifier(_END),)] if rest else found


def parse_path(text: str) -> Path:
    """Read what stands between braces. Raises JSONPathError."""
    return _Action(text).read()


def _parts(text: str) -> list[str | Path]:
    """Text and actions in turn; an action that opens or closes a range is given as its words."""
    found: list[str | Path] = []
    while text:
        before, brace, text = text.partition("{")
        if before:
            found.append((Literal(before),))
        if not brace:
            break
        end = _end_of(text, "}", _unclosed(text))
        action, text = text[:end].strip(), text[end + 1 :]
        if action == _END or re.match(r"range\b", action):
            found.append(action)
        else:
            found.append(parse_path(action))
    return found


def _unclosed(text: str) -> str:
    """What is wrong where an action does not end."""
    return "unterminated array" if text.count("[") > text.count("]") else "unclosed action"


def _block(parts: list[str | Path], *, inside: bool = False) -> tuple[Template, list[str | Path]]:
    """Everything up to the end of a range, or of the template."""
    found: list[Path | Range] = []
    while parts:
        part, parts = parts[0], parts[1:]
        if part == _END:
            return found, parts if inside else [part]
        if isinstance(part, str):
            body, parts = _block(parts, inside=True)
            found.append(Range(parse_path(part.removeprefix("range")), body))
        else:
            found.append(part)
    return found, []


def _end_of(text: str, mark: str, problem: str, opening: str = "") -> int:
    """Where a mark stands that is in no quotes, and closes nothing opened since. Raises JSONPathError."""
    quote, place, depth = "", 0, 0
    while place < len(text):
        char = text[place]
        if char == "\\":
            place += 1
        elif quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == opening:
            depth += 1
        elif char == mark and depth:
            depth -= 1
        elif char == mark:
            return place
        place += 1
    raise JSONPathError("unterminated quoted string" if quote else problem)


class _Action:
    """Reads one action."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._nodes: list[Node] = []

    def read(self) -> Path:
        while self._text:
            self._one()
        return tuple(self._nodes)

    def _one(self) -> None:
        char, text = self._text[0], self._text
        if char.isspace() or char in "@$":  # both mean what the path is asked of
            self._text = text[1:]
        elif text.startswith(".."):
            self._nodes.append(Recursive())
            self._text = text[2:]
            if self._text[:1] not in ("", "[", ".", "]"):
                self._field()
        elif char == ".":
            self._text = text[1:]
            self._field()
        elif char == "[":
            self._array()
        elif char in "'\"":
            end = _closing(text)
            self._nodes.append(Literal(_unquoted(text[1:end])))
            self._text = text[end + 1 :]
        elif match := _NUMBER.match(text):
            self._nodes.append(Literal(float(match[0]) if match[1] else int(match[0])))
            self._text = text[match.end() :]
        elif match := _WORD.match(text):
            self._word(match[0])
            self._text = text[match.end() :]
        else:
            raise JSONPathError(f"unrecognized character in action: U+{ord(char):04X} '{char}'")

    def _word(self, word: str) -> None:
        known = word in ("true", "false")
        self._nodes.append(Literal(word == "true") if known else Identifier(word))

    def _field(self) -> None:
        match = _FIELD.match(self._text)
        name = match[0] if match else ""
        self._text = self._text[len(name) :]
        plain = re.sub(r"\\(.)", r"\1", name, flags=re.DOTALL)
        self._nodes.append(Wildcard() if name == "*" else Field(plain))

    def _array(self) -> None:
        end = _end_of(self._text[1:], "]", "unterminated array", "[") + 1
        inside, self._text = self._text[1:end].strip(), self._text[end + 1 :]
        self._nodes.append(_index(inside))


def _closing(text: str) -> int:
    """Where the quote that opens a text is closed. Raises JSONPathError."""
    place = 1
    while place < len(text):
        if text[place] == "\\":
            place += 1
        elif text[place] == text[0]:
            return place
        place += 1
    raise JSONPathError("unterminated quoted string")


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text, flags=re.DOTALL)


def _index(text: str) -> Node:
    """What stands between brackets. Raises JSONPathError."""
    if text == "*":
        return Slice()
    if text.startswith("?(") and text.endswith(")"):
        return _filter(text[2:-1].strip())
    if key := _KEY.match(text):
        return Field(key[1])
    if "," in text:
        return Union([(_index(one.strip()),) for one in text.split(",")])
    numbers = _SLICE.match(text)
    if not text or numbers is None:
        raise JSONPathError(f"invalid array index {text}")
    start, end, step = (part.lstrip(":") if part else "" for part in numbers.groups())
    if numbers[2] is None:
        return Slice(int(start), int(start) + 1, single=True)
    return Slice(int(start or 0), int(end) if end else None, int(step or 1))


def _filter(text: str) -> Filter:
    match = _FILTER.match(text)
    if match is None:
        return Filter(parse_path(text))
    left, operator, right = match.groups()
    if operator not in ("==", "!=", "<", "<=", ">", ">="):
        raise JSONPathError(f"unrecognized filter operator {operator}")
    return Filter(parse_path(left), operator, parse_path(right))
