"""Text as GitHub's and GitLab's Markdown shows it: whatever it holds, it stays text."""

import re
from typing import Final

from kplan.render.prose import single_quoted

_SPECIAL: Final = re.compile(r"[&<>|`*_~\[\]\\$]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_REFERENCE: Final = re.compile(r"([@#])(?=\w)")
"""What would notify a person or name an issue."""
_LITERAL: Final = re.compile(r"`([^`]+)`")
_BACKQUOTES: Final = re.compile("`+")
_LONGEST: Final = 600
"""Characters of one text in a table."""


def words(text: str) -> str:
    """A text in one line of a table; long ones are cut, and nobody is notified by a name in it."""
    silent = _REFERENCE.sub("\\1\u200b", _cut(text))
    return "<br>".join(_entities(line) for line in silent.splitlines())


def code(text: str) -> str:
    """A literal in one line of a table."""
    return f"<code>{_entities(' '.join(_cut(text).splitlines()))}</code>" if text else ""


def prose(text: str) -> str:
    """Documentation: literals are shown as such, the rest as words."""
    parts = _LITERAL.split(single_quoted(text))
    return "".join(code(part) if place % 2 else words(part) for place, part in enumerate(parts))


def block(text: str, language: str = "") -> str:
    """Lines as they are, in a fence that none of them can close."""
    longest = max((len(run) for run in _BACKQUOTES.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    shown = _CONTROL.sub("\ufffd", text)
    return f"{fence}{language}\n{shown}\n{fence}"


def fold(summary: str, body: str, *, unfolded: bool = False) -> str:
    """Something that is shown on a click, or at once; the summary is HTML."""
    state = " open" if unfolded else ""
    return f"<details{state}><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\u2026"


def _entities(text: str) -> str:
    """Every character that means something in Markdown or HTML as an entity; control characters as U+FFFD."""
    safe = _CONTROL.sub("\ufffd", text.replace("\t", " "))
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", safe)
