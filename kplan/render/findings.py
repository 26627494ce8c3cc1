"""Diagnostics as text for people."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.render.prose import single_quoted
from kplan.render.style import Style, Tone
from kplan.report import Report
from kplan.sentences import counted


def text(report: Report, style: Style) -> str:
    """Every finding with its place, code, excerpt and help, and a line that counts them."""
    return "\n\n".join([*blocks(report.findings, style), "\n".join(last(report))]) + "\n"


def last(report: Report) -> Iterable[str]:
    """The last lines: how many findings, and how many fixes if there are any."""
    yield summary(report)
    if report.fixed or any(one.fix or one.unfixed for one in (*report.findings, *report.beyond)):
        from kplan.render.fixes import summary as of_fixes  # noqa: PLC0415 - many a lint has none

        yield from of_fixes(report)


def blocks(diagnostics: Sequence[Diagnostic], style: Style) -> list[str]:
    """Every finding as a block of lines; objects that are refused because one namespace is missing are one block."""
    told = diagnostics
    if sum(one.rule == "API404" for one in diagnostics) > 1:
        from kplan.render.absent_namespaces import gathered, one_for_all  # noqa: PLC0415 - few runs need it

        found = gathered(diagnostics, lambda one: one.message if one.rule == "API404" else "")
        told = [one_for_all(one) if isinstance(one, list) else one for one in found]
    return ["\n".join(_lines(diagnostic, style)) for diagnostic in told]


def summary(report: Report) -> str:
    """A line such as ``Found 1 error and 2 warnings in 3 objects.``."""
    objects = counted(report.inputs.objects, "object")
    if report.upgrades_from:
        objects += f", upgraded from {report.upgrades_from} to {report.kubernetes[0]}"
    parts = [counted(count, one.noun) for one in Severity if (count := report.count(one))]
    hidden = f" {counted(report.hidden, 'finding')} {report.hidden_where} not shown." if report.hidden else ""
    if not parts:
        return f"No {'new ' if hidden else ''}problems found in {objects}.{hidden}"
    found = f"{', '.join(parts[:-1])}{' and ' if len(parts) > 1 else ''}{parts[-1]}"
    beyond = f" {len(report.beyond)} of them not shown; see --max-findings." if report.beyond else ""
    return f"Found {found} in {objects}.{beyond}{hidden}"


def _lines(diagnostic: Diagnostic, style: Style) -> Iterable[str]:
    yield head(diagnostic, style)
    for line in diagnostic.excerpt.splitlines():
        yield "  " + (
            style.paint(line, _tone(diagnostic.severity)) if line.lstrip().startswith("|") else line
        )
    for place in diagnostic.related:
        yield "  see also " + style.paint(str(place), Tone.PLACE)
    if diagnostic.help:
        yield "  " + style.paint("help: ", Tone.NOTE) + single_quoted(diagnostic.help)


def head(diagnostic: Diagnostic, style: Style) -> str:
    """Place, severity, code, message and object in one line."""
    where = _where(diagnostic.location, style) + ": " if diagnostic.location else ""
    kind = style.paint(f"{diagnostic.severity} {diagnostic.rule}", _tone(diagnostic.severity))
    about = f" ({diagnostic.object})" if diagnostic.object else ""
    return f"{where}{kind}: {diagnostic.message}{style.paint(about + diagnostic.minors, Tone.NOTE)}"


def _where(place: Location, style: Style) -> str:
    """``web.yaml:12:9``, and what that is a part of: ``(built by overlays/prod)``."""
    built = style.paint(f" (built by {place.built_by})", Tone.NOTE) if place.built_by else ""
    return style.paint(str(place), Tone.PLACE) + built


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
