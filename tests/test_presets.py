"""Presets: which rules run, how much their findings weigh, and how single rules are added and left out."""

import json

import pytest

from kplan import pipeline
from kplan.cli.main import run
from kplan.diagnostics import Severity
from kplan.lint.othertools import CHECKS, ROWS
from kplan.lint.presets import Preset
from kplan.lint.rules import all_rules, codes_in
from kplan.lint.selection import LintOptions

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: 'b:1'}]}\n"


def codes(text, tmp_path, **options):
    (tmp_path / "a.yaml").write_text(text)
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(**options))
    return {one.rule: one.severity for one in report.findings}


def test_each_of_three_presets_holds_the_one_before():
    minimal, recommended, strict = (codes_in(one) for one in ("minimal", "recommended", "strict"))
    assert minimal < recommended < strict < {rule.code for rule in all_rules()}


def test_without_anything_the_recommended_rules_run(tmp_path):
    assert codes(POD, tmp_path) == codes(POD, tmp_path, preset=Preset.RECOMMENDED)
    assert "SEC003" in codes(POD, tmp_path)
    assert "IMG004" not in codes(POD, tmp_path)


def test_selecting_alone_runs_only_what_is_selected(tmp_path):
    assert set(codes(POD, tmp_path, select=("IMG004",))) == {"IMG004"}


def test_selecting_adds_to_a_preset_and_ignoring_takes_away(tmp_path):
    found = codes(POD, tmp_path, preset=Preset.MINIMAL, select=("IMG004", "SEC"), ignore=("SEC003",))
    assert {"IMG004", "SEC002"} <= set(found)
    assert "SEC003" not in found


def test_ignoring_all_leaves_nothing(tmp_path):
    assert not codes(POD, tmp_path, ignore=("ALL",))


def test_a_preset_holds_what_the_api_server_refuses(tmp_path):
    text = POD.replace("name: web", "name: web, labels: {a: 'b c'}")
    for preset in Preset:
        assert Severity.ERROR in codes(text, tmp_path, preset=preset).values(), preset


def test_findings_of_a_tool_weigh_as_much_as_the_tool_takes_them(tmp_path):
    assert codes(POD, tmp_path, preset=Preset.KUBE_LINTER)["SEC004"] is Severity.WARNING
    assert codes(POD, tmp_path, preset=Preset.PSS_RESTRICTED) == {"PSS002": Severity.ERROR}
    given = {"preset": Preset.PSS_RESTRICTED, "severities": {"PSS": Severity.INFO}}
    assert codes(POD, tmp_path, **given) == {"PSS002": Severity.INFO}


def test_the_option_and_the_configuration_choose_a_preset(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(POD)
    (tmp_path / ".kplan.yaml").write_text("lint: {preset: strict}\n")
    found = []
    for options in ((), ("--preset", "minimal")):
        run(["lint", "a.yaml", "-o", "json", *options])
        found.append({one["rule"] for one in json.loads(capsys.readouterr().out)["findings"]})
    assert "IMG004" in found[0]
    assert not found[1]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_of_the_tools_is_found_or_explained(check):
    rules = [rule.code for rule in all_rules() if check.name in rule.aliases]
    rows = [row for row in ROWS if check in row.checks]
    assert rules or all(row.note for row in rows)


def test_rules_name_only_checks_that_the_tools_have():
    known = {check.name for check in CHECKS}
    tools = ("kube-linter:", "kube-score:", "polaris:")
    named = {alias for rule in all_rules() for alias in rule.aliases if alias.startswith(tools)}
    assert named <= known
    assert len(ROWS) == 99


CRON = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: "@daily"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Always, containers: [{name: a, image: "b:1"}]}}}}
"""
SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: a}
spec: {minReplicas: 3, maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}}
"""
SPREAD = "topologySpreadConstraints: [{maxSkew: 0, topologyKey: a, whenUnsatisfiable: Sometimes, labelSelector: {}}], containers"


@pytest.mark.parametrize(
    "text",
    [
        CRON,
        SCALER,
        POD.replace("containers", SPREAD),
        POD.replace("'b:1'", "'b:1', ports: [{name: a_name_that_is_too_long, containerPort: 80}]"),
        POD.replace("'b:1'", "'b:1', ports: [{containerPort: 0}]"),
    ],
    ids=["restart policy of a CronJob", "bounds of an autoscaler", "spread", "port name", "port"],
)
def test_what_the_api_server_refuses_needs_no_rule(text, tmp_path):
    assert "API422" in codes(text, tmp_path, preset=Preset.MINIMAL)


@pytest.mark.parametrize("preset", [Preset.PSS_BASELINE, Preset.POLARIS])
def test_a_preset_weighs_its_own_rules_and_nothing_else(tmp_path, preset):
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts/kustomization.yaml").write_text("helmCharts: [{name: db}]\n")
    found = codes(POD.replace("name: web", "name: web, name: web"), tmp_path, preset=preset)
    assert (found["KUS001"], found["YAML002"]) == (Severity.INFO, Severity.WARNING)
