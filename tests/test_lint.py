"""Larger cases of lint: ``fixtures/lint/<theme>/<rule>/{good,bad}.<case>.yaml``, bad lines marked ``# ~ CODE``."""

import re
from pathlib import Path

import pytest

from kplan import pipeline
from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.lint.rules import all_rules
from kplan.lint.selection import LintOptions

FIXTURES = Path(__file__).parent.parent / "fixtures" / "lint"
CASES = sorted(FIXTURES.rglob("*.yaml"))
RULES = {rule.name: rule for rule in all_rules()}
MARK = re.compile(r"#\s*~\s*([A-Z]{3}\d{3})")


def linted(*paths, **options):
    return pipeline.lint(pipeline.load(map(str, paths), recursive=True), LintOptions(**options))


def test_every_fixture_belongs_to_a_rule():
    assert CASES
    for case in CASES:
        rule = RULES[case.parent.name]
        assert case.parent.parent.name == rule.theme
        assert case.name.startswith(("good.", "bad."))


@pytest.mark.parametrize("case", CASES, ids=[str(case.relative_to(FIXTURES)) for case in CASES])
def test_fixture_is_reported_where_it_is_marked(case):
    code = RULES[case.parent.name].code
    expected = [
        (number, found[1])
        for number, line in enumerate(case.read_text().splitlines(), 1)
        for found in MARK.finditer(line)
    ]
    got = [(one.location.line, one.rule) for one in linted(case, select=(code,)).diagnostics]
    assert got == expected
    assert bool(expected) == case.name.startswith("bad.")


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: [{name: a, image: b}]}\n"


def test_objects_of_sibling_directories_are_one_world(tmp_path):
    for name, text in (("svc", SERVICE), ("deploy", POD)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.yaml").write_text(text)
    assert not linted(tmp_path / "svc", tmp_path / "deploy", select=("LBL",)).diagnostics


def test_namespace_of_the_run_is_the_namespace_of_objects_without_one(tmp_path):
    (tmp_path / "a.yaml").write_text(
        SERVICE + "---\n" + POD.replace("name: web,", "name: web, namespace: shop,")
    )
    assert not linted(tmp_path, select=("LBL",), namespace="shop").diagnostics


def rules_of(text, tmp_path, **options):
    (tmp_path / "a.yaml").write_text(text)
    return [one.rule for one in linted(tmp_path / "a.yaml", **options).diagnostics]


def test_suppression_silences_its_line_only(tmp_path):
    text = POD.replace("image: b}]}", "image: b}]}  # kplan: ignore[IMG001] pinned elsewhere")
    assert rules_of(text, tmp_path, select=("IMG001", "SUP")) == []
    assert rules_of(text, tmp_path, select=("IMG001", "SUP"), suppress=False) == ["IMG001"]


def test_unused_suppression_is_reported(tmp_path):
    assert rules_of(
        POD.replace("kind: Pod", "kind: Pod  # kplan: ignore[SEC001]"), tmp_path, select=("SUP",)
    ) == ["SUP001"]


def test_longest_prefix_decides_between_select_and_ignore(tmp_path):
    assert rules_of(POD, tmp_path, select=("IMG001",), ignore=("IMG",)) == ["IMG001"]
    assert rules_of(POD, tmp_path, select=("IMG",), ignore=("IMG001",)) == []


def test_severity_can_be_changed(tmp_path):
    (tmp_path / "a.yaml").write_text(POD)
    (found,) = linted(tmp_path, select=("IMG",), severities={"IMG": Severity.INFO}).diagnostics
    assert found.severity is Severity.INFO


def test_findings_of_other_stages_are_selected_and_suppressed_alike(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(POD.replace("kind: Pod", "kind: Pod  # kplan: ignore[API422] known"))
    loaded = pipeline.load([str(path)])
    refusals = [Diagnostic("API422", "refused", location=Location(str(path), line)) for line in (2, 3)]
    found = pipeline.lint(loaded, LintOptions(select=("API4",)), more=refusals).diagnostics
    assert [one.location.line for one in found] == [3]


def test_order_of_paths_does_not_change_the_findings(tmp_path):
    (tmp_path / "a.yaml").write_text(POD)
    (tmp_path / "b.yaml").write_text(SERVICE)
    first = linted(tmp_path / "a.yaml", tmp_path / "b.yaml").diagnostics
    assert first
    assert first == linted(tmp_path / "b.yaml", tmp_path / "a.yaml").diagnostics
