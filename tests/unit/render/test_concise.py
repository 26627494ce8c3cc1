"""One line a change and a finding."""

from collections.abc import Callable

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.render.formats.concise import render
from kplan.render.style import PLAIN
from kplan.report import Report


def test_a_finding_is_one_line_whatever_it_says(make: Callable[..., Report]) -> None:
    found = Diagnostic(
        "SEC003", "two\nlines\r\nor three", Severity.WARNING, "pod/a", location=Location("a.yaml", 3, 5)
    )
    assert render(make([found]), PLAIN) == (
        "a.yaml:3:5: warning SEC003: two lines or three (pod/a)\nFound 1 warning in 1 object.\n"
    )


def test_a_plan_names_its_changes_then_what_is_wrong(plan_of: Callable[[str], Report]) -> None:
    report = plan_of("refused-object-leaves-the-rest")
    lines = render(report, PLAIN).splitlines()
    refused = [line for line in lines if "error API422: " in line]
    assert len(refused) == 1
    assert not any(line.startswith("! ") for line in lines)
    assert lines[-1].startswith("Found 1 error in ")
    assert any(line.startswith("Plan: ") for line in lines)
    assert lines.index(refused[0]) > next(n for n, line in enumerate(lines) if line.startswith("Plan: "))
