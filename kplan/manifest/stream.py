"""A file's text to the texts of its documents, split where kubectl splits: JSON values in a row, or ``---`` lines.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/yaml/decoder.go
"""

import json
import re
from collections.abc import Iterator
from math import isinf
from typing import Any, NamedTuple

from kplan.manifest.scalars import json_number

_SEPARATOR = re.compile(r"^---(.*)$", re.MULTILINE)
_SPACE = re.compile(r"[ \t\n\r]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_PEEK = 4096
_INT64_DIGITS = 19


class Chunk(NamedTuple):
    """The text of one document and where it begins; ``value`` where JSON reading has already given it."""

    text: str
    line: int
    column: int = 0
    is_json: bool = False
    value: Any = None
    problem: str = ""
    """Why the stream cannot be split here; the place is the chunk's own."""
    repeats: bool = False
    """Some JSON object names a member twice."""


def split(text: str) -> Iterator[Chunk]:
    """Cut a stream into documents, in order, empty ones included."""
    start = 0
    if text[:_PEEK].lstrip().startswith("{"):
        reader = _JsonReader(text)
        yield from reader.read()
        if reader.finished:
            return
        start = _next_line(text, reader.position)
    yield from _split_yaml(text, start)


class _JsonReader:
    """Reads JSON values one after the other until the end or the first text that is not JSON."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.finished = False
        self._line = 0
        self._counted = 0
        self._repeats = False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=_integer, parse_float=_number, parse_constant=_constant
        )

    def read(self) -> Iterator[Chunk]:
        """Yield the values; ``position`` is where they ended."""
        count = 0
        while True:
            start = self._skip_space(self.position)
            if start == len(self.text):
                self.finished = True
                return
            self._repeats = False
            try:
                value, end = self._decoder.raw_decode(self.text, start)
            except (ValueError, RecursionError) as error:
                if count > 1:
                    self.finished = True
                    yield self._broken(error, start)
                return
            count += 1
            yield Chunk(
                self.text[start:end],
                *self._place(start),
                True,
                _sound(value, self.text, start, end),
                "",
                self._repeats,
            )
            self.position = end

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            self._repeats = True
        return value

    def _broken(self, error: Exception, start: int) -> Chunk:
        if isinstance(error, json.JSONDecodeError):
            return Chunk(
                "", *self._place(error.pos), True, None, f"json: {error.msg[0].lower()}{error.msg[1:]}"
            )
        message = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        return Chunk("", *self._place(start), True, None, f"json: {message}")

    def _skip_space(self, position: int) -> int:
        found = _SPACE.match(self.text, position)
        return found.end() if found else position

    def _place(self, position: int) -> tuple[int, int]:
        self._line += self.text.count("\n", self._counted, position)
        self._counted = max(position, self._counted)
        return self._line, position - (self.text.rfind("\n", 0, position) + 1)


def _split_yaml(text: str, start: int) -> Iterator[Chunk]:
    line = text.count("\n", 0, start)
    counted = start
    for found in _SEPARATOR.finditer(text, start):
        rest = found[1].strip()
        begin, end = found.span()
        empty = start >= begin
        if rest and rest[0] != "#":
            if not empty:
                yield Chunk(text[start:begin], line)
            line += text.count("\n", counted, begin)
            yield Chunk("", line, 3, problem=f"invalid Yaml document separator: {rest[:80]}")
        elif empty:
            continue
        else:
            yield Chunk(text[start:begin], line)
            line += text.count("\n", counted, begin)
        line += 1
        start = counted = end + 1
    if start < len(text):
        yield Chunk(text[start:] if text.endswith("\n") else text[start:] + "\n", line)


def _next_line(text: str, position: int) -> int:
    """Pass over blanks up to and with the first line end, as kubectl does between JSON and YAML."""
    while position < len(text) and text[position].isspace():
        position += 1
        if text[position - 1] == "\n":
            break
    return position


def _integer(text: str) -> int | float:
    if len(text) < _INT64_DIGITS:
        return int(text)
    if len(text) > 400:
        raise ValueError("number out of range")
    number = int(text)
    return number if -(1 << 63) <= number < 1 << 63 else json_number(float(number))


def _number(text: str) -> int | float:
    value = float(text)
    if isinf(value):
        raise ValueError("number out of range")
    return json_number(value)


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
