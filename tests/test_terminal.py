"""No text of an input drives a terminal: not in any format that people read, nor in the name of a file."""

import re
from pathlib import Path

import pytest

from kplan.cli.main import run
from kplan.render.terminal import inert

_RAW = ("\x1b", "\x07", "\x9b", "\x08", "\r", "\u202e")
_MANIFEST = r"""
apiVersion: v1
kind: Pod
metadata: {name: "p\e[31m", namespace: default, labels: {"a\e]0;x\a": "b\e[2J"}, annotations: {c: "d\e[31m\u009b5m\u202e\b\r"}}
spec: {containers: [{name: "e\e[31m", image: "f\e[31m", imagePullPolicy: "\e[31m", env: [{name: "g\e[31m", value: "\e[31m"}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: sound, labels: {"x\e[31m": "y"}, annotations: {note: "\e[31mred\e]0;title\a"}}
data: {"k\e[31m": "v", text: "\e[31m\a\r"}
---
apiVersion: "v1\e[31m"
kind: "Kind\e[31m"
metadata: {name: z}
"""
_DUMP = r"""
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: "p\e[31m", namespace: default, uid: u, labels: {"a\e[31m": b}, annotations: {c: "d\e[31m\a"}}
  spec: {nodeName: n, containers: [{name: "c\e[31m", image: "i\e[31m\r"}]}
  status: {phase: "Running\e[31m", reason: "Because\e[31m", message: "\e]0;x\a"}
- {apiVersion: v1, kind: Node, metadata: {name: n, uid: v, labels: {"x\e[31m": y}}, status: {nodeInfo: {kubeletVersion: "v\e[31m"}}}
- apiVersion: v1
  kind: Event
  metadata: {name: e, namespace: default, uid: w}
  involvedObject: {kind: Pod, name: "p\e[31m", namespace: default}
  reason: "R\e[31m"
  message: "M\e[31m\a\r"
  type: "Normal\e[31m"
"""
_PEOPLE = ("text", "concise", "grouped", "markdown", "github", "azure")
LINES = [
    *(f"lint --no-cache --select ALL {{}} -o {style}" for style in _PEOPLE),
    *(f"plan -f {{}} -o {style}" for style in ("text", "concise", "grouped", "tree", "unified", "markdown", "github")),
    "diff -f {}", "diff -f {} --server-side", "dry-run -f {}", "apply -f {}", "simulate -f {}", "simulate -f {} -o events", "why -f {}",
    "capacity -f {}", "upgrade --to 1.37 -f {}", "graph -f {}", "lint --no-cache --statistics {}", "lint --no-cache --fix --diff {}",
    "create -f {}", "replace -f {}", "delete -f {}", "get -f {}", "lint --no-cache --show-skipped .",
]  # fmt: skip
STATES = [
    "get pods,nodes,events -A --state {}", "get pods,nodes -A -o wide --show-labels --state {}", "get pods -A -L c --state {}",
    "describe pods,nodes -A --state {}", "events -A --state {}", "nodes --state {}", "why --state {} -f {}", "drain n --force --state {}",
    "fail n --state {}", "get pods -A -o name --state {}", "get pods -A -o custom-columns=A:.metadata.annotations.c --state {}",
    "get pods -A -o jsonpath={{.items[0].metadata.annotations.c}} --state {}",
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("name", ["made.yaml", "m\x1b[31m\r.yaml"], ids=["plain", "file"])
def test_manifests_do_not_drive_a_terminal(line: str, name: str, tmp_path: Path, monkeypatch, capfd) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(_MANIFEST)
    Path("skipped\x1b[31m.yaml").write_text("\x1b: [")
    assert _raw(line, name, capfd) == []


@pytest.mark.parametrize("line", STATES)
def test_states_do_not_drive_a_terminal(line: str, tmp_path: Path, monkeypatch, capfd) -> None:
    monkeypatch.chdir(tmp_path)
    Path("made.yaml").write_text(_DUMP)
    assert _raw(line, "made.yaml", capfd) == []


@pytest.mark.parametrize(
    "line",
    [
        "lint {}",
        "lint {} -o concise",
        "lint {} -o grouped",
        "plan -f {}",
        "apply -f .",
        "plan -f {} -o tree",
    ],
)
def test_manifests_give_a_pipeline_no_commands(line: str, tmp_path: Path, monkeypatch, capfd) -> None:
    monkeypatch.chdir(tmp_path)
    planted = "x\\n ::error file=a::b\\n::add-mask::c ##vso[task.setvariable variable=d]e"
    name = "f\n::warning::g.yaml"
    Path(name).write_text(
        f'apiVersion: v1\nkind: "{planted}"\nmetadata: {{name: "{planted}"}}\n---\nkind: "{planted}"\n'
    )
    assert run([word.replace("{}", name) for word in line.split()]) == 2
    said = "".join(capfd.readouterr())
    assert "add-mask" in said
    assert not re.findall(r"(?m)^[ \t]*::[a-z].*|##\w*\[.*", said)


def test_what_only_looks_like_a_command_is_left_alone() -> None:
    for text in ("a\n::1 localhost", "a\n  ::ffff:1.2.3.4", "## heading\n::", "a::b::c", "x\n- ::error::y"):
        assert inert(text) == text


def _raw(line: str, name: str, capfd: pytest.CaptureFixture[str]) -> list[str]:
    assert run([word.replace("{}", name).replace("{{", "{").replace("}}", "}") for word in line.split()]) in (
        0,
        1,
        2,
    )
    said = "".join(capfd.readouterr())
    assert said
    assert "(see 'kplan" not in said, said
    return [mark for mark in _RAW if mark in said]
