"""A state that was dumped without a kind that its pods need is told from a cluster that has none."""

from pathlib import Path

import pytest

from kplan.cli.main import run

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: default, uid: one}
spec: {nodeName: %s, containers: [{name: c, image: c}], volumes: [%s]}
status: {phase: Running}
---
"""
NODE = """
apiVersion: v1
kind: Node
metadata: {name: n1, uid: two}
status: {capacity: {cpu: 4, memory: 8Gi, pods: 110}, conditions: [{type: Ready, status: "True"}]}
---
"""
SECRET = "{apiVersion: v1, kind: Secret, metadata: {name: other, namespace: default, uid: three}}\n---\n"
CLAIM = "{name: v, persistentVolumeClaim: {claimName: data}}"
MOUNT = "{name: v, secret: {secretName: keys%s}}"


@pytest.mark.parametrize(
    ("state", "lacks"),
    [
        (POD % ("n1", ""), ["Node"]),
        (POD % ("n1", "") + NODE, []),
        (POD % ('""', ""), []),
        (POD % ("n1", MOUNT % "") + NODE, ["Secret"]),
        (POD % ("n1", MOUNT % "") + NODE + SECRET, []),
        (POD % ("n1", MOUNT % ", optional: true") + NODE, []),
        (POD % ("n1", CLAIM) + NODE, ["PersistentVolumeClaim"]),
        (POD.replace(", uid: one", "") % ("n1", MOUNT % ""), []),
    ],
)
def test_kinds_that_were_not_dumped(
    state: str, lacks: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dump.yaml").write_text(state)
    (tmp_path / "new.yaml").write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: new}}")
    arguments = ["-f", str(tmp_path / "new.yaml"), "--state", str(tmp_path / "dump.yaml")]
    assert run(["plan", *arguments, "--fail-on", "risk"]) == 0
    told = [one for one in capsys.readouterr().err.splitlines() if "STA001" in one]
    assert [one.partition("the state has no ")[2].partition(",")[0] for one in told] == lacks
    run(["diff", *arguments])
    assert "STA001" not in capsys.readouterr().err
