"""Every risk of a plan: stable identity, documentation, two examples that prove it, and its state before the change."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from kplan import pipeline
from kplan.cli.commands.rules import command
from kplan.diagnostics import Severity
from kplan.kubectl.apply import ApplyOptions
from kplan.kubectl.reading import Options
from kplan.lint.codes import CODES, SERVER_CODES
from kplan.lint.rules import all_rules
from kplan.pipeline.states import State
from kplan.plan.model import Plan, RiskStatus
from kplan.plan.planfile import from_json, to_json
from kplan.plan.risk import Example, Risk
from kplan.plan.risks import LOCAL, all_risks
from planning import opened, plan_of

RISKS = all_risks()


def statuses(plan: Plan) -> Mapping[str, RiskStatus]:
    return {found.code: found.status for found in plan.risks}


def test_codes_and_names_are_unique() -> None:
    others = [code.code for code in (*CODES, *SERVER_CODES)] + [rule.code for rule in all_rules()]
    taken = Counter([risk.code for risk in RISKS] + others)
    assert not [code for code, count in taken.items() if count > 1]
    names = Counter([risk.name for risk in RISKS] + [rule.name for rule in all_rules()])
    assert not [name for name, count in names.items() if count > 1]
    assert len(RISKS) >= 27


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: risk.code)
def test_a_risk_is_documented(risk: Risk) -> None:
    assert re.fullmatch(r"PLN[0-9]{3}", risk.code)
    assert risk.name == risk.check.__module__.rpartition(".")[2].replace("_", "-")
    assert risk.summary.endswith(".")
    assert len(risk.summary) < 100
    assert len(risk.why) > 20
    assert len(risk.fix) > 10
    assert all(reference.startswith("https://") for reference in risk.references)


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: risk.code)
def test_the_example_has_the_risk(risk: Risk, tmp_path: Path) -> None:
    plan = plan_of(risk.at_risk, tmp_path)
    assert plan.errored <= risk.at_risk.refused
    assert statuses(plan)[risk.code] is RiskStatus.NEW
    assert from_json(to_json(plan)).plan == plan


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: risk.code)
def test_the_safe_example_has_it_not(risk: Risk, tmp_path: Path) -> None:
    plan = plan_of(risk.safe, tmp_path)
    assert not plan.errored
    assert risk.code not in statuses(plan)


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: risk.code)
def test_rules_explains_a_risk_with_both_examples(risk: Risk) -> None:
    for word in (risk.code, risk.name):
        shown = CliRunner().invoke(command, [word], standalone_mode=False).stdout
        assert shown.startswith(f"{risk.code} {risk.name} ({risk.severity})\n\n{risk.summary}\n")
        for example in (risk.at_risk, risk.safe):
            for line in f"{example.prior}\n{example.applied}\n{example.deleted}".splitlines():
                assert line == "---" or line.rstrip() in shown
    fields = json.loads(CliRunner().invoke(command, [risk.code, "-o", "json"], standalone_mode=False).stdout)
    assert fields["rows"][0]["at_risk"]["applied"] == risk.at_risk.applied


NOTHING = "{apiVersion: v1, kind: ConfigMap, metadata: {name: nothing}}"


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: risk.code)
def test_what_was_there_before_is_said_to_be(risk: Risk, tmp_path: Path) -> None:
    """The end of the example as the prior state, and a change that has nothing to do with it."""
    loaded, state, options = opened(risk.at_risk, tmp_path)
    end = pipeline.simulate(loaded, state, ApplyOptions(Options()), options).cluster.store
    (tmp_path / "other.yaml").write_text(NOTHING)
    other = pipeline.load([str(tmp_path / "other.yaml")])
    options = options._replace(freshness=None)  # the end is another state, and of another age
    made = pipeline.plan(other, State(end.fork(), "the end"), ApplyOptions(Options()), options).plan
    assert statuses(made).get(risk.code) is (None if risk.of_change else RiskStatus.EXISTING)


PENDING = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: big}
spec:
  replicas: %s
  selector: {matchLabels: {app: big}}
  template:
    metadata: {labels: {app: big}}
    spec: {containers: [{name: app, image: app, resources: {requests: {cpu: 64}}}]}
"""
LONELY = "\n---\n{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}], selector: {a: b}}}"


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        (1, 2, RiskStatus.WORSE),
        (2, 2, RiskStatus.EXISTING),
        (2, 1, RiskStatus.EXISTING),
        (0, 1, RiskStatus.NEW),
    ],
)
def test_the_extent_before_decides_what_is_worse(
    before: int, after: int, status: RiskStatus, tmp_path: Path
) -> None:
    plan = plan_of(Example(PENDING % before, PENDING % after), tmp_path)
    assert statuses(plan) == {"PLN001": status}


CONTROLLED = """
apiVersion: apps/v1
kind: %s
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
"""
NO_PODS = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: none}, spec: {hard: {pods: 0}}}\n---"


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
def test_pods_that_were_refused_before_are_no_new_risk(kind: str, tmp_path: Path) -> None:
    workload = CONTROLLED % kind
    plan = plan_of(Example(NO_PODS + workload, workload), tmp_path)
    (found,) = [found for found in plan.risks if found.code == "PLN005"]
    assert found.status is RiskStatus.EXISTING
    assert found.object.kind == kind
    assert re.match(r'has 0 of [13] pods ready: pods "db-', found.message)


def test_new_risks_come_first(tmp_path: Path) -> None:
    plan = plan_of(Example(PENDING % 2, PENDING % 2 + LONELY), tmp_path)
    assert [(found.code, found.status) for found in plan.risks] == [
        ("PLN003", RiskStatus.NEW),
        ("PLN001", RiskStatus.EXISTING),
    ]


NEW_RISK = '''"""Somebody applies something.

An example that every plan has.

Fix: apply nothing.
"""

from kplan.plan.risk import Example, Found, Risk, Severity


def check(changes, outcome):
    for planned in changes:
        yield Found(planned.change.object, "is applied", severity=Severity.INFO)


RISK = Risk("PLN999", "something-applied", Severity.ERROR, check, Example("", ""), Example("", ""))
'''


def test_a_new_risk_is_one_new_file(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "kplan", tmp_path / "kplan")
    (tmp_path / "schemas").symlink_to(root / "schemas")
    (tmp_path / "kplan" / "plan" / "risks" / "something_applied.py").write_text(NEW_RISK)
    (tmp_path / "applied.yaml").write_text(NOTHING)
    done = subprocess.run(
        [sys.executable, "-m", "kplan", "plan", "-f", "applied.yaml", "-o", "json"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (found,) = json.loads(done.stdout)["plan"]["risks"]
    assert (found["code"], found["name"], found["severity"]) == ("PLN999", "something-applied", Severity.INFO)
    assert (found["status"], found["object"]["name"]) == ("new", "nothing")


def test_the_risks_that_look_at_each_object_for_itself_are_known_by_name() -> None:
    modules = {risk.check.__module__.rpartition(".")[2] for risk in RISKS if risk.near is not None}
    assert modules == {*LOCAL}
