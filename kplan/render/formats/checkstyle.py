"""Checkstyle's XML, as Jenkins and reviewdog read it: a file element a file, an error element a finding."""

from itertools import groupby
from xml.etree import ElementTree as ET

from kplan.diagnostics import Diagnostic, in_order
from kplan.render.prose import single_quoted
from kplan.render.style import Style
from kplan.render.xml_text import printable
from kplan.report import Report


def render(report: Report, style: Style) -> str:
    """Print a report."""
    del style
    root = ET.Element("checkstyle", version="4.3")
    for name, found in groupby(in_order(report.all_findings), _file):
        element = ET.SubElement(root, "file", name=printable(name or f"kplan {report.command}"))
        for one in found:
            ET.SubElement(element, "error", _attributes(one))
    ET.indent(root)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


def _file(found: Diagnostic) -> str:
    return found.location.file if found.location else ""


def _attributes(found: Diagnostic) -> dict[str, str]:
    """Place, severity, message and rule; checkstyle wants a line also if only the file is known."""
    place = found.location
    column = {"column": str(place.column)} if place and place.column else {}
    advice = f"\nhelp: {single_quoted(found.help)}" if found.help else ""
    return {
        "line": str(max(1, place.line) if place else 1),
        **column,
        "severity": found.severity.value,
        "message": printable(f"{found.message}{found.about}{advice}"),
        "source": f"kplan.{found.rule}",
    }
