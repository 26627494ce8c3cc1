"""States that no cluster can have given: what is wrong is told, what is right is used, nothing crashes."""

import json
from pathlib import Path
from typing import Any

import pytest

from kplan.cli.main import run

GOOD = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "fine", "namespace": "default", "uid": "u0"},
}
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "web:1"}]}
"""


def thing(kind: str, api_version: str = "v1", metadata: Any = None, **rest: Any) -> dict[str, Any]:
    usual = {"name": "odd", "namespace": "default", "uid": "u1", "creationTimestamp": "2026-01-01T00:00:00Z"}
    return {"apiVersion": api_version, "kind": kind, "metadata": usual | (metadata or {}), **rest}


POD = {"containers": [{"name": "c", "image": "i"}]}
ODD = {
    "labels of a pod": thing("Pod", metadata={"labels": {"a": {"b": "c"}}}, spec=POD),
    "labels that are a list": thing("Pod", metadata={"labels": ["a"]}, spec=POD),
    "a pod's spec": thing("Pod", spec="none"),
    "a container": thing("Pod", spec={"containers": ["c"]}),
    "a time": thing("Pod", metadata={"creationTimestamp": "last week"}, spec=POD),
    "a time of an event": thing("Event", lastTimestamp="soon", involvedObject={}),
    "a node's status": thing("Node", metadata={"namespace": ""}, status=[]),
    "a node's conditions": thing("Node", metadata={"namespace": ""}, status={"conditions": ["Ready"]}),
    "no name": thing("Pod", metadata={"name": ""}, spec=POD),
    "no namespace": thing("Pod", metadata={"namespace": ""}, spec=POD),
    "a definition": thing(
        "CustomResourceDefinition", "apiextensions.k8s.io/v1", {"namespace": ""}, spec={"versions": ["v1"]}
    ),
    "a workload without a selector": thing("StatefulSet", "apps/v1", spec={"template": {"spec": POD}}),
    "a workload without pods": thing("ReplicaSet", "apps/v1", spec={"selector": {"matchLabels": {"a": "b"}}}),
    "a schedule without a Job": thing("CronJob", "batch/v1", spec={"schedule": "* * * * *"}),
    "an address of a Service": thing("Service", spec={"clusterIP": "none", "ports": [{"port": 80}]}),
    "a version there never was": thing("Pod", "v9", spec={"containers": "c"}),
    "metadata of an unknown kind": thing("Widget", "example.com/v1", {"labels": {"a": 1}}),
    "owners of an unknown kind": thing("Widget", "example.com/v1", {"ownerReferences": ["me"]}),
}  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_text(WEB)
    return tmp_path


def dump(*items: dict[str, Any]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [GOOD, *items]})


@pytest.mark.parametrize("name", ODD)
def test_what_no_cluster_can_hold_is_told_and_left_out(
    name: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "dump.json").write_text(dump(ODD[name]))
    assert run(["plan", "-f", "web.yaml", "--state", "dump.json"]) != 3
    assert "dump.json:1:" in "".join(capsys.readouterr())
    assert run(["get", "configmaps,pods,events,nodes", "-A", "-o", "name", "--state", "dump.json"]) != 3
    listed = capsys.readouterr().out
    assert "configmap/fine" in listed
    assert "odd" not in listed


def test_what_a_kubelet_may_not_write_is_no_crash(here: Path) -> None:
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    node = thing("Node", metadata={"name": "n", "namespace": ""}, status=ready)
    status = {"conditions": [{"type": "\x1b[31m", "status": "True"}]}
    (here / "dump.json").write_text(dump(node, thing("Pod", spec={**POD, "nodeName": "n"}, status=status)))
    assert run(["plan", "-f", "web.yaml", "--state", "dump.json"]) != 3


@pytest.mark.parametrize(
    "status",
    ["odd", {"conditions": "odd"}, {"conditions": ["odd"]}, {"conditions": [{"lastTransitionTime": 1}]}],
)
def test_a_status_of_an_unknown_kind_is_no_crash(status: Any, here: Path) -> None:
    (here / "dump.json").write_text(dump(thing("Widget", "example.com/v1", status=status)))
    assert run(["plan", "-f", "web.yaml", "--state", "dump.json"]) != 3


def test_a_range_that_is_none_is_no_crash(here: Path) -> None:
    odd = thing("ServiceCIDR", "networking.k8s.io/v1", {"namespace": ""}, spec={"cidrs": ["100m"]})
    service = thing("Service", metadata={"uid": ""}, spec={"ports": [{"port": 80}]})
    (here / "service.json").write_text(json.dumps(service))
    (here / "dump.json").write_text(dump(odd))
    assert run(["plan", "-f", "service.json", "--state", "dump.json"]) != 3


def test_a_broken_definition_beside_a_file_is_no_crash(here: Path) -> None:
    (here / "crd.json").write_text(json.dumps(ODD["a definition"]))
    assert run(["lint", "web.yaml"]) != 3


def test_names_that_go_quotes_in_its_own_way_are_no_crash(here: Path) -> None:
    bad = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a\x1b[31m"}}
    (here / "bad.json").write_text(json.dumps(bad))
    assert run(["plan", "-f", "bad.json"]) == 2


@pytest.mark.parametrize("fields", ["all", {"f:data": "all"}, {"f:data": ["k"]}])
def test_managers_that_say_nothing_readable_are_no_crash(fields: Any, here: Path) -> None:
    entry = {
        "manager": "kubectl-client-side-apply",
        "operation": "Update",
        "apiVersion": "v1",
        "fieldsType": "FieldsV1",
    }
    odd = thing("ConfigMap", metadata={"managedFields": [{**entry, "fieldsV1": fields}]}, data={"k": "v"})
    (here / "odd.json").write_text(json.dumps(odd))
    (here / "dump.json").write_text(dump(odd))
    assert run(["diff", "-f", "odd.json"]) != 3
    assert run(["diff", "-f", "odd.json", "--state", "dump.json", "--server-side"]) != 3
