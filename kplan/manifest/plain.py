"""The plain part of YAML to a value, line by line: what most manifests are written in.

Mappings and lists in blocks, and in them plain, quoted and block scalars, are read with a few operations on
texts a line, in a third of the time that libyaml's events take. Where a text is anything else, or may be wrong,
nothing of it is read here: ``events`` then reads all of it, and is the only one that refuses. A test reads
texts at random with either.
"""

import re
from math import isfinite
from typing import Any, Final, TypeVar

from kplan.manifest.limits import Limits
from kplan.manifest.scalars import HINTS, resolve

_Meaning = TypeVar("_Meaning")

UNREAD: Final = object()
"""The text is not plain."""

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_KEY_FIRST: Final = frozenset(_LETTERS + "_$")
_KEY_REST: Final = _LETTERS + "0123456789_$./-"
_FIRST: Final = frozenset(_LETTERS + "0123456789_./$(^<=+~;\\)")
"""How a plain scalar may begin, besides a dash; what else may is left to libyaml."""
_LONGEST_KEY: Final = 128
_LONGEST_PLAIN: Final = 4_096
"""The most characters of a multi-line plain scalar: every line copies what was read so far."""
_MOST_DIGITS: Final = 9
QUOTED: Final = {
    '"': r'("(?:[^"\\]|\\["\\nrt ]|\\u(?!d[89a-f])[0-9a-f]{4})*")(?: +#.*)?',
    "'": r"('(?:[^']|'')*')(?: +#.*)?",
}
"""Quoted scalars, and a comment behind; of escapes the usual ones."""
ENDS: Final = {'"': r'(?:[^"\\]|\\.)*"', "'": r"(?:[^']|'')*'(?!')"}
"""A line that ends a quoted scalar: up to the quote that does."""
_ESCAPE: Final = r"\\(u....|.)"
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t"}
FLOW_ITEM: Final = r"\"[^\"\\]*\"|'[^']*'|-{0,2}[A-Za-z0-9_./][A-Za-z0-9_./-]*"
FLOW: Final = rf"\[ *((?:{FLOW_ITEM})(?: *, *(?:{FLOW_ITEM}))*)? *\](?: +#.*)?"
FLOW_MEMBER: Final = rf"({FLOW_ITEM}): +({FLOW_ITEM})"
_FLOW_MAPPING: Final = rf"\{{ *({FLOW_MEMBER}(?: *, *{FLOW_MEMBER})*)? *\}}(?: +#.*)?"
_BLOCK: Final = r"([|>])([1-9]?)([-+]?)"
_PRINTABLE: Final = bytes(range(0x20, 0x7F)) + b"\n"
_SHORT: Final = 48
_MOST_KNOWN: Final = 20_000

_KEYS: Final[dict[str, str]] = {}
"""The names of keys, as they are written."""
_MEMBERS: Final[dict[str, tuple[str, Any, str | None]]] = {}
"""Cached short lines with a key, most of which occur in many texts:
the key's name, and a plain scalar, which may continue.
"""


class _UnplainError(Exception):
    """Something that only libyaml reads."""


def read(text: str, limits: Limits) -> Any:
    """The value of a document; UNREAD if it is not plain."""
    if not text.endswith("\n") or len(text) > limits.max_nodes or not _is_printable(text):
        return UNREAD
    try:
        return _Reader(text[:-1].split("\n"), limits.max_depth).run()
    except _UnplainError:
        return UNREAD


def _is_printable(text: str) -> bool:
    """Whether a text contains only printable characters and line feeds; for ASCII, deleting the allowed bytes tells."""
    if text.isascii():
        return not text.encode().translate(None, _PRINTABLE)
    return text.replace("\n", "").isprintable()


class _Reader:
    """The lines of a text; ``run`` is the hot loop, the methods read what is more than a word or two."""

    __slots__ = ("_at", "_lines", "_max_depth", "_raw")

    def __init__(self, lines: list[str], max_depth: int) -> None:
        self._lines = lines
        self._max_depth = max_depth
        self._at = 0
        """The first line that is not read yet."""
        self._raw: str | None = None
        """The scalar that was read last, if the next line may continue it."""

    def run(self) -> Any:
        """Put what every line holds into a stack of open mappings and lists, each at a column."""
        # One function: it runs once a line of all that is read, and a call or a look at an attribute a line would show.
        lines, members = self._lines, _MEMBERS
        stack: list[tuple[Any, int]] = []
        root: Any = None
        node: Any = None
        column = at = read = 0
        key = pending = ""  # the last key, and a key that nothing stands behind yet
        raw: str | None = None
        end = len(lines)
        while at < end:
            line = lines[at]
            at += 1
            rest = line.lstrip(" ")
            member = members.get(rest)
            # Most lines are one more member of the mapping that the line before is in: nothing
            # else has to be asked then.
            if (
                member is not None
                and member[2] != ""
                and node.__class__ is dict
                and not pending
                and len(line) - len(rest) == column
            ):
                key, value, raw = member
                if key in node:
                    raise _UnplainError
                node[key], read = value, at
                continue
            if member is None and (not rest or rest[0] == "#" or (node is None and line == "---")):
                continue
            indent = len(line) - len(rest)
            dashed = member is None and rest[0] == "-" and rest[1:2] == " "
            if pending:
                if indent > column and member is None and not dashed and begins_scalar(rest):
                    self._at = read = at
                    node[pending] = self._scalar(rest.rstrip(" "), column)
                    raw, at, pending = self._raw, self._at, ""
                    continue
                if indent > column or (dashed and indent == column):
                    stack.append((node, column))
                    node[pending] = node = [] if dashed else {}
                    column = indent
                pending = ""
            elif node is None:
                root = node = [] if dashed else {}
                column = indent
            elif indent > column:
                if raw is None or read != at - 1 or len(raw) > _LONGEST_PLAIN:
                    raise _UnplainError
                raw, read = f"{raw} {_continued(rest)}", at
                node[key if node.__class__ is dict else -1] = raw
                continue
            while indent < column and stack:
                node, column = stack.pop()
            if not dashed and node.__class__ is list and stack:  # the end of a list at its key's own column
                node, column = stack.pop()
            if indent != column or dashed is (node.__class__ is dict):
                raise _UnplainError
            read = at
            if dashed:
                rest = rest[2:].lstrip(" ")
                member = members.get(rest)
                if member is None and begins_scalar(rest):
                    self._at = at
                    node.append(self._scalar(rest.rstrip(" "), column))
                    raw, at = self._raw, self._at
                    continue
                stack.append((node, column))
                node.append({})
                column = len(line) - len(rest)
                node = node[-1]
            self._at = at
            key, value, raw = member or self._member(rest, column)
            at = self._at
            if key in node:
                raise _UnplainError
            node[key] = value
            if raw == "":
                node[key], pending = None, key
                if len(stack) + 3 > self._max_depth:  # a list, and a mapping in it
                    raise _UnplainError
        if root is None:
            raise _UnplainError
        return root

    def _member(self, rest: str, column: int) -> tuple[str, Any, str | None]:
        """Read key and value of a member of a mapping at a column; nothing stands behind the key if no text does."""
        key, colon, value = rest.partition(": ")
        if not colon and rest[-1:] != ":":
            raise _UnplainError
        name, value = name_of(key if colon else rest[:-1]), value.strip(" ")
        if not value or value[0] == "#":
            member: tuple[str, Any, str | None] = name, None, ""
        else:
            member = name, self._scalar(value, column), self._raw
        if len(rest) < _SHORT and member[2] is not None:
            _remember(_MEMBERS, rest, member)
        return member

    def _scalar(self, value: str, column: int) -> Any:
        """Read a value that begins on the line before ``_at``, in a collection at a column."""
        self._raw = None
        first = value[:1]
        if first in _FIRST or (first in ("-", ":") and value[1:2] not in ("", " ")):
            return self._plain(value)
        if first in ('"', "'"):
            return self._quoted(value, column)
        if first in ("|", ">"):
            return self._block(value, column)
        return _flow_mapping(value) if first == "{" else _flow(value)

    def _plain(self, value: str) -> Any:
        text, comment, _ = value.partition(" #")
        text = text.rstrip(" ")
        if ": " in text or text[-1] == ":":
            raise _UnplainError
        found = resolve(text) if text[0] in HINTS else text
        if found.__class__ is float and not isfinite(found):
            raise _UnplainError
        self._raw = None if comment else text
        return found

    def _quoted(self, value: str, column: int) -> str:
        """Read a quoted scalar; line breaks in it are blanks, empty lines are line breaks."""
        quote, inner = value[0], value[1:-1]
        if value[-1:] == quote and quote not in inner and "\\" not in inner and len(value) > 1:
            return inner
        parts, gap, rest = [value], "", value[1:]
        while not re.match(ENDS[quote], rest):
            if self._at == len(self._lines):
                raise _UnplainError
            line = self._lines[self._at]
            rest = line.strip(" ")
            self._at += 1
            if not rest:
                gap += "\n"
                continue
            if len(line) - len(line.lstrip(" ")) <= column:
                raise _UnplainError
            last = parts[-1]
            escaped = quote == '"' and (len(last) - len(last.rstrip("\\"))) % 2
            if escaped:
                parts[-1] = last[:-1]
            parts += [gap if escaped else gap or " ", rest]
            gap = ""
        found = re.fullmatch(QUOTED[quote], "".join(parts), re.DOTALL)
        if found is None:
            raise _UnplainError
        return _unquoted(found[1])

    def _block(self, header: str, column: int) -> str:
        """Read the lines of a block scalar: all that stand further in than what holds it."""
        style = re.fullmatch(_BLOCK, header)
        if style is None:
            raise _UnplainError
        given = column + int(style[2]) if style[2] else 0
        found, inner = list[str](), given
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if rest := line.lstrip(" "):
                indent = len(line) - len(rest)
                if indent <= column:
                    break
                inner = inner or indent
                if indent < inner:
                    raise _UnplainError
            elif len(line) > max(column + 1, inner):
                raise _UnplainError
            found.append(line)
            self._at += 1
        lines = len(found)
        while found and not found[-1].strip(" "):
            found.pop()
        body = [line[inner:] for line in found]
        if not body or (style[1] == ">" and any(not line or line[0] == " " for line in body)):
            raise _UnplainError
        text = ("\n" if style[1] == "|" else " ").join(body)
        ends = {"-": 0, "+": 1 + lines - len(body)}.get(style[3], 1)
        return text + "\n" * ends


def begins_scalar(rest: str) -> bool:
    """Whether a scalar begins the line or follows a dash; what looks like a key may be in a comment or in quotes."""
    key, colon, _ = rest.partition(": ")
    if not colon:
        return rest[-1:] != ":"
    return " #" in key or (rest[0] in QUOTED and re.fullmatch(QUOTED[rest[0]], rest) is not None)


def _continued(rest: str) -> str:
    """A line with which a plain scalar goes on."""
    text = rest.rstrip(" ")
    if ": " in text or text[-1] == ":" or " #" in text:
        raise _UnplainError
    return text


def _unquoted(text: str) -> str:
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    if "\\" not in text:
        return text[1:-1]
    return re.sub(_ESCAPE, _unescaped, text[1:-1])


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1][1:], 16)) if len(found[1]) > 1 else _ESCAPED.get(found[1], found[1])


def _flow(value: str) -> list[Any]:
    """Read a list in brackets, on one line and of scalars."""
    found = re.fullmatch(FLOW, value)
    if found is None:
        raise _UnplainError
    return [_flow_item(one) for one in re.findall(FLOW_ITEM, found[1] or "")]


def _flow_mapping(value: str) -> dict[str, Any]:
    """Read a mapping in braces, on one line and of scalars."""
    found = re.fullmatch(_FLOW_MAPPING, value)
    if found is None:
        raise _UnplainError
    members = re.findall(FLOW_MEMBER, found[1] or "")
    mapping = {name_of(key): _flow_item(item) for key, item in members}
    if len(mapping) != len(members):
        raise _UnplainError
    return mapping


def _flow_item(text: str) -> Any:
    if text[0] in QUOTED:
        return text[1:-1]
    found = resolve(text)
    if found.__class__ is float:
        raise _UnplainError
    return found


def name_of(text: str) -> str:
    """The name that a key is, which has to be clear at first sight."""
    if text in _KEYS:
        return _KEYS[text]
    quoted = text[:1] in QUOTED and text[-1:] == text[0]
    name = text[1:-1] if quoted else text
    if not name or len(name) > _LONGEST_KEY or not (_is_quotable(name) if quoted else _is_word(name)):
        raise _UnplainError
    return _remember(_KEYS, text, name)


def _is_quotable(name: str) -> bool:
    return name != "<<" and not any(one in name for one in "\"'\\")


def _is_word(name: str) -> bool:
    """Whether a plain key is text, or a number in canonical form."""
    if name.isascii() and name.isdecimal():
        return len(name) <= _MOST_DIGITS and (name[0] != "0" or name == "0")
    if name[0] not in _KEY_FIRST or name.strip(_KEY_REST):
        return False
    return name[0] not in HINTS or isinstance(resolve(name), str)


def _remember(known: dict[str, _Meaning], text: str, meaning: _Meaning) -> _Meaning:
    if len(known) > _MOST_KNOWN:
        known.clear()
    known[text] = meaning
    return meaning
