"""A compiled expression, and the searches that the API server makes with it.

Upstream: Go's regexp/regexp.go
"""

import re
from functools import lru_cache
from typing import Any, Final

from kplan.apiserver.goregexp.errors import RegexError

_CONTINUATION: Final = frozenset(bytes((byte,)) for byte in range(0x80, 0xC0))
"""Bytes of UTF-8 that begin no character."""
_BUDGETS: Final = (8 << 20, 128 << 20, 1 << 30)
"""Bytes for RE2, tried one after the other: few patterns need more than its default, and Go's own limit is 128 MB."""


class Regexp:
    """An expression as ``regexp.Regexp``; texts are searched, not matched whole."""

    __slots__ = ("_compiled",)

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled

    def matches(self, text: str) -> bool:
        """Tell whether the text holds a match: ``MatchString``."""
        return self._search(_utf8(text), 0) is not None

    def find(self, text: str) -> str:
        """Give the leftmost match, empty if there is none: ``FindString``."""
        data = _utf8(text)
        start, end = self._search(data, 0) or (0, 0)
        return data[start:end].decode()

    def find_all(self, text: str, count: int = -1) -> list[str]:
        """Give all matches, or the first ones: ``FindAllString``; none is empty right after another."""
        data = _utf8(text)
        matches: list[str] = []
        position, before = 0, -1
        while position <= len(data) and len(matches) != count and (found := self._search(data, position)):
            start, end = found
            if end > position or start != before:
                matches.append(data[start:end].decode())
            before = end
            position = end if end > position else _next_rune(data, position)
        return matches

    def _search(self, data: bytes, position: int) -> tuple[int, int] | None:
        r"""Find the next match; for RE2 ``\B`` holds between the bytes of one character too, for Go it does not."""
        found = self._compiled.search(data, position)
        while found and data[found.start() : found.start() + 1] in _CONTINUATION:
            found = self._compiled.search(data, _next_rune(data, found.start()))
        return (found.start(), found.end()) if found else None


@lru_cache(maxsize=2048)
def compile_regex(pattern: str) -> Regexp:
    """Compile; raises RegexError with Go's text."""
    import re2  # noqa: PLC0415 - few manifests hold patterns

    from kplan.apiserver.goregexp.parser import translate  # noqa: PLC0415 - likewise

    text = _utf8(translate(pattern))
    options = re2.Options()
    options.log_errors = False
    for budget in _BUDGETS:
        options.max_mem = budget
        try:
            return Regexp(re2.compile(text, options))
        except re2.error:
            continue
    raise RegexError("expression too large", pattern)


def _utf8(text: str) -> bytes:
    """Encode; halves of surrogate pairs, which Go's strings cannot hold, become U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return re.sub("[\ud800-\udfff]", "\ufffd", text).encode()


def _next_rune(data: bytes, position: int) -> int:
    position += 1
    while data[position : position + 1] in _CONTINUATION:
        position += 1
    return position
