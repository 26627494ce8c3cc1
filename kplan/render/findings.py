"""Diagnostics as text for people and as JSON for programs."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, assert_never

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.render.style import Style, Tone

VERSION = 1


def text(diagnostics: Sequence[Diagnostic], style: Style, *, checked: int) -> str:
    """Every finding with its place, code, excerpt and help, and a line that counts them."""
    return "\n\n".join([*blocks(diagnostics, style), summary(diagnostics, checked=checked)]) + "\n"


def blocks(diagnostics: Sequence[Diagnostic], style: Style) -> list[str]:
    """Every finding as a block of lines."""
    return ["\n".join(_lines(diagnostic, style)) for diagnostic in diagnostics]


def concise(diagnostics: Sequence[Diagnostic], style: Style, *, checked: int) -> str:
    """One line a finding, and a line that counts them."""
    return (
        "\n".join([*(_head(one, style) for one in diagnostics), summary(diagnostics, checked=checked)]) + "\n"
    )


def summary(diagnostics: Sequence[Diagnostic], *, checked: int) -> str:
    """A line such as ``Found 1 error and 2 warnings in 3 objects.``."""
    objects = _count(checked, "object")
    counts = [(sum(one.severity is severity for one in diagnostics), severity) for severity in Severity]
    parts = [
        _count(count, "note" if severity is Severity.INFO else str(severity))
        for count, severity in counts
        if count
    ]
    if not parts:
        return f"Found nothing wrong in {objects}."
    return f"Found {', '.join(parts[:-1])}{' and ' if len(parts) > 1 else ''}{parts[-1]} in {objects}."


def as_json(diagnostics: Iterable[Diagnostic], *, checked: int) -> str:
    """The same as one JSON document."""
    found = [_object(diagnostic) for diagnostic in diagnostics]
    return (
        json.dumps(
            {"version": VERSION, "checked": checked, "diagnostics": found}, indent=2, ensure_ascii=False
        )
        + "\n"
    )


def _lines(diagnostic: Diagnostic, style: Style) -> Iterable[str]:
    yield _head(diagnostic, style)
    for line in diagnostic.excerpt.splitlines():
        yield "  " + (
            style.paint(line, _tone(diagnostic.severity)) if line.lstrip().startswith("|") else line
        )
    for place in diagnostic.related:
        yield "  see also " + style.paint(str(place), Tone.PLACE)
    if diagnostic.help:
        yield "  " + style.paint("help: ", Tone.NOTE) + diagnostic.help.replace("``", "`")


def _head(diagnostic: Diagnostic, style: Style) -> str:
    where = style.paint(str(diagnostic.location), Tone.PLACE) + ": " if diagnostic.location else ""
    kind = style.paint(f"{diagnostic.severity} {diagnostic.rule}", _tone(diagnostic.severity))
    about = f" ({diagnostic.object})" if diagnostic.object else ""
    return f"{where}{kind}: {diagnostic.message}{style.paint(about, Tone.NOTE)}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _object(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "rule": diagnostic.rule,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "object": diagnostic.object,
        "path": str(diagnostic.path),
        "pointer": diagnostic.path.pointer(),
        "location": _location(diagnostic.location) if diagnostic.location else None,
        "help": diagnostic.help,
        "related": [_location(place) for place in diagnostic.related],
    }


def _location(place: Location) -> dict[str, Any]:
    return {
        "file": place.file, "line": place.line, "column": place.column,
        "endLine": place.end_line, "endColumn": place.end_column,
    }  # fmt: skip


def _tone(severity: Severity) -> Tone:
    match severity:
        case Severity.ERROR:
            return Tone.ERROR
        case Severity.WARNING:
            return Tone.WARNING
        case Severity.INFO:
            return Tone.NOTE
        case unknown:
            assert_never(unknown)
