"""JUnit XML, as Jenkins and GitLab show it: a suite a file, a failed test a finding, a passed one a clean file."""

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from kplan.diagnostics import Diagnostic, Severity
from kplan.render import findings
from kplan.render.prose import paragraphs, single_quoted
from kplan.render.style import PLAIN, Style
from kplan.render.xml_text import printable
from kplan.report import Report, RuleText


def render(report: Report, style: Style) -> str:
    """Print a report."""
    del style
    suites = _by_file(report)
    cases = sum(max(1, len(found)) for found in suites.values())
    failures = sum(_fails(one) for found in suites.values() for one in found)
    root = ET.Element(
        "testsuites", name=f"kplan {report.command}", tests=str(cases), failures=str(failures), errors="0"
    )
    for file, found in suites.items():
        root.append(_suite(printable(file), found, report))
    if unsettled := "\n".join(_unsettled(report)):
        ET.SubElement(root[0], "system-out").text = printable(unsettled)
    ET.indent(root)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


def _unsettled(report: Report) -> Iterable[str]:
    """What a plan leaves open, which is about no object:
    the simulation did not come to rest, or something was not played.
    """
    if report.plan is None:
        return ()
    from kplan.render.plan_text import unsettled_lines  # noqa: PLC0415 - a lint has no plan

    return unsettled_lines(report.plan, PLAIN)


def _by_file(report: Report) -> dict[str, list[Diagnostic]]:
    """The findings of every file, also of clean ones; what is in no file is under the command's name."""
    nowhere = f"kplan {report.command}"
    suites: dict[str, list[Diagnostic]] = {file: [] for file in report.inputs.manifests}
    for one in report.all_findings:
        suites.setdefault(one.location.file if one.location else nowhere, []).append(one)
    return suites or {nowhere: []}


def _fails(found: Diagnostic) -> bool:
    """Whether a finding is a failed test; notes are passed ones that say something."""
    return found.severity is not Severity.INFO


def _suite(name: str, found: Sequence[Diagnostic], report: Report) -> ET.Element:
    failures = sum(map(_fails, found))
    suite = ET.Element(
        "testsuite", name=name, tests=str(max(1, len(found))), failures=str(failures), errors="0", skipped="0"
    )
    if not found:
        ET.SubElement(suite, "testcase", name="no findings", classname=name)
    for one in found:
        _case(suite, name, one, report.rules.get(one.rule))
    return suite


def _case(suite: ET.Element, file: str, found: Diagnostic, rule: RuleText | None) -> None:
    title = f"{found.rule} {rule.name}" if rule else found.rule
    name = ": ".join(filter(None, (title, f"{found.object} {found.path}".strip())))
    case = ET.SubElement(suite, "testcase", name=printable(name), classname=file)
    if _fails(found):
        body = ET.SubElement(case, "failure", type=found.rule, message=printable(found.message))
    else:
        body = ET.SubElement(case, "system-out")
    body.text = printable("\n".join(_body(found, rule)))


def _body(found: Diagnostic, rule: RuleText | None) -> Sequence[str]:
    related = [f"see also {place}" for place in found.related]
    advice = [f"help: {single_quoted(found.help)}"] if found.help else []
    documentation = ["", *paragraphs(rule), *rule.references] if rule else []
    return [findings.head(found, Style()), *found.excerpt.splitlines(), *related, *advice, *documentation]
