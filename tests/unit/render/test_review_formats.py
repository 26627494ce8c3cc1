"""Checkstyle, Azure Pipelines and reviewdog read back what was found, whatever characters it has."""

import json
from xml.etree import ElementTree as ET

from kplan.diagnostics import Diagnostic, Severity
from kplan.render.formats import azure, checkstyle, rdjson
from kplan.render.style import PLAIN
from kplan.report import Report


def test_checkstyle_has_every_finding_under_its_file(any_report: Report) -> None:
    root = ET.fromstring(checkstyle.render(any_report, PLAIN))
    names = [one.get("name") for one in root]
    assert len(set(names)) == len(names)
    found = sorted(str(one.get("source")) for one in root.iter("error"))
    assert found == sorted(f"kplan.{one.rule}" for one in any_report.all_findings)
    assert all(int(one.get("line", "0")) > 0 for one in root.iter("error"))
    assert {one.get("severity") for one in root.iter("error")} <= {"error", "warning", "info"}


def test_azure_has_one_line_a_finding_and_issues_for_all_but_notes(any_report: Report) -> None:
    lines = azure.render(any_report, PLAIN).splitlines()
    issues = [line for line in lines if line.startswith("##vso[task.logissue type=")]
    assert len(issues) == sum(one.severity is not Severity.INFO for one in any_report.all_findings)


def test_azure_escapes_what_would_end_a_command() -> None:
    assert azure._escaped("a;b]c%\n", azure._PROPERTY) == "a%3Bb%5Dc%AZP25%0A"


def test_rdjson_has_every_finding_with_its_line(any_report: Report) -> None:
    found = json.loads(rdjson.render(any_report, PLAIN))["diagnostics"]
    assert [one["code"]["value"] for one in found] == [one.rule for one in any_report.all_findings]
    for shown, one in zip(found, any_report.all_findings, strict=True):
        line = shown["location"].get("range", {}).get("start", {}).get("line", 0)
        assert line == (one.location.line if one.location else 0)


def test_a_note_cannot_smuggle_a_command_into_azure() -> None:
    note = Diagnostic("X001", "##vso[task.setvariable variable=a]b", Severity.INFO)
    assert "##vso[" not in azure._line(note)
