"""Nodes at the command line: they join, fall silent, answer again, and keep what they were between commands."""

import json
from pathlib import Path

import pytest

from kplan.cli.main import run

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx, resources: {requests: {cpu: 100m}}}]}
"""
NODE = """
apiVersion: v1
kind: Node
metadata: {name: big}
status: {capacity: {cpu: "16", memory: 64Gi}}
"""
OTHER = """
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
- schedulerName: another
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "web.yaml").write_text(WEB)
    (tmp_path / "node.yaml").write_text(NODE)
    (tmp_path / "scheduler.yaml").write_text(OTHER)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def nodes(capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    """What ``get nodes -o wide`` prints, by name."""
    capsys.readouterr()
    assert run(["get", "nodes", "-o", "wide"]) == 0
    return {line.split()[0]: line.split() for line in capsys.readouterr().out.splitlines()[1:]}


def terminating(capsys: pytest.CaptureFixture[str]) -> int:
    capsys.readouterr()
    assert run(["get", "pods", "-o", "json"]) == 0
    pods = json.loads(capsys.readouterr().out)["items"]
    return sum("deletionTimestamp" in pod["metadata"] for pod in pods)


def test_an_applied_node_has_joined(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["apply", "-f", str(here / "node.yaml")]) == 0
    shown = nodes(capsys)
    assert shown["big"][1] == "Ready"
    assert [row[4:6] for row in shown.values()] == [
        ["v1.36.0", "172.18.0.5"], ["v1.36.0", "172.18.0.2"], ["v1.36.0", "172.18.0.3"], ["v1.36.0", "172.18.0.4"],
    ]  # fmt: skip
    assert run(["apply", "-f", str(here / "node.yaml")]) == 0
    assert capsys.readouterr().out == "node/big unchanged\n"


@pytest.mark.parametrize("verb", ["apply", "simulate"])
def test_planning_a_node_that_has_joined_changes_nothing(
    verb: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["--commit"] if verb == "simulate" else []
    assert run([verb, "-f", str(here / "node.yaml"), *more]) == 0
    capsys.readouterr()
    assert run(["plan", "-f", str(here / "node.yaml")]) == 0
    assert "Plan: 0 to create, 0 to change" in capsys.readouterr().out


def test_versions_follow_the_kubernetes_version(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["simulate", "-f", str(here / "node.yaml"), "--kubernetes-version", "1.33", "--commit"]
    assert run(asked) == 0
    assert {row[4] for row in nodes(capsys).values()} == {"v1.33.0"}


def test_a_failed_node_stays_so_until_it_recovers(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "-f", str(here / "web.yaml"), "--commit"]) == 0
    assert run(["fail", "node-1", "--commit", "-o", "events"]) == 0
    assert "5m50s" in capsys.readouterr().out
    assert nodes(capsys)["node-1"][1] == "NotReady"
    assert run(["label", "node", "node-2", "a=b", "--commit"]) == 0
    assert terminating(capsys) == 1
    assert run(["recover", "node-1", "--commit"]) == 0
    assert nodes(capsys)["node-1"][1] == "Ready"
    assert terminating(capsys) == 0


def test_a_short_silence_evicts_nobody(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "-f", str(here / "web.yaml"), "--commit"]) == 0
    capsys.readouterr()
    assert run(["fail", "node-1", "--for", "2m", "-o", "events"]) == 0
    told = capsys.readouterr().out
    assert "NodeNotReady" in told
    assert "NodeReady" in told
    assert "Marking for deletion" not in told
    assert "Cancelling deletion of Pod default/web-" in told


@pytest.mark.parametrize("verb", ["fail", "recover"])
def test_nodes_that_do_not_exist_are_refused(
    verb: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    assert run([verb, "nope"]) == 2
    assert 'nodes "nope" not found' in capsys.readouterr().err


def test_commands_that_play_follow_the_scheduler_configuration(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["simulate", "-f", str(here / "web.yaml"), "--commit"]) == 0
    capsys.readouterr()
    asked = ["scale", "deployment/web", "--replicas", "3", "-o", "events"]
    assert run(asked) == 0
    assert "Scheduled" in capsys.readouterr().out
    assert run([*asked, "--scheduler-config", str(here / "scheduler.yaml")]) == 0
    assert "Scheduled" not in capsys.readouterr().out


def test_a_metric_from_outside_has_a_load(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    metric = {
        "external": {"metric": {"name": "queue"}, "target": {"type": "AverageValue", "averageValue": "30"}}
    }
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"scaleTargetRef": target, "maxReplicas": 9, "metrics": [{"type": "External", **metric}]}
    hpa = {
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"}, "spec": spec,
    }  # fmt: skip
    (here / "hpa.json").write_text(json.dumps(hpa))
    asked = ["simulate", "-f", str(here / "web.yaml"), "-f", str(here / "hpa.json"), "--load"]
    assert run([*asked, "queue=120"]) == 0
    assert "New size: 4; reason: external metric queue(nil) above target" in capsys.readouterr().out
    assert run([*asked, "=120"]) == 2


def test_an_incident_without_its_target_is_told_of(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    incidents = [
        {"at": 5, "action": "fail-node", "target": "node-9"},
        {"action": "delete-pod", "target": "web-0"},
    ]
    (here / "scenario.json").write_text(json.dumps({"incidents": incidents}))
    assert run(["simulate", "-f", "web.yaml", "--scenario", "scenario.json"]) == 0
    told = [line.split(maxsplit=4) for line in capsys.readouterr().out.splitlines() if " Refused " in line]
    assert told == [
        ["0s", "Refused", "NotFound", "pod/web-0", 'pods "web-0" not found'],
        ["5s", "Refused", "NotFound", "node/node-9", 'nodes "node-9" not found'],
    ]
