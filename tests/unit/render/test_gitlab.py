"""Code quality reports are what GitLab reads, and no two findings hide each other."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.render.formats.gitlab import render
from kplan.render.style import PLAIN
from kplan.report import Report

SCHEMA = Path(__file__).parents[3] / "fixtures" / "formats" / "gitlab-code-quality.json"


def issues(report: Report) -> list[Any]:
    found: list[Any] = json.loads(render(report, PLAIN))
    return found


def test_report_is_valid(any_report: Report) -> None:
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(issues(any_report))


def test_fingerprints_are_unique(any_report: Report) -> None:
    """GitLab shows one finding of those that share a fingerprint."""
    marks = [one["fingerprint"] for one in issues(any_report)]
    assert len(set(marks)) == len(marks) == len(any_report.all_findings)


def test_severities_and_places(make: Callable[..., Report]) -> None:
    found = [
        Diagnostic("SEC003", "a", Severity.ERROR, "pod/a", location=Location("./x/a.yaml", 3, 1, 5, 2)),
        Diagnostic("SEC003", "b", Severity.WARNING, "pod/a", location=Location("x/b.yaml")),
        Diagnostic("SEC003", "c", Severity.INFO),
    ]
    shown = {one["description"]: (one["severity"], one["location"]) for one in issues(make(found))}
    assert shown == {
        "a (pod/a)": ("critical", {"path": "x/a.yaml", "lines": {"begin": 3, "end": 5}}),
        "b (pod/a)": ("minor", {"path": "x/b.yaml", "lines": {"begin": 1}}),
        "c": ("info", {"path": ".", "lines": {"begin": 1}}),
    }


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"location": Location("a.yaml", 99)}, True),
        ({"message": "line 99 is 3 too long"}, True),
        ({"severity": Severity.INFO}, True),
        ({"rule": "SEC004"}, False),
        ({"message": "line 4 is odd"}, False),
        ({"object": "pod/b"}, False),
        ({"location": Location("b.yaml", 4)}, False),
    ],
)
def test_a_fingerprint_is_what_a_finding_is_about(
    make: Callable[..., Report], change: Any, same: bool
) -> None:
    one = Diagnostic("SEC003", "line 4 is 2 too long", object="pod/a", location=Location("a.yaml", 4))
    [before], [after] = issues(make([one])), issues(make([one._replace(**change)]))
    assert (before["fingerprint"] == after["fingerprint"]) is same
