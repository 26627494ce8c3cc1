"""explain, capacity and nodes at the command line: what they print, and the exit code a script reads."""

import json
from pathlib import Path

import pytest

from kplan.cli.main import run

STATE = """
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Node
  metadata: {name: a, uid: a, resourceVersion: "1", labels: {kubernetes.io/hostname: a}}
  status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}
- apiVersion: v1
  kind: Node
  metadata: {name: b, uid: b, resourceVersion: "2", labels: {kubernetes.io/hostname: b}}
  spec: {taints: [{key: dedicated, value: x, effect: NoSchedule}]}
  status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}
- apiVersion: v1
  kind: Pod
  metadata: {name: db, namespace: default, uid: db, resourceVersion: "3"}
  spec: {nodeName: a, containers: [{name: c, image: x, resources: {requests: {cpu: 3250m}}}]}
  status: {phase: Running}
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: c, image: nginx, resources: {requests: {cpu: CPU}}}]}
"""


@pytest.fixture
def state(tmp_path: Path) -> str:
    (tmp_path / "state.yaml").write_text(STATE)
    return str(tmp_path / "state.yaml")


@pytest.fixture
def pod(tmp_path: Path) -> str:
    (tmp_path / "pod.yaml").write_text(POD.replace("CPU", "1500m"))
    return str(tmp_path / "pod.yaml")


def test_explain_names_numbers_and_remedies(state: str, pod: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "-f", pod, "--state", state]) == 1
    text = capsys.readouterr().out
    assert "needs 1500m cpu, 4 allocatable, 3250m requested by 1 pod" in text
    assert "taint dedicated=x:NoSchedule is not tolerated" in text
    assert "750m less cpu requested, for node a" in text


def test_why_is_explain_and_knows_pods_of_the_state(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "pod/db", "--state", state, "-o", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["answers"]
    assert found["node"] == found["bound_to"] == "a"
    assert [item["plugin"] for item in found["refusals"]] == ["TaintToleration"]
    assert run(["why", "pod/nobody", "--state", state]) == 2
    assert run(["why", "service/db", "--state", state]) == 2


def test_why_names_the_node_that_a_pod_has_where_another_would_be_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state.yaml").write_text(STATE.replace("nodeName: a", "nodeName: b"))
    assert run(["why", "pod/db", "--state", str(tmp_path / "state.yaml")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "pod/db -n default: a, the only node that fits",
        "Its node is b, which it keeps; this is what the scheduler would decide now.",
    ]


def test_more_nodes_make_room(state: str, pod: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "-f", pod, "--state", state, "--add-nodes", "1=8cpu,16Gi"]) == 0
    assert "added-1" in capsys.readouterr().out


def test_capacity_counts_and_says_what_limits(
    state: str, pod: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(
            [
                "capacity",
                "-f",
                pod,
                "--state",
                state,
                "--add-nodes",
                "2=4cpu,8Gi",
                "--at-least",
                "5",
                "-o",
                "json",
            ]
        )
        == 1
    )
    (found,) = json.loads(capsys.readouterr().out)["answers"]
    assert found["pods"] == 4
    assert found["reasons"] == {"Insufficient cpu": 3, "node(s) had untolerated taint(s)": 1}


def test_nodes_show_what_is_left_and_who_is_stranded(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["nodes", "--state", state]) == 0
    assert "750m cpu, 8Gi" in capsys.readouterr().out
    assert run(["nodes", "--state", state, "--survival"]) == 1
    assert "pod/db -n default (1)" in capsys.readouterr().out
    assert run(["nodes", "--state", state, "--without-node", "z"]) == 2


def test_a_scheduler_configuration_changes_the_answer(
    state: str, pod: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "scheduler.yaml"
    plugins = "plugins: {multiPoint: {disabled: [{name: TaintToleration}]}}"
    head = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
    config.write_text(f"{head}profiles: [{{{plugins}}}]\n")
    assert run(["why", "-f", pod, "--state", state, "--scheduler-config", str(config)]) == 0
    assert ": b, the only node that fits" in capsys.readouterr().out
    config.write_text("kind: Something\n")
    assert run(["why", "-f", pod, "--state", state, "--scheduler-config", str(config)]) == 2


def test_explain_says_when_no_single_change_helps(
    state: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanting = POD.replace("CPU", '"5"').replace("spec: {", "spec: {nodeSelector: {disk: ssd}, ")
    (tmp_path / "pod.yaml").write_text(wanting)
    assert run(["why", "-f", str(tmp_path / "pod.yaml"), "--state", state]) == 1
    text = capsys.readouterr().out
    assert "wants disk=ssd, node has no such label" in text
    assert text.endswith(
        "No single change would make it fit: a smaller request, a toleration, a label or one more node.\n"
    )
