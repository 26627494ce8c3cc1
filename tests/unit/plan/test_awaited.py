"""A Secret that an operator or a Job will make is not told as if nobody made it."""

from pathlib import Path

import pytest

from kplan.diagnostics import Severity
from kplan.plan.finder import Example
from tests.unit.plan.played import plan_of

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1", envFrom: [{secretRef: {name: db}}]%s}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
"""
DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: externalsecrets.external-secrets.io}
spec:
  group: external-secrets.io
  names: {kind: ExternalSecret, plural: externalsecrets, singular: externalsecret, listKind: ExternalSecretList}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
---
"""
EXTERNAL = "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: %s}, spec: {}}\n---\n"
JOB = """
apiVersion: v1
kind: ServiceAccount
metadata: {name: init}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: init}
rules: [{apiGroups: [""], resources: [secrets], verbs: [%s]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: init}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: init}
subjects: [{kind: ServiceAccount, name: init, namespace: default}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: init}
spec:
  template:
    spec:
      serviceAccountName: init
      restartPolicy: Never
      containers: [{name: init, image: "registry.example.com/tools:1"}]
---
"""
FOR_ANOTHER = (
    "secret/db is made for externalsecret.external-secrets.io/db by a controller that is not simulated"
)
BY_JOB = "job.batch/init may make secret/db when it runs: what its containers do is not simulated"


@pytest.mark.parametrize(
    ("applied", "note"),
    [
        (WEB % "" + EXTERNAL % "db", FOR_ANOTHER),
        (WEB % "" + EXTERNAL % "other", ""),
        (WEB % "" + JOB % "create", BY_JOB),
        (WEB % "" + JOB % "get", ""),
    ],
    ids=["asked-for", "another", "may", "may-not"],
)
def test_who_makes_what_is_missing_is_told(applied: str, note: str, tmp_path: Path) -> None:
    plan = plan_of(Example(DEFINITION, applied), tmp_path)
    told = {one.code: one for one in plan.risks if note or "db" in one.message or one.code == "PLN003"}
    assert set(told) == {"PLN003", "PLN019"}
    assert all(one.message.endswith(note) for one in told.values())
    assert {one.severity for one in told.values()} == {Severity.INFO if note else Severity.ERROR}


def test_what_nobody_makes_is_an_error_beside_it(tmp_path: Path) -> None:
    variable = ", env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a}}}]"
    plan = plan_of(Example(DEFINITION, WEB % variable + EXTERNAL % "db"), tmp_path)
    errors = [one.message for one in plan.risks if one.severity is Severity.ERROR]
    assert [one for one in errors if "names configmap/settings -n default, which is not there" in one]
    assert not [one for one in errors if "secret/db" in one]


OPERATOR = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: operator}
spec:
  selector: {matchLabels: {app: operator}}
  template:
    metadata: {labels: {app: operator}}
    spec:
      serviceAccountName: init
      containers: [{name: operator, image: "registry.example.com/operator:1", args: [%s]}]
---
"""


@pytest.mark.parametrize(
    ("said", "note", "severity"),
    [
        ("--secret=db", "deployment.apps/operator may make secret/db when it runs", Severity.INFO),
        ("--secret=db-2", "deployment.apps/operator has the right to make secret/db, and nothing else says that it does", Severity.ERROR),
    ],
    ids=["named", "not-named"],
)  # fmt: skip
def test_a_right_alone_is_no_reason_to_expect_a_secret(
    said: str, note: str, severity: Severity, tmp_path: Path
) -> None:
    rights = JOB.partition("apiVersion: batch/v1")[0] % "create"
    plan = plan_of(Example(DEFINITION, WEB % "" + rights + OPERATOR % said), tmp_path)
    (found,) = (one for one in plan.risks if one.code == "PLN019")
    assert note in found.message
    assert found.severity is severity


def test_a_claim_that_a_data_volume_asks_for_is_a_note(tmp_path: Path) -> None:
    definition = (
        DEFINITION.replace("external-secrets.io", "cdi.kubevirt.io")
        .replace("externalsecret", "datavolume")
        .replace("ExternalSecret", "DataVolume")
    )
    volume = "{apiVersion: cdi.kubevirt.io/v1, kind: DataVolume, metadata: {name: %s}, spec: {}}\n---\n"
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: vm}\nspec:\n  containers: [{name: vm, image: vm}]\n"
        "  volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]\n---\n"
    )
    for name, severity in (("disk", Severity.INFO), ("other", Severity.ERROR)):
        (tmp_path / name).mkdir()
        plan = plan_of(Example(definition, pod + volume % name), tmp_path / name)
        said = {one.severity for one in plan.risks if "persistentvolumeclaim" in one.message}
        assert said == {severity}
