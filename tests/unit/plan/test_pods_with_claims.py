"""Whether a StatefulSet's pods could be created again is asked of pods with the volumes of their claims."""

from pathlib import Path

import pytest

from kplan.plan.finder import Example
from tests.unit.plan.played import plan_of

DATABASE = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "registry.example.com/db:1", volumeMounts: [{name: data, mountPath: /data}]}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], storageClassName: std, resources: {requests: {storage: 1Gi}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: std}
provisioner: rancher.io/local-path
volumeBindingMode: WaitForFirstConsumer
---
"""
QUOTA = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: '%s'}}}"


@pytest.mark.parametrize(("hard", "refused"), [(2, False), (1, True)])
def test_only_the_quota_refuses_them(hard: int, refused: bool, tmp_path: Path) -> None:
    plan = plan_of(Example(DATABASE, QUOTA % hard), tmp_path)
    told = [one.message for one in plan.risks if one.code == "PLN008"]
    assert not any("is invalid" in one for one in told)
    assert [True for one in told if "exceeded quota" in one] == [True] * refused
