"""Path patterns as Argo CD reads them: ``*`` within a name, ``**`` across folders, ``{a,b}`` for either."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_BRACES = re.compile(r"\{([^{}]*)\}")
_PIECES = re.compile(r"(\*\*/?|\*|\?|\[[^\]]*\])")
_MOST = 256
"""The most patterns that braces may expand to."""


def in_braces(pattern: str) -> list[str]:
    """The patterns that braces expand to."""
    found, done = [pattern], list[str]()
    while found and len(found) + len(done) < _MOST:
        one = found.pop()
        braces = _BRACES.search(one)
        if braces is None:
            done.append(one)
        else:
            head, tail = one[: braces.start()], one[braces.end() :]
            found += [f"{head}{part}{tail}" for part in reversed(braces[1].split(","))]
    return done + found


def matches(pattern: str, path: str, *, across: bool = False) -> bool:
    """Whether a whole path matches a pattern; with ``across``, a single star also matches several folders."""
    return _compiled(pattern.strip("/"), across).fullmatch(path) is not None


def globbed(pattern: str, value: str, *, separator: str = "") -> bool:
    """Whether a whole text matches a project's pattern, in which a star matches anything but a separator."""
    return any(_compiled(one, not separator).fullmatch(value) for one in in_braces(pattern))


@lru_cache(maxsize=1024)
def _compiled(pattern: str, across: bool) -> Any:
    """A pattern as a linear-time regular expression; an invalid one matches nothing, as in Argo CD."""
    import re2  # noqa: PLC0415 - few repositories hold patterns

    options = re2.Options()
    options.log_errors, options.dot_nl = False, True
    try:
        return re2.compile("".join(_parts(pattern, "." if across else "[^/]")), options)
    except re2.error:
        return re2.compile("[^\\x00-\\x{10FFFF}]", options)


def _parts(pattern: str, name: str) -> Iterator[str]:
    """The expression of a pattern, piece by piece; ``name`` stands for one character of a name."""
    for part in _PIECES.split(pattern):
        if part == "**/":
            yield "(?:[^/]+/)*"
        elif part == "**":
            yield ".*"
        elif part == "*":
            yield f"{name}*"
        elif part == "?":
            yield name
        elif part.startswith("[") and len(part) > 2:
            inner = part[1:-1].replace("\\", "\\\\")
            yield f"[{'^' + inner[1:] if inner[0] in '!^' else inner}]"
        else:
            yield re.escape(part)
