"""JUnit reports are valid for Jenkins, and add up."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from xmlschema import XMLSchema, XMLSchemaValidationError

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.render.formats.junit import render
from kplan.render.style import PLAIN
from kplan.report import Report

XSD = Path(__file__).parents[3] / "fixtures" / "formats" / "junit.xsd"


@cache
def schema() -> XMLSchema:
    return XMLSchema(str(XSD))


def tree(report: Report) -> ET.Element:
    return ET.fromstring(render(report, PLAIN))


def test_report_is_valid(any_report: Report) -> None:
    schema().validate(tree(any_report))


def test_the_schema_refuses_what_is_wrong(lint_report: Report) -> None:
    wrong = tree(lint_report)
    next(wrong.iter("testcase")).set("file", "a.yaml")
    with pytest.raises(XMLSchemaValidationError):
        schema().validate(wrong)


def test_counts_add_up(any_report: Report) -> None:
    root = tree(any_report)
    for counted in (root, *root.iter("testsuite")):
        assert int(counted.get("tests", "")) == len(list(counted.iter("testcase"))) > 0
        assert int(counted.get("failures", "")) == len(list(counted.iter("failure")))
    failing = sum(one.severity is not Severity.INFO for one in any_report.all_findings)
    assert int(root.get("failures", "")) == failing


def test_a_clean_file_is_a_passed_test(clean_report: Report, lint_report: Report) -> None:
    assert [
        (one.get("classname"), one.get("name"), len(one)) for one in tree(clean_report).iter("testcase")
    ] == [
        ("a.yaml", "no findings", 0),
        ("b.yaml", "no findings", 0),
    ]
    suites = {str(one.get("name")).rpartition("/")[2]: one for one in tree(lint_report)}
    assert list(suites) == ["00-namespace.yaml", "10-config.yaml", "20-catalog.yaml", "30-web.yaml"]
    assert [case.get("name") for case in suites["10-config.yaml"]] == ["no findings"]


def test_a_run_without_files_has_one_passed_test() -> None:
    assert [one.get("classname") for one in tree(Report("lint")).iter("testcase")] == ["kplan lint"]


def test_a_finding_is_a_failure_and_a_note_is_none(make: Callable[..., Report]) -> None:
    place = Location("a.yaml", 3, 5)
    found = [
        Diagnostic("AVL003", "no budget", Severity.INFO, "pod/a", location=place, help="add ``one``"),
        Diagnostic(
            "SEC003", "runs as root", Severity.WARNING, "pod/a", location=place, excerpt="3 | a\n  | ^"
        ),
    ]
    failure, note = tree(make(found)).iter("testcase")
    assert [one.tag for one in (*failure, *note)] == ["failure", "system-out"]
    assert failure.get("name") == "SEC003 run-as-non-root: pod/a"
    assert failure[0].attrib == {"type": "SEC003", "message": "runs as root"}
    lines = str(failure[0].text).splitlines()
    assert lines[:3] == ["a.yaml:3:5: warning SEC003: runs as root (pod/a)", "3 | a", "  | ^"]
    assert any(line.startswith("Fix: ") for line in lines)
    assert "help: add `one`" in str(note[0].text).splitlines()


def test_what_xml_cannot_hold_is_replaced(make: Callable[..., Report]) -> None:
    [case] = tree(
        make([Diagnostic("SEC003", "a\x00b\x1bc\ud800d\uffffe\tf\ng\U0001f680", object="x\x07")])
    ).iter("testcase")
    assert case[0].get("message") == "a\ufffdb\ufffdc\ufffdd\ufffde\tf\ng\U0001f680"
    assert "x\ufffd" in str(case.get("name"))


def test_what_a_plan_leaves_open_is_valid(plan_of: Callable[[str], Report]) -> None:
    report = plan_of("new-image-rolls-out")
    assert report.plan is not None
    root = tree(report._replace(plan=replace(report.plan, complete=False)))
    schema().validate(root)
    assert "Not settled" in str(root[0].findtext("system-out"))
