"""A pattern to RE2's spelling of it: read as Go reads it, refused where and as Go refuses it.

Flags are resolved while reading, so what comes out has none but ``i``, and groups only hold things together.

Upstream: Go's regexp/syntax/parse.go
"""

import re
from typing import Final, NoReturn

from kplan.apiserver.goregexp.brackets import GROUPS, NOTHING, group_at, members_at
from kplan.apiserver.goregexp.errors import RegexError
from kplan.apiserver.goregexp.escapes import escape_at, literal
from kplan.namedtuples import NamedTuple

_MOST_COPIES: Final = 1000
_MOST_INSTRUCTIONS: Final = (128 << 20) // 40
_GREATEST_HEIGHT: Final = 1000
_REPEAT: Final = re.compile(r"\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}")
_NAMED: Final = re.compile(r"\(\?(?:P(?=<.)|(?=<.))<", re.DOTALL)
_NAME: Final = re.compile(r"[A-Za-z0-9_]+")
_FLAGS: Final = re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
_BEFORE_UNKNOWN: Final = re.compile(r"\(\?[imsU]*(?:-[imsU]*)?")


class _Part(NamedTuple):
    """One operand, spelled for RE2, and what Go's limits are about."""

    text: str
    size: int = 1
    """Instructions it compiles to."""
    height: int = 1
    copies: int = 1
    """How often the innermost thing in it is written out by counted repetition."""
    kind: str = ""
    """``literal`` for a plain character, ``repeat`` for something that ends in an operator."""


_EMPTY: Final = _Part("")


class _Group:
    """An open parenthesis (or the whole pattern): the branches that are complete and the one being read."""

    __slots__ = ("branches", "captures", "flags", "parts")

    def __init__(self, flags: frozenset[str], *, captures: bool = False) -> None:
        self.flags = flags
        self.captures = captures
        self.branches: list[_Part] = []
        self.parts: list[_Part] = []


def translate(pattern: str) -> str:
    """Spell the pattern for RE2; raises RegexError with Go's text."""
    return _Parser(pattern).parse()


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.flags: frozenset[str] = frozenset()
        self.groups = [_Group(self.flags)]
        self.repeated_at = -1
        """Where the operator began that ended right here; -1 if none did."""

    def parse(self) -> str:
        pattern = self.pattern
        while self.at < len(pattern):
            repeated_at, self.repeated_at = self.repeated_at, -1
            char = pattern[self.at]
            if char in "*+?":
                self._repeat(repeated_at, self.at + 1, char)
            elif char == "{" and (counted := _REPEAT.match(pattern, self.at)):
                self._counted(repeated_at, counted)
            elif char == "(":
                self._open()
            elif char == ")":
                self._close()
            elif char == "|":
                self._branch()
            elif char == "[":
                self._class()
            elif char == "\\":
                self._escape()
            else:
                self._plain(char)
        if len(self.groups) > 1:
            self._refuse("missing closing )", pattern)
        return self._whole(self.groups[0]).text

    def _refuse(self, reason: str, excerpt: str) -> NoReturn:
        raise RegexError(reason, excerpt)

    def _push(self, part: _Part, end: int) -> None:
        if part.size > _MOST_INSTRUCTIONS:
            self._refuse("expression too large", self.pattern)
        if part.height > _GREATEST_HEIGHT:
            self._refuse("expression nests too deeply", self.pattern)
        self.groups[-1].parts.append(part)
        self.at = end

    def _plain(self, char: str) -> None:
        if char == ".":
            self._push(_Part(r"[\x00-\x{10ffff}]" if "s" in self.flags else r"[^\n]"), self.at + 1)
        elif char == "^":
            self._push(_Part("(?m:^)" if "m" in self.flags else r"\A"), self.at + 1)
        elif char == "$":
            self._push(_Part("(?m:$)" if "m" in self.flags else r"\z"), self.at + 1)
        else:
            self._push(self._literal(char), self.at + 1)

    def _literal(self, char: str) -> _Part:
        text = literal(char)
        if "i" in self.flags and (not char.isascii() or char.isalpha()):
            text = f"(?i:{text})"
        return _Part(text, kind="literal")

    # Repetition

    def _counted(self, repeated_at: int, found: "re.Match[str]") -> None:
        low = int(found[1][:9])
        high = int(found[3][:9]) if found[3] else -1 if found[2] else low
        if max(low, high) > _MOST_COPIES or 0 <= high < low:
            self._refuse("invalid repeat count", found[0])
        self._repeat(repeated_at, found.end(), found[0], low, high)

    def _repeat(self, repeated_at: int, end: int, operator: str, low: int = -1, high: int = -1) -> None:
        """Repeat the last part; ``low`` is -1 for operators that do not count."""
        begin = self.at
        lazy = self.pattern.startswith("?", end)
        end += lazy
        if repeated_at >= 0:
            self._refuse("invalid nested repetition operator", self.pattern[repeated_at:end])
        parts = self.groups[-1].parts
        if not parts:
            self._refuse("missing argument to repetition operator", self.pattern[begin:end])
        part = parts.pop()
        text = f"(?:{part.text})" if part.kind == "repeat" or not part.text else part.text
        if lazy != ("U" in self.flags):
            operator += "?"
        size, copies = _repeated(part, operator, low, high)
        self._push(_Part(text + operator, size, part.height + 1, copies, "repeat"), end)
        if max(low, high) > 1 and copies > _MOST_COPIES:
            self._refuse("invalid repeat count", self.pattern[begin:end])
        self.repeated_at = begin

    # Groups

    def _open(self) -> None:
        pattern, begin = self.pattern, self.at
        if not pattern.startswith("(?", begin):
            self.groups.append(_Group(self.flags, captures=True))
            self.at += 1
            return
        if named := _NAMED.match(pattern, begin):
            self._name(named)
            return
        found = _FLAGS.match(pattern, begin)
        if not found:
            known = _BEFORE_UNKNOWN.match(pattern, begin)
            end = known.end() + 1 if known else begin
            self._refuse("invalid or unsupported Perl syntax", pattern[begin:end])
        flags = (self.flags | frozenset(found[1])) - frozenset(found[2] or "")
        if found[3] == ":":
            self.groups.append(_Group(self.flags))
        self.flags = flags
        self.at = found.end()

    def _name(self, named: "re.Match[str]") -> None:
        end = self.pattern.find(">", self.at)
        if end < 0:
            self._refuse("invalid named capture", self.pattern[self.at :])
        if not _NAME.fullmatch(self.pattern, named.end(), end):
            self._refuse("invalid named capture", self.pattern[self.at : end + 1])
        self.groups.append(_Group(self.flags, captures=True))
        self.at = end + 1

    def _close(self) -> None:
        if len(self.groups) == 1:
            self._refuse("unexpected )", self.pattern)
        group = self.groups.pop()
        self.flags = group.flags
        whole = self._whole(group)
        part = _Part(f"(?:{whole.text})", whole.size, whole.height, whole.copies)
        if group.captures:
            part = part._replace(size=part.size + 2, height=part.height + 1)
        self._push(part, self.at + 1)

    def _branch(self) -> None:
        group = self.groups[-1]
        group.branches.append(_concatenated(group.parts))
        group.parts = []
        self.at += 1

    def _whole(self, group: _Group) -> _Part:
        last = _concatenated(group.parts)
        if not group.branches:
            return last
        branches = [*group.branches, last]
        return _Part(
            "|".join(branch.text for branch in branches),
            sum(branch.size for branch in branches) + len(branches) - 1,
            max(branch.height for branch in branches) + 1,
            max(branch.copies for branch in branches),
        )

    # Escapes and classes

    def _escape(self) -> None:
        pattern, begin = self.pattern, self.at
        char = pattern[begin + 1 : begin + 2]
        if char in ("A", "b", "B", "z"):
            self._push(_Part("\\" + char), begin + 2)
        elif char == "Q":
            self._quoted()
        elif char in GROUPS:
            members, end = group_at(pattern, begin, fold="i" in self.flags)
            self._push(self._bracket(members or NOTHING), end)
        else:
            code, end = escape_at(pattern, begin)
            self._push(self._literal(chr(code)), end)

    def _quoted(self) -> None:
        begin = self.at + 2
        end = self.pattern.find("\\E", begin)
        text = self.pattern[begin:] if end < 0 else self.pattern[begin:end]
        after = len(self.pattern) if end < 0 else end + 2
        for char in text:
            self._push(self._literal(char), after)
        self.at = after

    def _class(self) -> None:
        members, end = members_at(self.pattern, self.at, fold="i" in self.flags)
        self._push(self._bracket(members), end)

    def _bracket(self, members: str) -> _Part:
        text = f"[{members}]"
        return _Part(f"(?i:{text})" if "i" in self.flags else text)


def _concatenated(parts: list[_Part]) -> _Part:
    if len(parts) < 2:
        return parts[0]._replace(kind="") if parts else _EMPTY
    deeper = any(part.kind != "literal" for part in parts)
    return _Part(
        "".join(part.text for part in parts),
        sum(part.size for part in parts),
        max(part.height for part in parts) + deeper,
        max(part.copies for part in parts),
    )


def _repeated(part: _Part, operator: str, low: int, high: int) -> tuple[int, int]:
    """Size and copies of a repetition."""
    if low < 0:
        return part.size + (2 if operator[0] == "*" else 1), part.copies
    if high < 0:
        return (1 + low * part.size if low else 2 + part.size), max(low, 1) * part.copies
    return max(1, high * part.size + high - low), high * max(part.copies, 1)
