"""Pods on several nodes that need a volume which goes to one node at a time."""

from pathlib import Path
from textwrap import dedent

import pytest

from kplan.plan.risk import Example
from planning import plan_of


def storage(modes: str = "ReadWriteOnce", provisioner: str = "ebs.csi.aws.com") -> str:
    return dedent(
        f"""
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {{name: fast}}
        provisioner: {provisioner}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {{name: data}}
        spec: {{storageClassName: fast, accessModes: [{modes}], resources: {{requests: {{storage: 1Gi}}}}}}
        ---
        """
    )


def web(image: str = "web:1", replicas: int = 1, name: str = "web", more: str = "", pod: str = "") -> str:
    return dedent(
        f"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {{name: {name}}}
        spec:
          replicas: {replicas}
          selector: {{matchLabels: {{app: {name}}}}}
          {more}
          template:
            metadata: {{labels: {{app: {name}}}}}
            spec:
              containers: [{{name: c, image: '{image}'}}]
              volumes: [{{name: data, persistentVolumeClaim: {{claimName: data}}}}]
              {pod}
        ---
        """
    )


def found(prior: str, applied: str, folder: Path) -> list[tuple[str, str, str, str]]:
    plan = plan_of(Example(prior, applied), folder)
    return [
        (one.severity, one.status, one.object.name, one.message) for one in plan.risks if one.code == "PLN039"
    ]


DRIVER = """
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: disks.example.com}
spec: {attachRequired: %s}
---
"""
ROLLING = (
    "starts a new pod on node-2 while the old one has claim data on node-1: its volume attaches to one node (ReadWriteOnce), "
    "and the rolling update waits for ever on a pod in ContainerCreating with a Multi-Attach error (strategy Recreate lets "
    "the old pod go first)"
)


def test_a_rolling_update_waits_for_a_volume_that_the_old_pod_has(tmp_path: Path) -> None:
    assert found(storage() + web(), web("web:2"), tmp_path) == [("error", "new", "web", ROLLING)]


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [
        (storage(), web(more="strategy: {type: Recreate}"), web("web:2", more="strategy: {type: Recreate}")),
        (storage("ReadWriteMany"), web(), web("web:2")),
        (storage(provisioner="nfs.csi.k8s.io"), web(), web("web:2")),
        (storage(provisioner="rancher.io/local-path"), web(), web("web:2")),
        (storage(provisioner="disks.example.com") + DRIVER % "false", web(), web("web:2")),
        (storage(), web(pod="nodeSelector: {kubernetes.io/hostname: node-1}"),
         web("web:2", pod="nodeSelector: {kubernetes.io/hostname: node-1}")),
        (
            storage(),
            web(more="strategy: {rollingUpdate: {maxUnavailable: 1}}"),
            web("web:2", more="strategy: {rollingUpdate: {maxUnavailable: 1}}"),
        ),
        (storage(), web(), web(replicas=0)),
        (storage(), web("web:1", 0), web("web:2")),
    ],
    ids=["recreate", "many", "nfs", "local", "not-attached", "one-node", "may-be-unavailable", "none", "first"],
)  # fmt: skip
def test_nothing_waits(state: str, before: str, after: str, tmp_path: Path) -> None:
    assert found(state + before, after, tmp_path) == []


def test_pods_of_one_workload_share_a_claim(tmp_path: Path) -> None:
    ((severity, status, name, message),) = found(storage(), web(replicas=2), tmp_path)
    assert (severity, status, name) == ("error", "new", "web")
    assert message.startswith(
        "has pods on 2 nodes (node-1 and node-2) that need claim data: its volume attaches"
    )


@pytest.mark.parametrize(
    ("driver", "severity", "unless"),
    [
        ("", "warning", ", unless driver disks.example.com attaches no volumes"),
        (DRIVER % "true", "error", ""),
    ],
)
def test_what_an_unknown_driver_does_is_said_to_be_unknown(
    driver: str, severity: str, unless: str, tmp_path: Path
) -> None:
    state = storage(provisioner="disks.example.com") + driver
    ((weight, _, _, message),) = found(state, web(replicas=2), tmp_path)
    assert weight == severity
    assert f"with a Multi-Attach error{unless} (use a ReadWriteMany claim" in message


def test_two_workloads_share_a_claim_and_the_new_one_is_told_of(tmp_path: Path) -> None:
    ((_, status, name, message),) = found(storage() + web(), web(name="backup"), tmp_path)
    assert (status, name) == ("new", "backup")
    assert message.startswith("and deployment.apps/web -n default have pods on 2 nodes (node-1 and node-2)")


def test_what_was_so_before_is_said_to_be(tmp_path: Path) -> None:
    prior = storage() + web(replicas=2)
    ((_, status, name, _),) = found(prior, web(replicas=2, more="minReadySeconds: 1"), tmp_path)
    assert (status, name) == ("existing", "web")


def test_a_claim_for_one_pod_leaves_the_next_pending(tmp_path: Path) -> None:
    plan = plan_of(Example(storage("ReadWriteOncePod") + web(), web("web:2")), tmp_path)
    ((code, status, message),) = [(one.code, one.status, one.message) for one in plan.risks]
    assert (code, status) == ("PLN039", "new")
    assert message == (
        "has 1 of 1 pods updated, 1 of them not ready, 1 old pod left, leaves 1 pod pending: has more than one pod that needs "
        "claim data: it is ReadWriteOncePod, and only one of them runs (strategy Recreate lets an old pod go first)"
    )
