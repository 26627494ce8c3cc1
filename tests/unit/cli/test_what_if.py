"""Verbs that change something print a plan of it: what was asked for, what follows, what is at risk."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from kplan.cli.main import run

NOT_STORED = "what-if: nothing stored (--commit stores it)\n"
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "web:1", ports: [{containerPort: 80}], resources: {requests: {cpu: "1"}}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: planted-value}
"""


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def plan(self) -> list[str]:
        """The lines of the plan."""
        lines = self.out.splitlines()
        return lines[next(place for place, line in enumerate(lines) if line.startswith("Plan: ")) :]


Kplan = Callable[..., Ran]


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kplan:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_text(WEB)

    def call(*arguments: str) -> Ran:
        code = run([*arguments, "--state", "web.yaml"] if "--commit" not in arguments else list(arguments))
        shown = capsys.readouterr()
        return Ran(code, shown.out, shown.err)

    return call


SUMMARIES = {
    "drain node-1": "0 to create, 1 to change, 0 to replace, 0 to delete; pods: 1 created, 1 evicted and moved.",
    "fail node-1": "0 to create, 1 to change, 0 to replace, 0 to delete; pods: 1 created, 1 evicted and moved.",
    "fail node-1 --for 20m": "0 to create, 0 to change, 0 to replace, 0 to delete; pods: 1 created, 1 evicted and moved.",
    "recover node-1": "0 to create, 0 to change, 0 to replace, 0 to delete; pods: unchanged.",
    "cordon node-1": "0 to create, 1 to change, 0 to replace, 0 to delete; pods: unchanged.",
    "taint node node-1 a=b:NoExecute": "0 to create, 1 to change, 0 to replace, 0 to delete; pods: 1 created, 1 evicted and moved.",
    "scale deployment/web --replicas 5": "0 to create, 1 to change, 0 to replace, 0 to delete; pods: 2 created.",
    'patch deployment web -p {"spec":{"replicas":1}}': "0 to create, 1 to change, 0 to replace, 0 to delete; pods: 2 deleted.",
    "label deployment web a=b": "0 to create, 1 to change, 0 to replace, 0 to delete; pods: unchanged.",
    "delete deployment web": "0 to create, 0 to change, 0 to replace, 1 to delete; pods: 3 deleted.",
    "delete pod -l app=web": "0 to create, 0 to change, 0 to replace, 3 to delete; pods: 3 created, 3 deleted.",
}  # fmt: skip


@pytest.mark.parametrize("line", SUMMARIES)
def test_a_verb_prints_the_plan_of_what_it_does(line: str, kplan: Kplan) -> None:
    ran = kplan(*line.split(" "))
    assert ran.code == 0
    assert ran.plan[0] == f"Plan: {SUMMARIES[line]}"
    assert ran.err.endswith(NOT_STORED)
    assert "SuccessfulCreate" not in ran.out
    assert "Not caused by this change" not in ran.out


def test_the_words_of_kubectl_come_first(kplan: Kplan) -> None:
    assert kplan("cordon", "node-1").out.startswith("node/node-1 cordoned\n\nPlan: 0 to create, 1 to change")


def test_what_follows_stands_under_what_was_asked_for(kplan: Kplan) -> None:
    drained = kplan("drain", "node-1").plan
    head = drained.index("~ node/node-1  update: asked for")
    below = "\n".join(drained[head:])
    assert "1 pod created: web-" in below
    assert "1 pod evicted and moved: web-" in below
    assert "service/web -n default: 3 -> 3 endpoints, never fewer than 2" in below
    failed = "\n".join(kplan("fail", "node-1").plan)
    assert "~ node/node-1  update: taken offline" in failed
    assert "stays Terminating until its node is back or deleted" in failed


def test_what_is_at_risk_is_said(kplan: Kplan) -> None:
    scaled = kplan("scale", "deployment/web", "--replicas", "30").out
    assert "Risks:" in scaled
    assert "PLN001 pending-pods" in scaled
    assert "PLN003 no-endpoints" in kplan("delete", "deployment", "web").out


@pytest.mark.parametrize("line", ["drain node-1", "scale deployment/web --replicas 5"])
def test_events_are_printed_when_asked_for(line: str, kplan: Kplan) -> None:
    ran = kplan(*line.split(), "-o", "events")
    assert "SuccessfulCreate" in ran.out
    assert "Plan: " not in ran.out


def test_a_report_of_a_verb_holds_the_plan(kplan: Kplan, tmp_path: Path) -> None:
    document = json.loads(kplan("drain", "node-1", "-o", "json", "-o", "markdown=plan.md").out)
    (change,) = document["plan"]["changes"]
    assert change["change"]["object"]["name"] == "node-1"
    assert change["change"]["reason"] == "asked for"
    assert document["simulation"]["events"]
    assert (tmp_path / "plan.md").read_text().startswith("### Plan: ")


def test_kubectls_own_output_stands_alone(kplan: Kplan, tmp_path: Path) -> None:
    asked = ("scale", "deployment/web", "--replicas", "5")
    assert kplan(*asked, "-o", "name").out == "deployment.apps/web\n"
    assert json.loads(kplan(*asked, "-o", "json").out)["spec"]["replicas"] == 5
    both = kplan(*asked, "-o", "markdown=plan.md", "-o", "text")
    assert both.plan[0].startswith("Plan: ")
    assert "Plan: " in (tmp_path / "plan.md").read_text()
    assert kplan(*asked, "-o", "text", "-o", "events").code == 2


@pytest.mark.parametrize(
    "line",
    [
        "drain nope",
        "label deployment web --list",
        "annotate service web a=b --dry-run=client",
        "scale deploy/web",
    ],
)
def test_where_nothing_is_done_there_is_no_plan(line: str, kplan: Kplan) -> None:
    ran = kplan(*line.split())
    assert "Plan: " not in ran.out
    assert NOT_STORED not in ran.err


def test_a_commit_says_no_what_if(kplan: Kplan) -> None:
    ran = kplan("cordon", "node-1", "--commit")
    assert NOT_STORED not in ran.err
    assert "stored as revision 1" in ran.err
    assert ran.plan[0].startswith("Plan: 0 to create, 1 to change")


def test_a_plan_of_a_secret_hides_its_values(kplan: Kplan) -> None:
    ran = kplan("patch", "secret", "db", "-p", '{"stringData":{"password":"other-value"}}', "-o", "jsonl")
    assert '"update"' in ran.out
    for hidden in ("planted-value", "other-value", "b3RoZXItdmFsdWU="):
        assert hidden not in ran.out


def test_another_reason_is_told_apart(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text("incidents: [{at: 30, action: fail-node, target: node-2}]\n")
    told = kplan("cordon", "node-1", "--scenario", "scenario.yaml").out
    assert "Not caused by this change:" in told


def test_the_last_applied_configuration_can_be_seen_and_set(kplan: Kplan, tmp_path: Path) -> None:
    assert '"web:1"' not in kplan("apply", "view-last-applied", "deployment/web").out
    assert "image: web:1" in kplan("apply", "view-last-applied", "deployment/web").out
    (tmp_path / "new.yaml").write_text(WEB.replace("web:1", "web:2"))
    ran = kplan("apply", "set-last-applied", "-f", "new.yaml")
    assert ran.out.startswith("deployment.apps/web configured\n")
    assert ran.err.endswith(NOT_STORED)


@pytest.mark.parametrize(
    ("condition", "code"), [("deletes", 0), ("updates", 1), ("changes", 1), ("risk>=error", 0), ("never", 0)]
)
def test_a_what_if_fails_on_conditions_as_a_plan_does(kplan: Kplan, condition: str, code: int) -> None:
    assert kplan("scale", "deployment/web", "--replicas=2", "--fail-on", condition).code == code


def test_a_condition_is_judged_without_a_plan_to_be_seen(kplan: Kplan) -> None:
    ran = kplan("scale", "deployment/web", "--replicas=2", "--fail-on=updates", "-o", "name")
    assert (ran.code, ran.out) == (1, "deployment.apps/web\n")


def test_a_condition_that_nobody_knows_is_refused(kplan: Kplan) -> None:
    ran = kplan("scale", "deployment/web", "--replicas=2", "--fail-on=sunset")
    assert (ran.code, ran.out) == (2, "")
    assert "unknown condition 'sunset'" in ran.err


def test_a_drain_without_end_fails_whatever_the_conditions(kplan: Kplan, tmp_path: Path) -> None:
    budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n"
    spec = "spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}\n"
    (tmp_path / "web.yaml").write_text(f"{WEB}---\n{budget}{spec}")
    assert kplan("drain", "node-1", "--timeout=5s", "--fail-on=never").code == 1


def test_verbose_unfolds_the_plan_of_a_what_if(kplan: Kplan) -> None:
    line = ("scale", "deployment/web", "--replicas=30")
    assert len(kplan(*line, "-v").out) > len(kplan(*line).out)


@pytest.mark.parametrize("option", ["--until", "--for"])
def test_until_and_for_stop_the_clock(kplan: Kplan, option: str) -> None:
    ran = kplan("scale", "deployment/web", "--replicas=4", option, "1s", "-o", "name")
    assert (ran.code, ran.out) == (0, "deployment.apps/web\n")
    early = kplan("set", "image", "deployment/web", "web=web:2", f"{option}=1s").out
    assert early != kplan("set", "image", "deployment/web", "web=web:2").out


def test_for_means_what_the_verb_says_where_it_has_its_own(kplan: Kplan) -> None:
    assert "condition met" in kplan("wait", "--for=condition=Available", "deployment/web").out
    assert kplan("fail", "node-1", "--for=10m", "--until=1m").code == 0
