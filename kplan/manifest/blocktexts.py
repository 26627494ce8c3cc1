"""Which lines of a YAML text are those of block scalars: what stands there is a value, whatever it looks like."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

_HEADER: Final = re.compile(
    r"(?P<margin>\ *(?:[-?]\ +)*)(?P<key>(?:[^\s#'\"{\[][^#]*?|'[^']*'|\"[^\"]*\")\ *:\ +)?(?:[&!]\S+\ +)*[|>][-+0-9]{0,2}\ *(?:\ \#.*)?",
    re.VERBOSE,
)
"""A line that ends with the sign of a block scalar, behind a key, a dash or nothing."""
_DASH: Final = re.compile(r"[-?] +")


def block_lines(lines: Sequence[str]) -> Iterator[int]:
    """The numbers of the lines, from 0, inside block scalars."""
    outer: int | None = None
    for number, line in enumerate(lines):
        bare = line.strip()
        if outer is not None:
            if not bare or _margin(line) > outer:
                yield number
                continue
            outer = None
        if ("|" in bare or ">" in bare) and (header := _HEADER.fullmatch(line.rstrip())):
            outer = _outer(header)


def _outer(header: re.Match[str]) -> int:
    """The column that the text of a block scalar stands behind: that of its key, or of the dash before it."""
    margin = header["margin"]
    if header["key"]:
        return len(margin)
    dashes = list(_DASH.finditer(margin))
    return dashes[-1].start() if dashes else -1


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
