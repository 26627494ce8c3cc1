"""A state made of manifests is looked at as the cluster it makes; the scheduler's configuration reaches simulations."""

import json
from pathlib import Path

import pytest

from kplan.cli.main import run
from kplan.cli.progress import simulated
from kplan.simulation.clock import SECOND

NODES = """
apiVersion: v1
kind: Node
metadata: {name: a}
status: {capacity: {cpu: "4", memory: 8Gi}}
---
apiVersion: v1
kind: Node
metadata: {name: b}
spec: {taints: [{key: dedicated, value: x, effect: NoSchedule}]}
status: {allocatable: {cpu: "4", memory: 8Gi, pods: "20"}, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Node
metadata: {name: c}
status: {allocatable: {cpu: "4", memory: 8Gi, pods: "20"}, conditions: [{type: Ready, status: "False"}]}
"""
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx, resources: {requests: {cpu: 500m, memory: 128Mi}}}]}
"""
PACKING = """
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
- schedulerName: default-scheduler
  plugins: {score: {disabled: [{name: PodTopologySpread}, {name: NodeResourcesBalancedAllocation}]}}
  pluginConfig:
  - name: NodeResourcesFit
    args: {scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 1}]}}
"""


@pytest.fixture
def manifests(tmp_path: Path) -> str:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "nodes.yaml").write_text(NODES)
    (tmp_path / "state" / "web.yaml").write_text(WEB)
    return str(tmp_path / "state")


def test_pods_of_manifests_have_places(manifests: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["nodes", "--state", manifests, "-o", "json"]) == 0
    shown = capsys.readouterr()
    pods = {node["name"]: node["pods"] for node in json.loads(shown.out)["answers"][0]["nodes"]}
    assert pods == {"a": 2, "b": 0, "c": 0}
    assert "simulated until the cluster settles" in shown.err


def test_nodes_of_manifests_are_ready_unless_they_say_otherwise(
    manifests: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["get", "nodes", "--state", manifests, "-o", "json"]) == 0
    nodes = {node["metadata"]["name"]: node for node in json.loads(capsys.readouterr().out)["items"]}
    taints = {name: [one["key"] for one in node["spec"].get("taints") or ()] for name, node in nodes.items()}
    assert taints["a"] == []
    assert taints["b"] == ["dedicated"]
    assert "node.kubernetes.io/not-ready" in taints["c"]
    assert nodes["a"]["status"]["allocatable"] == {
        "cpu": "4", "ephemeral-storage": "90Gi", "memory": "8092Mi", "pods": "110",
    }  # fmt: skip
    assert nodes["a"]["metadata"]["labels"]["kubernetes.io/hostname"] == "a"


def test_explain_and_route_see_pods_of_manifests(manifests: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["get", "pods", "--state", manifests, "-o", "name"]) == 0
    pod = capsys.readouterr().out.split()[0]
    assert run(["why", pod, "--state", manifests, "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["answers"][0]["node"] == "a"
    assert run(["route", "deployment/web", pod + ":80", "--state", manifests]) == 0


@pytest.mark.parametrize("verb", ["simulate", "plan"])
def test_simulations_follow_the_scheduler_configuration(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "web.yaml").write_text(WEB)
    (tmp_path / "scheduler.yaml").write_text(PACKING)
    asked = [verb, "-f", str(tmp_path / "web.yaml"), "--state", "nodes:3x4cpu,8Gi"]
    assert run(asked) == 0
    assert "node-2" in capsys.readouterr().out
    assert run([*asked, "--scheduler-config", str(tmp_path / "scheduler.yaml")]) == 0
    packed = capsys.readouterr().out
    assert "node-1" in packed
    assert "node-2" not in packed


def test_the_bar_of_a_long_run_fills() -> None:
    assert simulated(30 * SECOND, 1024) == "30s simulated, 1,024 steps"
    assert simulated(90 * SECOND, 512) == "1m30s simulated, 512 steps"


AUTOSCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 5}
"""


def test_load_begins_once_the_state_is_at_rest(
    manifests: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state" / "hpa.yaml").write_text(AUTOSCALER)
    (tmp_path / "new.yaml").write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}")
    asked = ["simulate", "-f", str(tmp_path / "new.yaml"), "--state", manifests]
    assert run([*asked, "--load", "deployment/web=3"]) == 0
    story = capsys.readouterr().out
    assert "New size: 4" in story
    assert "New size: 5" in story
    assert run([*asked, "--load", "web"]) == 2
    assert "deployment/web=memory:4Gi" in capsys.readouterr().err


def test_a_namespace_of_the_manifests_takes_pods_and_definitions_may_come_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("team.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: team}\nspec: {containers: [{name: a, image: b}]}\n"
        "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n"
    )
    assert run(["diff", "--state", "team.yaml", "-f", "team.yaml"]) == 0
    assert capsys.readouterr() == ("", "")


def test_conflicts_name_the_field_and_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '%s'}\n"
    Path("c.yaml").write_text(manifest % 1)
    assert run(["apply", "--server-side", "--field-manager", "one", "-f", "c.yaml"]) == 0
    Path("c.yaml").write_text(manifest % 2)
    assert run(["apply", "--server-side", "--field-manager", "two", "-f", "c.yaml"]) == 2
    said = capsys.readouterr().err
    assert 'c.yaml:4:11: error API409: conflict with "one": .data.a' in said
    assert "--force-conflicts" in said
    assert "CustomResourceDefinition" not in said
