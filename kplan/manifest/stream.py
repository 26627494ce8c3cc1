"""A file's text to the texts of its documents, split where kubectl splits: JSON values in a row, or ``---`` lines.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/yaml/decoder.go
"""

import json
import re
from collections.abc import Iterator
from math import isinf
from typing import Any, Final

from kplan.manifest.scalars import json_number
from kplan.namedtuples import NamedTuple

NO_SEPARATOR: Final = "invalid Yaml document separator"
_SPACE = re.compile(r"[ \t\n\r]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_PEEK = 4096
_INT64_DIGITS = 19
_FLOAT_DIGITS = 310
_SHOWN_DIGITS = 40
_LEAST_LEFT = 4
"""Bytes that kubectl wants to see at a time while it looks for YAML behind JSON."""
_EXPECTED: Final = {
    "Expecting value": "looking for beginning of value",
    "Expecting property name enclosed in double quotes": "looking for beginning of object key string",
    "Expecting ':' delimiter": "after object key",
}
"""Python's words for where a JSON text goes wrong, and Go's."""


class Chunk(NamedTuple):
    """The text of one document and where it begins; ``value`` if JSON reading has already given it."""

    text: str
    line: int
    column: int = 0
    is_json: bool = False
    value: Any = None
    problem: str = ""
    """Why the stream cannot be split here; the place is the chunk's own."""
    repeats: bool = False
    """Some JSON object names a member twice."""
    instead: "Chunk | None" = None
    """What kubectl says where this is no YAML either: why it is not JSON, as what stands before it is, and where."""


def split(text: str) -> Iterator[Chunk]:
    """Cut a stream into documents, in order, empty ones included."""
    start = 0
    if text[:_PEEK].lstrip().startswith("{"):
        reader = _JsonReader(text)
        yield from reader.read()
        if reader.finished:
            return
        start = reader.position
        if reader.problem is not None and not text.startswith("---", start):
            first, *others = [*_split_yaml(text, start)] or [reader.problem]
            yield first if first.problem else first._replace(instead=reader.problem)
            yield from others
            return
    yield from _split_yaml(text, start)


class _JsonReader:
    """Reads JSON values one after the other until the end or the first text that is not JSON.

    ``position`` is then where YAML begins, unless the reading is ``finished``.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.finished = False
        self.problem: Chunk | None = None
        """Why the rest is not JSON, if something before it is."""
        self._line = 0
        self._counted = 0
        self._repeats = False
        self._beyond = ""
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=self._integer, parse_float=self._number,
            parse_constant=_constant,
        )  # fmt: skip

    def read(self) -> Iterator[Chunk]:
        """Yield the values."""
        count = 0
        while True:
            start = self._skip_space(self.position)
            if start == len(self.text):
                self.finished = True
                return
            self._repeats = False
            self._beyond = ""
            try:
                value, end = self._decoder.raw_decode(self.text, start)
            except (ValueError, RecursionError) as error:
                yaml = _next_line(self.text, self.position) if count <= 1 else None
                if yaml is None:
                    self.finished = True
                    yield self._broken(error, start)
                else:
                    self.position = yaml
                    self.problem = self._broken(error, start) if count else None
                return
            count += 1
            value = None if self._beyond else _sound(value, self.text, start, end)
            place = self._place(start)
            yield Chunk(self.text[start:end], *place, True, value, self._beyond, self._repeats)
            self.position = end

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            self._repeats = True
        return value

    def _broken(self, error: Exception, start: int) -> Chunk:
        if isinstance(error, json.JSONDecodeError):
            return Chunk("", *self._place(error.pos), True, None, f"json: {_reason(error)}")
        message = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        return Chunk("", *self._place(start), True, None, f"json: {message}")

    def _integer(self, text: str) -> int | float:
        if len(text) < _INT64_DIGITS:
            return int(text)
        if len(text) > _FLOAT_DIGITS:
            return self._number(text)
        number = int(text)
        return number if -(1 << 63) <= number < 1 << 63 else self._number(text)

    def _number(self, text: str) -> int | float:
        value = float(text)
        if isinf(value):
            shown = text if len(text) <= _SHOWN_DIGITS else f"{text[:_SHOWN_DIGITS]}..."
            self._beyond = f"json: cannot unmarshal number {shown} into Go value of type float64"
            return 0
        return json_number(value)

    def _skip_space(self, position: int) -> int:
        found = _SPACE.match(self.text, position)
        return found.end() if found else position

    def _place(self, position: int) -> tuple[int, int]:
        self._line += self.text.count("\n", self._counted, position)
        self._counted = max(position, self._counted)
        return self._line, position - (self.text.rfind("\n", 0, position) + 1)


def _split_yaml(text: str, start: int) -> Iterator[Chunk]:
    line, column = text.count("\n", 0, start), start - text.rfind("\n", 0, start) - 1
    counted = start
    for begin, end in _separators(text, start):
        rest = text[begin + 3 : end].strip()
        empty = start >= begin
        if rest and rest[0] != "#":
            if not empty:
                yield Chunk(text[start:begin], line, column)
            line += text.count("\n", counted, begin)
            yield Chunk("", line, 3, problem=f"{NO_SEPARATOR}: {rest[:80]}")
        elif empty:
            continue
        else:
            yield Chunk(text[start:begin], line, column)
            line += text.count("\n", counted, begin)
        line += 1
        start = counted = end + 1
        column = 0
    if start < len(text):
        yield Chunk(text[start:] if text.endswith("\n") else text[start:] + "\n", line, column)


def _separators(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where lines that begin with ``---`` begin and end."""
    begins = text.startswith("---", start) and (not start or text[start - 1] == "\n")
    begin = start if begins else text.find("\n---", start) + 1
    while begin or begins:
        begins = False
        end = text.find("\n", begin)
        end = len(text) if end < 0 else end
        yield begin, end
        begin = text.find("\n---", end) + 1


def _next_line(text: str, position: int) -> int | None:
    """Pass over blanks up to and with the first line end; None if too little is left for kubectl to go on."""
    while len(text[position : position + _LEAST_LEFT].encode("utf-8", "replace")) >= _LEAST_LEFT:
        if not text[position].isspace():
            return position
        position += 1
        if text[position - 1] == "\n":
            return position
    return None


def _reason(error: json.JSONDecodeError) -> str:
    """Say in Go's words why a text is not JSON."""
    left = error.doc[error.pos :].lstrip()[:2]
    if not left:
        return "unexpected EOF"
    if error.msg == "Expecting value" and left[0] == "-":
        return f"invalid character '{left[1:]}' in numeric literal" if left[1:] else "unexpected EOF"
    if error.msg in _EXPECTED:
        return f"invalid character '{left[0]}' {_EXPECTED[error.msg]}"
    return error.msg[0].lower() + error.msg[1:]


def _constant(name: str) -> Any:
    raise ValueError(f"invalid character '{name[0]}' looking for beginning of value")


def _sound(value: Any, text: str, start: int, end: int) -> Any:
    """Replace halves of surrogate pairs, which Go cannot hold, by the replacement character."""
    if not _SURROGATE.search(text, start, end):
        return value
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_sound(key, text, start, end): _sound(item, text, start, end) for key, item in value.items()}
    if isinstance(value, list):
        return [_sound(item, text, start, end) for item in value]
    return value
