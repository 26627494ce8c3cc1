"""A StorageClass that comes after the claims that name it: the next sweep of the controller finds it."""

from pathlib import Path

import pytest

from kplan.cli.main import run

CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], %s resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: db}
spec:
  containers: [{name: db, image: "db:1"}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
"""
CLASS = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "%s"}}
provisioner: csi.example.com
"""


@pytest.mark.parametrize(
    ("named", "default", "bound"),
    [
        ("storageClassName: fast,", "false", True),
        ("", "true", True),
        ("storageClassName: other,", "true", False),
    ],
)
@pytest.mark.parametrize("there", [True, False], ids=["claims in the state", "claims in the manifests"])
def test_claims_wait_for_a_class(
    there: bool, named: str, default: str, bound: bool,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("a-claim.yaml").write_text(CLAIM % named)
    Path("b-class.yaml").write_text(CLASS % default)
    run(["snapshot", "import", "nodes:1x4cpu,8Gi"])
    if there:
        run(["apply", "-f", "a-claim.yaml"])
    capsys.readouterr()
    run(["plan", *([] if there else ["-f", "a-claim.yaml"]), "-f", "b-class.yaml"])
    shown = capsys.readouterr().out
    assert ("PLN001" in shown) is not bound
