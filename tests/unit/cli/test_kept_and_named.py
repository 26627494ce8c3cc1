"""What commands keep of a state, read from a pipe, and call by its name."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from kplan import pipeline
from kplan.cli.main import run
from kplan.state.secrets import is_hash

NODES = """
{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {capacity: {cpu: 4, memory: 8Gi, pods: 110}}}
---
{apiVersion: v1, kind: Node, metadata: {name: n2}, status: {capacity: {cpu: 4, memory: 8Gi, pods: 110}}}
"""
SECRET = "{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {k: planted-value}}"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nodes.yaml").write_text(NODES)

    def call(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(
            "sys.stdin", SimpleNamespace(buffer=io.BytesIO(stdin.encode()), isatty=lambda: False)
        )
        code = run(arguments)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


@pytest.mark.parametrize(("flags", "hashed"), [((), True), (("--with-secrets",), False)])
def test_a_state_stays_as_it_was_made(
    flags: tuple[str, ...], hashed: bool, kplan: Call, tmp_path: Path
) -> None:
    (tmp_path / "secret.yaml").write_text(SECRET)
    assert kplan("snapshot", "import", "nodes.yaml", *flags)[0] == 0
    for command in (("apply",), ("simulate", "--commit")):
        assert kplan(*command, "-f", "secret.yaml")[0] == 0
        (secret,) = pipeline.open_state(None, tmp_path).store.list("", "Secret")
        assert is_hash(secret["data"]["k"]) == hashed


def test_a_state_may_be_piped_in(kplan: Call) -> None:
    code, out, _ = kplan("get", "nodes", "-o", "name", "--state", "-", stdin=NODES)
    assert (code, out.split()) == (0, ["node/n1", "node/n2"])
    assert kplan("snapshot", "import", "-", stdin=NODES)[0] == 0
    assert kplan("get", "nodes", "-o", "name")[1].split() == ["node/n1", "node/n2"]


def test_what_is_piped_in_is_not_read_twice(kplan: Call) -> None:
    code, _, err = kplan("plan", "--state", "-", "-f", "-", stdin=NODES)
    assert (code, "standard input can be read only once" in err) == (2, True)


def test_nothing_piped_in_is_no_state(kplan: Call) -> None:
    code, _, err = kplan("snapshot", "import", "-")
    assert (code, "cannot read the state" in err) == (2, True)


POD = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {%s, containers: [{name: c, image: x, resources: {requests: {cpu: 1}}}]}}"


@pytest.mark.parametrize(
    ("said", "fits", "limit"),
    [
        (
            "nodeName: n1",
            4,
            "spec.nodeName allows node 'n1' alone: 0/1 nodes are available: 1 Insufficient cpu",
        ),
        ("nodeName: n3", 0, "spec.nodeName names node 'n3', which is not there"),
        (
            "schedulingGates: [{name: example.com/wait}]",
            0,
            "waiting for scheduling gates: [example.com/wait]",
        ),
        ("restartPolicy: Always", 8, "0/2 nodes are available: 2 Insufficient cpu"),
    ],
)
def test_capacity_follows_what_a_pod_says_of_its_node(
    said: str, fits: int, limit: str, kplan: Call, tmp_path: Path
) -> None:
    (tmp_path / "pod.yaml").write_text(POD % said)
    out = kplan("capacity", "-f", "pod.yaml", "--state", "nodes.yaml")[1]
    assert out.startswith(f"{fits} more pods of pod/p fit")
    assert f"The next pod: {limit}" in out


def test_a_pod_with_gates_has_no_node_yet(kplan: Call, tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD % "schedulingGates: [{name: example.com/wait}]")
    out = kplan("why", "-f", "pod.yaml", "--state", "nodes.yaml")[1]
    assert (
        out == "pod/p -n default: no node is looked for\nwaiting for scheduling gates: [example.com/wait]\n"
    )


@pytest.mark.parametrize(
    ("command", "many"), [("plan", True), ("simulate", True), ("capacity", False), ("drain", False)]
)
def test_only_commands_that_look_at_several_versions_say_so(command: str, many: bool, kplan: Call) -> None:
    assert ("repeatable: every version" in " ".join(kplan(command, "--help")[1].split())) == many


def test_several_versions_where_one_is_looked_at(kplan: Call) -> None:
    code, _, err = kplan("nodes", "--state", "nodes.yaml", "--kubernetes-version", "1.35,1.36")
    assert (code, err) == (2, "error: nodes looks at one Kubernetes version, not at 1.35 and 1.36\n")


REFUSED = """
{apiVersion: v1, kind: ConfigMap, metadata: {name: quota, namespace: shop}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: nowhere, namespace: nowhere}}
---
{apiVersion: example.com/v1, kind: Unknown, metadata: {name: kind}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: Invalid}}
---
apiVersion: v1
kind: Pod
metadata: {name: unread}
spec:
  containers: [{name: c, image: x}]
  volumes:
  - name: settings
    configMap:
      items: none
"""
QUOTA = """
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: shop}, spec: {hard: {configmaps: 0}}}
"""


def test_a_refusal_in_a_plan_has_its_own_code_and_its_line(kplan: Call, tmp_path: Path) -> None:
    (tmp_path / "nodes.yaml").write_text(NODES + QUOTA)
    (tmp_path / "refused.yaml").write_text(REFUSED)
    report = json.loads(kplan("plan", "-f", "refused.yaml", "--state", "nodes.yaml", "-o", "json")[1])
    found = [one for one in report["findings"] if one["rule"].startswith(("API", "KCTL", "PLN034"))]
    codes = {one["object"].split()[0].partition("/")[2]: one["rule"] for one in found}
    refusals = {
        "quota": "API403", "nowhere": "API404", "kind": "KCTL001", "Invalid": "API422", "unread": "API400"
    }  # fmt: skip
    assert codes == {**refusals, "kind": "PLN034"}  # the risk tells the cause, and is told once
    assert set(codes.values()) <= set(report["rules"])
    assert [one["change"]["refusal_code"] for one in report["plan"]["changes"]] == list(refusals.values())
    locations = {
        one["change"]["object"]["name"]: one["change"]["location"] for one in report["plan"]["changes"]
    }
    assert locations["unread"] == "refused.yaml:18"


def test_what_a_sandbox_exports_is_a_state(kplan: Call, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(SECRET)
    assert kplan("cluster", "create")[0] == kplan("apply", "-f", "secret.yaml")[0] == 0
    _, text, _ = kplan("snapshot", "export", "-o", "json")
    assert "planted-value" not in text
    (tmp_path / "export.json").write_text(text)
    (secret,) = (one for one in json.loads(text)["items"] if one["kind"] == "Secret")
    assert is_hash(secret["data"]["k"])
    code, shown, said = kplan("get", "secrets", "-o", "name", "--state", "export.json")
    assert (code, shown, said) == (0, "secret/s\n", "")
