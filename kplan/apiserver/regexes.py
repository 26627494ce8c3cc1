"""Regular expressions as Go's regexp package reads them, on top of Python's engine.

Patterns in schemas are RE2: no lookaround, ASCII classes, ``$`` at the very end only; what Go refuses is refused here,
in its words.

Upstream: Go's regexp/syntax
"""

import re
from functools import lru_cache
from typing import Final


class RegexError(ValueError):
    """The pattern is no RE2 expression; the text is Go's."""

    def __init__(self, reason: str, excerpt: str) -> None:
        super().__init__(f"error parsing regexp: {reason}: `{excerpt}`")


_POSIX: Final = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": "\\x00-\\x7f", "blank": "\\t ", "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ", "upper": "A-Z", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_LETTER_ESCAPES: Final = frozenset("aftnrvAbBdDsSwWzCQExpP01234567")
_PERL: Final = {"d": "0-9", "s": "\\t\\n\\f\\r ", "w": "0-9A-Za-z_"}
_CATEGORIES: Final = {
    "L": "^\\W\\d_", "Lu": "A-Z\u00c0-\u00d6\u00d8-\u00de", "Ll": "a-z\u00df-\u00f6\u00f8-\u00ff", "N": "\\d", "Nd": "\\d",
}  # fmt: skip
_FLAGS: Final = re.compile(r"\(\?(?:P?<(?P<name>[^>]*)>|(?P<on>[imsU]*)(?:-(?P<off>[imsU]+))?(?P<end>[:)]))")
_REPEAT: Final = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_MOST_REPEATS: Final = 1000


@lru_cache(maxsize=2048)
def compile_regex(pattern: str) -> re.Pattern[str]:
    """Compile; raises RegexError with Go's text."""
    text = _Translator(pattern).translate()
    try:
        return re.compile(text)
    except re.error:
        raise RegexError("invalid or unsupported Perl syntax", pattern) from None


class _Translator:
    """Rewrites one pattern for Python, checking it as Go does."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.out: list[str] = []

    def translate(self) -> str:
        depth = 0
        atom = False
        after_repeat = ""
        while self.at < len(self.pattern):
            char = self.pattern[self.at]
            if char in "*+?" or (char == "{" and _REPEAT.match(self.pattern, self.at)):
                after_repeat = self._repeat(after_repeat, atom=atom)
                continue
            after_repeat = ""
            atom = True
            if char == "(":
                depth += self._group()
                atom = False
            elif char == ")":
                depth -= 1
                if depth < 0:
                    raise RegexError("unexpected )", self.pattern)
                self._take(1)
            elif char == "[":
                self._class()
            elif char == "\\":
                self._escape()
            elif char == "|":
                self._take(1)
                atom = False
            elif char == "^":
                self._put("^", 1)
                atom = True
            elif char == "$":
                self._put("\\Z", 1)
            elif char == "{":
                self._put("\\{", 1)
            else:
                self._take(1)
        if depth:
            raise RegexError("missing closing )", self.pattern)
        return "".join(self.out)

    def _put(self, text: str, size: int) -> None:
        self.out.append(text)
        self.at += size

    def _take(self, size: int) -> None:
        self._put(self.pattern[self.at : self.at + size], size)

    def _repeat(self, after: str, *, atom: bool) -> str:
        match = _REPEAT.match(self.pattern, self.at)
        size = match.end() - self.at if match else 1
        operator = self.pattern[self.at : self.at + size]
        if not atom:
            raise RegexError("missing argument to repetition operator", operator)
        lazy = self.pattern[self.at + size : self.at + size + 1] == "?"
        if after:
            raise RegexError("invalid nested repetition operator", after + operator + ("?" if lazy else ""))
        if match:
            low, high = int(match[1]), int(match[2]) if match[2] else -1
            if low > _MOST_REPEATS or high > _MOST_REPEATS or 0 <= high < low:
                raise RegexError("invalid repeat count", operator)
        self._take(size + lazy)
        return operator + ("?" if lazy else "")

    def _group(self) -> int:
        if not self.pattern.startswith("(?", self.at):
            self._take(1)
            return 1
        match = _FLAGS.match(self.pattern, self.at)
        if match is None:
            if self.pattern.startswith(("(?P=", "(?P>", "(?=", "(?!", "(?<", "(?#", "(?>"), self.at):
                size = 4 if self.pattern.startswith(("(?<=", "(?<!"), self.at) else 3
                raise RegexError("invalid or unsupported Perl syntax", self.pattern[self.at : self.at + size])
            raise RegexError("missing argument to repetition operator", "?")
        if match["name"] is not None:
            if not re.fullmatch(r"\w+", match["name"], re.ASCII):
                raise RegexError("invalid named capture", match[0])
            self._put(f"(?P<{match['name']}>" if match["name"].isidentifier() else "(", match.end() - self.at)
            return 1
        return self._flags(match)

    def _flags(self, match: "re.Match[str]") -> int:
        on, off = match["on"].replace("U", ""), (match["off"] or "").replace("U", "")
        text = on + (f"-{off}" if off else "")
        if match["end"] == ":":
            self._put(f"(?{text}:", match.end() - self.at)
            return 1
        self.at = match.end()
        if text:
            rest = _Translator(self.pattern[self.at :])
            if ")" not in rest.pattern or "(" in rest.pattern or not self.out:
                self.out.append(f"(?{text}:{rest.translate()})")
                self.at = len(self.pattern)
        return 0

    def _escape(self) -> None:
        if self.at + 1 >= len(self.pattern):
            raise RegexError("trailing backslash at end of expression", "")
        char = self.pattern[self.at + 1]
        if char in "pP":
            self._property()
        elif char in "dDsSwW":
            self._put(f"[{'^' if char.isupper() else ''}{_PERL[char.lower()]}]", 2)
        elif char == "z":
            self._put("\\Z", 2)
        elif char == "Q":
            end = self.pattern.find("\\E", self.at)
            end = len(self.pattern) if end < 0 else end
            self._put(re.escape(self.pattern[self.at + 2 : end]), end + 2 - self.at)
        elif char == "x" and self.pattern[self.at + 2 : self.at + 3] == "{":
            end = self.pattern.find("}", self.at)
            self._put(re.escape(chr(int(self.pattern[self.at + 3 : end], 16))), end + 1 - self.at)
        elif (char.isascii() and char.isalpha() and char not in _LETTER_ESCAPES) or char in "123456789":
            raise RegexError("invalid escape sequence", self.pattern[self.at : self.at + 2])
        else:
            self._take(2)

    def _property(self) -> None:
        negated = self.pattern[self.at + 1] == "P"
        if self.pattern[self.at + 2 : self.at + 3] == "{":
            end = self.pattern.find("}", self.at)
            name, size = self.pattern[self.at + 3 : end], end + 1 - self.at
        else:
            name, size = self.pattern[self.at + 2 : self.at + 3], 3
        if name.lstrip("^") not in _CATEGORIES:
            if not name or len(name) > 2:
                raise RegexError("invalid character class range", self.pattern[self.at : self.at + size])
            self._put("[^\\x00-\\x7f]" if not negated else "[\\x00-\\x7f]", size)
            return
        members = _CATEGORIES[name.lstrip("^")]
        if negated != name.startswith("^"):
            members = members[1:] if members.startswith("^") else "^" + members
        self._put(f"[{members}]", size)

    def _class(self) -> None:
        start = self.at
        self.at += 1
        members = ["["]
        if self.pattern.startswith("^", self.at):
            members.append("^")
            self.at += 1
        first = True
        while True:
            if self.at >= len(self.pattern):
                raise RegexError("missing closing ]", self.pattern[start:])
            char = self.pattern[self.at]
            if char == "]" and not first:
                break
            first = False
            members.append(self._member())
        self.at += 1
        self.out.append("".join(members) + "]")

    def _member(self) -> str:
        named = re.compile(r"\[:(\^?)(\w+):\]").match(self.pattern, self.at)
        if named:
            if named[2] not in _POSIX or named[1]:
                raise RegexError("invalid character class range", named[0])
            self.at = named.end()
            return _POSIX[named[2]]
        low, text = self._single()
        if not self.pattern.startswith("-", self.at) or self.pattern.startswith("-]", self.at) or low < 0:
            return text
        self.at += 1
        begin = self.at
        high, high_text = self._single() if self.at < len(self.pattern) else (low, text)
        if high < low:
            excerpt = chr(low) + "-" + self.pattern[begin : self.at]
            raise RegexError("invalid character class range", excerpt)
        return f"{text}-{high_text}"

    def _single(self) -> tuple[int, str]:
        char = self.pattern[self.at]
        if char != "\\":
            self.at += 1
            return ord(char), "\\" + char if char in "[]^\\-&~|" else char
        before = len(self.out)
        self._escape()
        text = "".join(self.out[before:])
        del self.out[before:]
        if text.startswith("["):
            inner = text[1:-1]
            return -1, _inverse(inner[1:]) if inner.startswith("^") else inner
        plain = text[1:] if len(text) == 2 else text
        return (ord(plain) if len(plain) == 1 else -1), text


def _inverse(members: str) -> str:
    """The complement of a Perl class, for use inside another class."""
    return {"0-9": "\\D", "0-9A-Za-z_": "\\W"}.get(members, "\\S")
