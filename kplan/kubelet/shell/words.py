"""The text of a script to operators and words, whose parts are still to be expanded.

Upstream: none; this is the token recognition of a POSIX shell, and what bash adds that scripts of one line use.
"""

import re
from collections.abc import Iterator
from typing import Final

from kplan.namedtuples import NamedTuple

_OPERATORS: Final = ("&&", "||", ";;", "&>", ">>", ">&", "<<", ";", "&", "|", "<", ">", "(", ")", "\n")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z_0-9]*|[0-9?@*#$!-]")
_BRACED: Final = re.compile(r"\{([A-Za-z_][A-Za-z_0-9]*|[0-9?])(?::?-([^{}$`\"'\\]*))?\}")


class UnknownError(Exception):
    """What a script does is not known."""


class Part(NamedTuple):
    """A part of a word."""

    kind: str
    """``text``, ``variable``, ``arithmetic`` or ``command``."""
    text: str
    quoted: bool = False
    default: str | None = None
    """What stands for a variable that is not set."""


Word = tuple[Part, ...]


class Operator(str):
    """A sign that parts words; ``((...))`` is one of its own."""

    __slots__ = ()


def plain(word: Word) -> str:
    """The text of a word without quotes and expansions; empty for any other."""
    return word[0].text if len(word) == 1 and word[0].kind == "text" and not word[0].quoted else ""


def tokens(text: str) -> Iterator[Word | Operator]:
    """The words and operators of a script. Raises UnknownError where a quote is open, or for what is not taken."""
    place, parts = 0, list[Part]()
    while place < len(text):
        sign = text[place]
        if sign in " \t" or (sign == "#" and not parts) or text.startswith("\\\n", place):
            if parts and sign != "\\":
                yield _joined(parts)
                parts = []
            place = _past_blank(text, place)
            continue
        operator = next((one for one in _OPERATORS if text.startswith(one, place)), "")
        if not operator:
            place = _part(text, place, parts)
            continue
        number = plain(_joined(parts)) if parts and operator[0] in "<>" else ""
        if parts and number not in ("1", "2"):
            yield _joined(parts)
            number = ""
        if not parts and text.startswith("((", place):
            end = _closing(text, place)
            yield Operator(text[place:end])
            place = end
            continue
        parts = []
        yield Operator(number + operator)
        place += len(operator)
    if parts:
        yield _joined(parts)


def _past_blank(text: str, place: int) -> int:
    if text[place] == "#":
        end = text.find("\n", place)
        return len(text) if end < 0 else end
    return place + (2 if text[place] == "\\" else 1)


def _joined(parts: list[Part]) -> Word:
    """Neighbours of one kind as one part."""
    done = list[Part]()
    for part in parts:
        last = done[-1] if done else None
        if last and last.kind == part.kind == "text" and last.quoted == part.quoted:
            done[-1] = last._replace(text=last.text + part.text)
        else:
            done.append(part)
    return tuple(done)


def _part(text: str, place: int, parts: list[Part]) -> int:
    """Add the part that begins at a place; returns where the next one does."""
    match text[place]:
        case "'":
            end = _find(text, "'", place + 1)
            parts.append(Part("text", text[place + 1 : end], quoted=True))
            return end + 1
        case '"':
            return _within_quotes(text, place + 1, parts)
        case "$" | "`":
            return _expansion(text, place, parts, quoted=False)
        case "\\" if place + 1 < len(text):
            parts.append(Part("text", text[place + 1], quoted=True))
            return place + 2
        case sign:
            parts.append(Part("text", sign))
            return place + 1


def _within_quotes(text: str, place: int, parts: list[Part]) -> int:
    parts.append(Part("text", "", quoted=True))
    while place < len(text):
        sign = text[place]
        if sign == '"':
            return place + 1
        if sign in "$`":
            place = _expansion(text, place, parts, quoted=True)
            continue
        if sign == "\\" and text[place + 1 : place + 2] in ("$", "`", '"', "\\", "\n"):
            place += 1
            sign = "" if text[place] == "\n" else text[place]
        parts.append(Part("text", sign, quoted=True))
        place += 1
    raise UnknownError(text)


def _expansion(text: str, place: int, parts: list[Part], *, quoted: bool) -> int:
    if text[place] == "`":
        end = _find(text, "`", place + 1)
        parts.append(Part("command", text[place + 1 : end], quoted))
        return end + 1
    if text.startswith("$((", place):
        end = _closing(text, place + 1)
        parts.append(Part("arithmetic", text[place + 3 : end - 2], quoted))
        return end
    if text.startswith("$(", place):
        end = _closing(text, place + 1)
        parts.append(Part("command", text[place + 2 : end - 1], quoted))
        return end
    if text.startswith("${", place):
        if (found := _BRACED.match(text, place + 1)) is None:
            raise UnknownError(text)
        parts.append(Part("variable", found[1], quoted, found[2]))
        return found.end()
    if found := _NAME.match(text, place + 1):
        parts.append(Part("variable", found[0], quoted))
        return found.end()
    parts.append(Part("text", "$", quoted))
    return place + 1


def _closing(text: str, place: int) -> int:
    """Where the bracket that opens at a place is closed; brackets within quotes do not count."""
    depth, quote = 0, ""
    for at in range(place, len(text)):
        sign = text[at]
        if quote or sign in "'\"":
            quote = ("" if sign == quote else quote) if quote else sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if not depth:
                return at + 1
    raise UnknownError(text)


def _find(text: str, sign: str, place: int) -> int:
    end = text.find(sign, place)
    if end < 0:
        raise UnknownError(text)
    return end
