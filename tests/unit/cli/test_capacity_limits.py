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
    wanted = f"job.batch/crunch -n team: {count} more pods fit, fewer than --at-least {count + 1}\n"
    assert capsys.readouterr().err.endswith(wanted)


WORKLOAD = """
apiVersion: apps/v1
kind: %s
metadata: {name: db, namespace: team}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: c, image: "db:1", resources: {requests: {cpu: "4"}}%s}]
"""
MOUNTED = ", volumeMounts: [{name: data, mountPath: /data}]"
TEMPLATE = """
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 5Gi}}%s}
"""
CLASSES = """---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: usual, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: csi.example.com
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: at-once}
provisioner: csi.example.com
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: by-hand}
provisioner: kubernetes.io/no-provisioner
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec: {storageClassName: by-hand, capacity: {storage: 5Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /d}}
status: {phase: Available}
---
"""


def counted(tmp_path: Path, state: str, manifest: str, *more: str) -> int:
    (tmp_path / "state.yaml").write_text(state)
    (tmp_path / "given.yaml").write_text(manifest)
    return run(
        ["capacity", "-f", str(tmp_path / "given.yaml"), "--state", str(tmp_path / "state.yaml"), *more]
    )


@pytest.mark.parametrize(
    ("class_name", "rest", "count", "reason"),
    [
        ("", "", 4, "Insufficient cpu"),
        (", storageClassName: at-once", "", 4, "Insufficient cpu"),
        (", storageClassName: by-hand", "", 1, "unbound immediate PersistentVolumeClaims"),
        (", storageClassName: absent", "", 0, "unbound immediate PersistentVolumeClaims"),
        ("", quota("persistentvolumeclaims: '2'"), 2, 'persistentvolumeclaims "db-'),
        ("", quota("requests.storage: 16Gi"), 3, "exceeded quota: q, requested: requests.storage=5Gi"),
    ],
)
def test_each_pod_of_a_stateful_set_has_claims_of_its_own(
    class_name: str, rest: str, count: int, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = WORKLOAD % ("StatefulSet", MOUNTED) + TEMPLATE % class_name
    assert counted(tmp_path, CLUSTER % "" + CLASSES + rest, manifest) == 0
    shown = capsys.readouterr().out
    assert f"{count} more pod{'s' * (count != 1)} of statefulset.apps/db -n team fit" in shown
    assert reason in shown


def test_a_daemon_set_has_one_pod_on_a_node(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert counted(tmp_path, CLUSTER % "", WORKLOAD % ("DaemonSet", ""), "--add-nodes", "2=2cpu,4Gi") == 0
    shown = capsys.readouterr().out
    assert "1 more pod of daemonset.apps/db -n team fits" in shown
    assert "1 Insufficient cpu" in shown
    light = (WORKLOAD % ("DaemonSet", "")).replace('"4"', '"1"')
    assert counted(tmp_path, CLUSTER % "", light, "--add-nodes", "2=2cpu,4Gi") == 0
    assert "3 more pods" in (shown := capsys.readouterr().out)
    assert "The next pod: a DaemonSet has one pod on a node, and no other node takes one" in shown
    assert counted(tmp_path, CLUSTER % "" + light, light) == 0
    assert "0 more pods of daemonset.apps/db -n team fit" in capsys.readouterr().out


def test_a_refusal_names_the_pods_of_the_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert counted(tmp_path, CLUSTER % "" + quota("pods: '2'"), JOB) == 0
    assert 'The next pod: pods "crunch-' in capsys.readouterr().out


def test_a_pod_that_is_there_already_is_counted_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: one, namespace: team}\nspec:\n  containers: [{name: c, image: 'c:1', resources: {requests: {cpu: 5}}}]\n"
    state, path = tmp_path / "state.yaml", tmp_path / "pod.yaml"
    placed = pod.replace("spec:", "spec:\n  nodeName: big")
    state.write_text(CLUSTER % "" + placed + "---\n" + placed.replace("name: one", "name: one-1"))
    path.write_text(pod)
    assert run(["capacity", "-f", str(path), "--state", str(state)]) == 0
    assert "1 more pod of pod/one -n team fits" in capsys.readouterr().out
    assert run(["why", "-f", str(path), "--state", str(state)]) == 0
