"""A plug-in added the documented way, by its file and one line in the roster, is obeyed by
every command that schedules.

The tree is copied, the plug-in added to the copy, and the commands are run from there.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
Json = dict[str, Any]
FILTER = '''"""ColdNodes: only node-2 is warm enough."""

from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.status import SUCCESS, Status


class ColdNodes:
    name = "ColdNodes"

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return SUCCESS if node.name == "node-2" else Status.unresolvable("node(s) were too cold")
'''
SCORE = '''"""LastNode: rather node-3."""

from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo


class LastNode:
    name = "LastNode"

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        return 100 if node.name == "node-3" else 0
'''
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: c, image: "registry.example.com/web:1", resources: {requests: {cpu: "1"}}}
"""
NODE = """
apiVersion: v1
kind: Node
metadata: {{name: {0}, labels: {{kubernetes.io/hostname: {0}}}}}
status: {{allocatable: {{cpu: "4", memory: 8Gi, pods: "110"}}}}
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {{name: {0}, namespace: default}}
spec:
  nodeName: {1}
  containers: [{{name: c, image: "registry.example.com/web:1", resources: {{requests: {{cpu: "1"}}}}}}]
"""


class Tree:
    """A copy of kplan with one more plug-in."""

    def __init__(self, folder: Path, module: str, source: str, entry: str) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "kplan", folder / "kplan")
        (folder / "schemas").symlink_to(ROOT / "schemas")
        (folder / "kplan" / "scheduler" / "plugins" / f"{module}.py").write_text(source)
        roster = folder / "kplan" / "scheduler" / "profile.py"
        text = roster.read_text()
        name = entry.partition("(")[2].partition(",")[0].rstrip(")")
        text = text.replace("\nROSTER:", f"\nfrom kplan.scheduler.plugins.{module} import {name}\nROSTER:", 1)
        roster.write_text(
            text.replace("    PluginEntry(NodeName),\n", f"    {entry},\n    PluginEntry(NodeName),\n")
        )
        (folder / "web.yaml").write_text(WEB)
        nodes = [NODE.format(f"node-{number}") for number in (1, 2, 3)]
        (folder / "nodes.yaml").write_text("---".join(nodes))
        (folder / "running.yaml").write_text("---".join([*nodes, POD.format("old", "node-2")]))

    def run(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "kplan", *arguments],
            cwd=self.folder, env={**os.environ, "PYTHONPATH": str(self.folder), "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def placed(self, *arguments: str) -> list[str]:
        """The nodes that pods were bound to, by the Events of a simulation."""
        events = [json.loads(line) for line in self.run(*arguments, "-o", "jsonl").splitlines()]
        messages = [event["message"] for event in events if event.get("reason") == "Scheduled"]
        return [message.rpartition(" ")[2] for message in messages]


@pytest.fixture(scope="module")
def filtering(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return Tree(tmp_path_factory.mktemp("filter"), "cold_nodes", FILTER, "PluginEntry(ColdNodes)")


@pytest.fixture(scope="module")
def scoring(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return Tree(tmp_path_factory.mktemp("score"), "last_node", SCORE, "PluginEntry(LastNode, 50)")


def test_plan_and_simulate_obey_a_filter(filtering: Tree) -> None:
    assert filtering.placed("simulate", "-f", "web.yaml", "--state", "nodes.yaml") == ["node-2"] * 3
    text = filtering.run("plan", "-f", "web.yaml", "--state", "nodes.yaml")
    assert text.count("(node-2)") == 3
    assert "node-1" not in text


def test_why_names_the_filter_and_its_reason(filtering: Tree) -> None:
    (found,) = json.loads(filtering.run("why", "-f", "web.yaml", "--state", "nodes.yaml", "-o", "json"))[
        "answers"
    ]
    assert found["node"] == "node-2"
    said = {item["node"]: (item["plugin"], item["reasons"]) for item in found["refusals"]}
    assert said == {name: ("ColdNodes", ["node(s) were too cold"]) for name in ("node-1", "node-3")}


def test_capacity_and_nodes_obey_a_filter(filtering: Tree) -> None:
    counted = json.loads(filtering.run("capacity", "-f", "web.yaml", "--state", "nodes.yaml", "-o", "json"))
    (found,) = counted["answers"]
    assert (found["pods"], found["per_node"]) == (4, {"node-2": 4})
    assert found["reasons"] == {"node(s) were too cold": 2, "Insufficient cpu": 1}
    told = json.loads(filtering.run("nodes", "--survival", "--state", "running.yaml", "-o", "json", code=1))
    losses = {loss["node"]: loss for loss in told["answers"][0]["losses"]}
    assert losses["node-2"]["stranded"] == {"pod/old -n default": 1}
    assert "2 node(s) were too cold" in losses["node-2"]["message"]


def test_a_score_decides_where_everything_else_is_equal(scoring: Tree) -> None:
    assert scoring.placed("simulate", "-f", "web.yaml", "--state", "nodes.yaml") == ["node-3"] * 3
    assert scoring.run("plan", "-f", "web.yaml", "--state", "nodes.yaml").count("(node-3)") == 3
    (found,) = json.loads(scoring.run("why", "-f", "web.yaml", "--state", "nodes.yaml", "-o", "json"))[
        "answers"
    ]
    assert found["node"] == "node-3"
    assert found["scores"]["node-3"]["plugins"]["LastNode"] == 5000
    counted = json.loads(
        scoring.run("capacity", "-f", "web.yaml", "--state", "nodes.yaml", "--max", "4", "-o", "json")
    )
    (found,) = counted["answers"]
    assert found["per_node"] == {"node-3": 4}
