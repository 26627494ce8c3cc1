"""Classes of characters: what stands in brackets, and the groups that have names or letters.

Upstream: Go's regexp/syntax/parse.go
"""

from typing import Final

from kplan.apiserver.goregexp.classes import PERL, POSIX, unicode_class
from kplan.apiserver.goregexp.errors import RegexError
from kplan.apiserver.goregexp.escapes import escape_at, literal

GROUPS: Final = PERL | frozenset("pP")
"""Letters that mean a class after a backslash."""
NOTHING: Final = r"^\x00-\x{10ffff}"
"""The members of the class without members, which RE2 does not spell ``[]``."""
_EVERYTHING: Final = r"\x00-\x{10ffff}"
_RANGE: Final = "invalid character class range"


def group_at(pattern: str, begin: int, *, fold: bool) -> tuple[str, int]:
    r"""Read ``\d`` or ``\p{Greek}``: its members as RE2 spells them, and where it ends; raises RegexError."""
    letter = pattern[begin + 1]
    if letter in PERL:
        return "\\" + letter, begin + 2
    end = begin + 3
    name = pattern[begin + 2 : end]
    if name == "{":
        closing = pattern.find("}", begin)
        if closing < 0:
            raise RegexError(_RANGE, pattern[begin:])
        name, end = pattern[end:closing], closing + 1
    members = unicode_class(name, negated=letter == "P", fold=fold)
    if members is None:
        raise RegexError(_RANGE, pattern[begin:end])
    return members, end


def members_at(pattern: str, begin: int, *, fold: bool) -> tuple[str, int]:
    """Read ``[...]``: its members as RE2 spells them, and where it ends; raises RegexError."""
    at = begin + 1
    negated = pattern.startswith("^", at)
    at += negated
    first = at
    members = ""
    while at == first or not pattern.startswith("]", at):
        member, at = _member(pattern, at, begin, fold=fold)
        members += member
    if not members:
        return _EVERYTHING if negated else NOTHING, at + 1
    return f"{'^' if negated else ''}{members}", at + 1


def _member(pattern: str, at: int, begin: int, *, fold: bool) -> tuple[str, int]:
    """Read a named class, an escaped one, a character or a range; ``begin`` is where the brackets open."""
    if pattern.startswith("[:", at) and (end := pattern.find(":]", at + 2)) >= 0:
        name = pattern[at + 2 : end]
        if name.removeprefix("^") not in POSIX:
            raise RegexError(_RANGE, pattern[at : end + 2])
        return f"[:{name}:]", end + 2
    if pattern.startswith("\\", at) and pattern[at + 1 : at + 2] in GROUPS:
        return group_at(pattern, at, fold=fold)
    low, end = _character(pattern, at, begin)
    if not pattern.startswith("-", end) or len(pattern) < end + 2 or pattern[end + 1] == "]":
        return literal(chr(low)), end
    high, end = _character(pattern, end + 1, begin)
    if high < low:
        raise RegexError(_RANGE, pattern[at:end])
    return f"{literal(chr(low))}-{literal(chr(high))}", end


def _character(pattern: str, at: int, begin: int) -> tuple[int, int]:
    if at >= len(pattern):
        raise RegexError("missing closing ]", pattern[begin:])
    if pattern[at] == "\\":
        return escape_at(pattern, at)
    return ord(pattern[at]), at + 1
