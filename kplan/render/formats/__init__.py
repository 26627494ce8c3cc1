"""Formats of a report: one file each, with a function ``render(report, style) -> str``.

A format says in the roster which parts of a report it can show; a command offers those that can show what it has. The
first line of a format's file describes it in help and documentation.
"""

import importlib
from collections.abc import Callable, Collection
from functools import cache
from typing import Final

from kplan.namedtuples import NamedTuple
from kplan.render.style import Style
from kplan.report import Part, Report

Render = Callable[[Report, Style], str]


class Format(NamedTuple):
    """A format's name and the parts of a report that it can show."""

    name: str
    shows: frozenset[Part]

    @property
    def render(self) -> Render:
        """The function that makes a text of a report; its module is loaded now."""
        found: Render = importlib.import_module(f"{__name__}.{self.name}").render
        return found

    @property
    def summary(self) -> str:
        """The first line of its documentation, without loading it."""
        import ast  # noqa: PLC0415 - only a list of formats needs it
        from pathlib import Path  # noqa: PLC0415 - it takes 4 ms of every start

        source = (Path(__file__).parent / f"{self.name}.py").read_text(encoding="utf-8")
        return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


_ALL: Final = frozenset(Part)
_CHECKED: Final = frozenset({Part.FINDINGS, Part.PLAN})

FORMATS: Final = (
    Format("text", _ALL),
    Format("events", frozenset({Part.SIMULATION})),
    Format("concise", _CHECKED),
    Format("grouped", _CHECKED),
    Format("unified", frozenset({Part.PLAN, Part.DIFF})),
    Format("tree", frozenset({Part.PLAN})),
    Format("json", _ALL),
    Format("jsonl", frozenset({Part.FINDINGS, Part.PLAN, Part.SIMULATION, Part.REPLIES})),
    Format("yaml", frozenset({Part.ANSWERS, Part.REPLIES, Part.TABLE})),
    Format("markdown", _CHECKED | {Part.FLEET}),
    Format("github", _CHECKED),
    Format("gitlab", _CHECKED),
    Format("sarif", _CHECKED),
    Format("junit", _CHECKED),
    Format("checkstyle", _CHECKED),
    Format("azure", _CHECKED),
    Format("rdjson", _CHECKED),
    Format("html", frozenset({Part.FLEET, Part.FINDINGS, Part.PLAN, Part.DIFF, Part.SIMULATION})),
)


@cache
def named(name: str) -> Format | None:
    """The format of a name; None if there is none."""
    return next((one for one in FORMATS if one.name == name), None)


def showing(parts: Collection[Part]) -> tuple[str, ...]:
    """The names of the formats that can show one of the parts."""
    return tuple(one.name for one in FORMATS if one.shows & set(parts))
