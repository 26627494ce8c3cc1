"""Checkstyle, rdjson and Azure's commands are what their readers take, for every report."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator
from xmlschema import XMLSchema, XMLSchemaValidationError

from kplan.diagnostics import Severity
from kplan.render.formats import azure, checkstyle, grouped, rdjson
from kplan.render.style import PLAIN
from kplan.report import Report

FORMATS = Path(__file__).parents[3] / "fixtures" / "formats"
KNOWN = {"type", "sourcepath", "linenumber", "columnnumber", "code"}
"""The properties of task.logissue."""


@cache
def xsd() -> XMLSchema:
    return XMLSchema(str(FORMATS / "checkstyle.xsd"))


@cache
def rdjson_schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((FORMATS / "rdjson.json").read_text()))


def test_checkstyle_is_valid(any_report: Report) -> None:
    xsd().validate(ET.fromstring(checkstyle.render(any_report, PLAIN)))


def test_checkstyle_that_is_wrong_is_refused(lint_report: Report) -> None:
    root = ET.fromstring(checkstyle.render(lint_report, PLAIN))
    next(root.iter("error")).set("severity", "fatal")
    with pytest.raises(XMLSchemaValidationError):
        xsd().validate(root)


def test_rdjson_is_valid(any_report: Report) -> None:
    rdjson_schema().validate(json.loads(rdjson.render(any_report, PLAIN)))


def test_rdjson_that_is_wrong_is_refused(lint_report: Report) -> None:
    document = json.loads(rdjson.render(lint_report, PLAIN))
    document["diagnostics"][0]["severity"] = "fatal"
    assert [error.message for error in rdjson_schema().iter_errors(document)] != []


def read(line: str) -> tuple[dict[str, str], str]:
    """A command as Azure's agent reads it: properties up to the first bracket, each ended by a semicolon."""
    found = re.match(r"##vso\[task\.logissue ([^\]]*)\](.*)$", line)
    assert found is not None
    pairs = [pair.partition("=") for pair in found[1].split(";") if pair]
    return {name: unescaped(value, more={"%3B": ";", "%5D": "]"}) for name, _, value in pairs}, unescaped(
        found[2]
    )


def unescaped(text: str, more: Any = None) -> str:
    for code, character in {**(more or {}), "%0D": "\r", "%0A": "\n", "%AZP25": "%"}.items():
        text = text.replace(code, character)
    return text


def test_azure_reads_back_every_issue(any_report: Report) -> None:
    issues = [one for one in any_report.all_findings if one.severity is not Severity.INFO]
    lines = [line for line in azure.render(any_report, PLAIN).split("\n") if line.startswith("##vso")]
    assert len(lines) == len(issues)
    for line, one in zip(lines, issues, strict=True):
        properties, message = read(line)
        assert set(properties) <= KNOWN
        assert (properties["type"], properties["code"]) == (one.severity.value, one.rule)
        assert message.startswith(one.message)
        if one.location:
            assert properties["sourcepath"] == one.location.file


def test_grouped_has_every_finding_under_its_file(any_report: Report) -> None:
    text = grouped.render(any_report, PLAIN)
    for one in any_report.all_findings:
        assert f"{one.severity} {one.rule}: " in text
    heads = [line for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    files = {one.location.file if one.location else "in no file" for one in any_report.all_findings}
    assert {f"{file}:" for file in files} <= set(heads)
    assert len(set(heads)) == len(heads)
