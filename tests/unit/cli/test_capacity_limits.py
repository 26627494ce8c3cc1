"""kplan capacity counts what a namespace lets in, not only what nodes hold."""

from pathlib import Path

import pytest

from kplan.cli.main import run

CLUSTER = """
apiVersion: v1
kind: Node
metadata: {name: big}
status: {capacity: {cpu: "16", memory: 32Gi, pods: "110"}, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: team%s}
---
"""
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: crunch, namespace: team}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: c, image: "crunch:1", resources: {requests: {cpu: 500m}}}]
"""


def quota(hard: str, scopes: str = "") -> str:
    more = f", scopes: [{scopes}]" if scopes else ""
    return f"apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q, namespace: team}}\nspec: {{hard: {{{hard}}}{more}}}\n"


def limits(text: str) -> str:
    return (
        "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: team}\n"
        f"spec: {{limits: [{{type: Container, {text}}}]}}\n"
    )


RESTRICTED = ", labels: {pod-security.kubernetes.io/enforce: restricted}"


@pytest.mark.parametrize(
    ("namespace", "rest", "count", "reason"),
    [
        ("", quota("count/pods: '4'"), 4, "exceeded quota: q"),
        ("", quota("pods: '6'", "NotBestEffort"), 6, "exceeded quota: q"),
        ("", quota("pods: '1'", "BestEffort"), 32, "Insufficient cpu"),
        ("", quota("limits.cpu: '2'"), 0, "must specify limits.cpu"),
        ("", limits("default: {cpu: '1'}") + "---\n" + quota("limits.cpu: '3'"), 3, "exceeded quota: q"),
        ("", limits("defaultRequest: {memory: 10Gi}, default: {memory: 10Gi}"), 3, "Insufficient memory"),
        ("", limits("min: {cpu: '1'}, default: {cpu: '2'}"), 0, "minimum cpu usage per Container is 1"),
        (RESTRICTED, "", 0, 'violates PodSecurity "restricted:latest"'),
    ],
)
def test_a_namespace_limits_how_many_fit(
    namespace: str, rest: str, count: int, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state.yaml").write_text(CLUSTER % namespace + rest)
    (tmp_path / "job.yaml").write_text(JOB)
    asked = ["capacity", "-f", str(tmp_path / "job.yaml"), "--state", str(tmp_path / "state.yaml")]
    assert run([*asked, "--at-least", str(count)]) == 0
    shown = capsys.readouterr().out
    assert f"{count} more pods of job.batch/crunch -n team fit" in shown
    assert reason in shown
    assert run([*asked, "--at-least", str(count + 1)]) == 1
