"""The keys and items that lead to the cursor, read from indentation and brackets,
so that they are known in broken text too.
"""

import re
from collections.abc import Sequence
from typing import Final

from kplan.lsp.flow import Flow
from kplan.namedtuples import NamedTuple

_KEY: Final = re.compile(r"(\"[^\"]*\"|'[^']*'|[^\s:#\"'\[\]{}][^:#]*?)\s*:(?=\s|$)")
_WHOLE_KEY: Final = re.compile(r"([^\s:#,{}\[\]\"']+)\s*:(?=\s|$)")
_TOP: Final = re.compile(r"(apiVersion|kind):\s*[\"']?([^\s\"'#]*)")
Step = str | int


class Cursor(NamedTuple):
    """The field under a cursor, and the type of its document."""

    path: tuple[Step, ...]
    """The way to the field whose line it is; on an empty line, to the mapping that a new field would join."""
    api_version: str
    kind: str
    typed: str
    """What stands on the line before the cursor, without indentation and dashes."""
    first_line: int
    """The document's first line, from 0."""


class _Open(NamedTuple):
    """A key or an item that the lines so far have opened."""

    indent: int
    step: Step


def cursor_at(lines: Sequence[str], line: int, column: int) -> Cursor:
    """What a cursor stands on; line and column from 0, in characters."""
    start = next(
        (at + 1 for at in range(min(line, len(lines) - 1), -1, -1) if lines[at].startswith("---")), 0
    )
    stack: list[_Open] = []
    flow = Flow()
    for number in range(start, min(line, len(lines))):
        text = lines[number]
        _follow(flow, text, 0 if flow.is_open else _take(stack, text), len(text))
    here = lines[line] if line < len(lines) else ""
    inside = 0 if flow.is_open else _take(stack, here, column)
    _follow(flow, here, inside, column)
    end = next((at for at in range(line + 1, len(lines)) if lines[at].startswith("---")), len(lines))
    top = {found[1]: found[2] for text in lines[start:end] if (found := _TOP.match(text))}
    way = [one.step for one in stack]
    if flow.is_open:
        steps, inside = flow.inside
        way += steps
        if flow.awaits_key and (key := _WHOLE_KEY.match(here, inside)) and key.end() > column:
            way.append(key[1])
    typed = here[inside:column] if column > inside else ""
    return Cursor(tuple(way), top.get("apiVersion", ""), top.get("kind", ""), typed, start)


def _follow(flow: Flow, line: str, begin: int, end: int) -> None:
    """Go on in brackets that are open, or into those with which the value of a line begins."""
    if not flow.is_open:
        key = _KEY.match(line, begin)
        begin = key.end() if key else begin
        begin += len(line[begin:]) - len(line[begin:].lstrip(" "))
        if line[begin : begin + 1] not in ("{", "["):
            return
    flow.follow(line, begin, min(end, len(line)))


def _take(stack: list[_Open], line: str, column: int | None = None) -> int:
    """Close what a line ends and open what it begins; the answer is where its content begins."""
    text = line.rstrip()
    indent = len(line) - len(line.lstrip(" "))
    if column is not None and not text:
        _close(stack, column, item=False)
        return indent
    if not text or text.lstrip().startswith("#"):
        return indent
    while text[indent:] == "-" or text.startswith("- ", indent):
        number = _close(stack, indent, item=True)
        stack.append(_Open(indent, number))
        after = text[indent + 1 :]
        indent += 1 + (len(after) - len(after.lstrip(" ")) if after else 1)
    if key := _KEY.match(text, indent):
        _close(stack, indent, item=False)
        stack.append(_Open(indent, key[1].strip("\"'")))
    elif column is not None:
        _close(stack, indent, item=False)
    return indent


def _close(stack: list[_Open], indent: int, *, item: bool) -> int:
    """Leave what is deeper, or beside; for an item, its number in its list."""
    number = 0
    while stack and (
        stack[-1].indent > indent
        or (stack[-1].indent == indent and (not item or isinstance(stack[-1].step, int)))
    ):
        last = stack.pop()
        if item and last.indent == indent and isinstance(last.step, int):
            number = last.step + 1
    return number
