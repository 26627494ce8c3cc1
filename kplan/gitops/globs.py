"""Patterns of paths as Argo CD reads them: ``*`` within a name, ``**`` over folders, ``{a,b}`` for either."""

import re
from functools import lru_cache

_BRACES = re.compile(r"\{([^{}]*)\}")
_MOST = 256
"""Patterns that braces may come to."""


def in_braces(pattern: str) -> list[str]:
    """The patterns that braces stand for."""
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
    """Whether a whole path is as the pattern says; ``across`` lets one star stand for several folders."""
    return _compiled(pattern.strip("/"), across).fullmatch(path) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str, across: bool) -> re.Pattern[str]:
    name = "." if across else "[^/]"
    parts = []
    for part in re.split(r"(\*\*/?|\*|\?|\[[^\]]*\])", pattern):
        if part == "**/":
            parts.append("(?:[^/]+/)*")
        elif part == "**":
            parts.append(".*")
        elif part == "*":
            parts.append(f"{name}*")
        elif part == "?":
            parts.append(name)
        elif part.startswith("[") and len(part) > 2:
            inner = part[1:-1].replace("\\", "\\\\")
            parts.append(f"[{'^' + inner[1:] if inner[0] in '!^' else inner}]")
        else:
            parts.append(re.escape(part))
    return re.compile("".join(parts))
