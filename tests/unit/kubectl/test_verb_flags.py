"""Flags of kubectl's verbs: what they do, and in which words they are refused."""

import base64
import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.kubectl.commands import Kubectl
from kplan.manifest.writer import to_yaml_documents
from kplan.simulation.scenario import ImageAssumption, Scenario

NODE = {
    "apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"},
    "status": {
        "conditions": [{"type": "Ready", "status": "True"}],
        "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
    },
}  # fmt: skip
OTHER_UID = (
    "the UID in the bound object reference (x) does not match the UID in record. "
    "The object might have been deleted and then recreated"
)
VARIABLES = [
    {"name": "A", "value": "b"},
    {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "cm", "key": "a"}}},
    {"name": "D", "valueFrom": {"configMapKeyRef": {"name": "cm", "key": "none"}}},
    {"name": "E", "valueFrom": {"secretKeyRef": {"name": "none", "key": "a"}}},
    {"name": "F", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}},
    {"name": "G", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
    {"name": "H", "valueFrom": {"resourceFieldRef": {"containerName": "c", "resource": "limits.cpu"}}},
]
CONTAINER = {"name": "c", "image": "nginx", "env": VARIABLES, "resources": {"limits": {"cpu": "1500m"}}}
POD = {
    "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "default", "labels": {"app": "web"}},
    "spec": {"containers": [CONTAINER], "initContainers": [{"name": "i", "image": "nginx"}]},
}  # fmt: skip


def config_map(name: str, **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "default", "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "1"}}


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([NODE])
    made.kubectl.apply([config_map("cm", app="x")])
    made.run()
    return made


@pytest.fixture
def files(tmp_path: Path) -> Path:
    values = {"pod": [POD], "two": [config_map("one", app="a"), config_map("two", app="b")]}
    for name, some in values.items():
        (tmp_path / f"{name}.yaml").write_text(to_yaml_documents(some))
    return tmp_path


def said(cluster: Cluster, line: str) -> list[str]:
    printed = cluster.kubectl.run(*shlex.split(line))
    return [*printed.stdout.splitlines(), *printed.stderr.splitlines()]


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("config view -o name", ["config/<unknown>", "kplan reads no kubeconfig: the cluster is in the state"]),
        ("config view --minify", ["error: current-context must exist in order to minify"]),
        ("config view --merge=false", ["error: if merge==false a precise file must be specified"]),
        ("config view a", ["error: unexpected arguments: [a]", "See 'kubectl config view -h' for help and examples"]),
        ("create token default --bound-object-name=x", ["error: --bound-object-name can only be set if --bound-object-kind is provided"]),
        ("create token default --bound-object-uid=x", ["error: --bound-object-uid can only be set if --bound-object-kind is provided"]),
        ("create token default --bound-object-kind=Job", ["error: supported --bound-object-kind values are Node, Pod, Secret"]),
        ("create token default --bound-object-kind=Pod", ["error: --bound-object-name is required if --bound-object-kind is provided"]),
        ("create token default --bound-object-kind=Pod --bound-object-name=x", ['error: failed to create token: pods "x" not found']),
        ("create token default --bound-object-kind=Node --bound-object-name=n1 --bound-object-uid=x", [
            'error: failed to create token: Operation cannot be fulfilled on Node "n1": ' + OTHER_UID,
        ]),
        ("create token default --duration=1500ms", ["error: --duration cannot be expressed in units less than seconds"]),
        ("create token default --audience=", ["error: --audience must not be an empty string"]),
        ("taint node n1 a=b:NoSchedule -o name", ["node/n1"]),
        ("taint node n1 a=b:NoSchedule -o 'jsonpath={.spec.taints}'", ['[{"effect":"NoSchedule","key":"a","value":"b"}]']),
        ("taint node n1 a=b:NoSchedule --validate=odd", ['error: invalid - validate option "odd"; must be one of: strict (or true), warn, ignore (or false)']),
        ("wait cm/cm --local --for=create", ["error: you must specify resources by --filename when --local is set.", "Example resource specifications include:", "   '-f rsrc.yaml'", "   '--filename=rsrc.json'"]),
        ("wait cm/cm", ["error: unrecognized condition: []"]),
        ("wait cm/cm --for=create --for=jsonpath={.data.a}=1", ["configmap/cm condition met", "configmap/cm condition met"]),
        ("wait cm/cm --for=create --for=jsonpath={.data.a}=2 --timeout=1s", ["configmap/cm condition met", "error: timed out waiting for the condition on configmaps/cm"]),
        ("wait -f {}/two.yaml --for=jsonpath={.data.a} --timeout=1s", [
            'Error from server (NotFound): configmaps "one" not found', 'Error from server (NotFound): configmaps "two" not found',
        ]),
        ("wait -f {}/two.yaml --local --for=jsonpath={.data.a} --timeout=1s", [
            "timed out waiting for the condition on configmaps/one", "timed out waiting for the condition on configmaps/two",
        ]),
        ("logs", ["error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.", "POD or TYPE/NAME is a required argument for the logs command", "See 'kubectl logs -h' for help and examples"]),
        ("logs a b c", ["error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.", "POD or TYPE/NAME is a required argument for the logs command", "See 'kubectl logs -h' for help and examples"]),
        ("logs a --since-time=abc", ['error: parsing time "abc" as "2006-01-02T15:04:05Z07:00": cannot parse "abc" as "2006"']),
        ("logs none --since=-3s", ['error: error from server (NotFound): pods "none" not found in namespace "default"']),
        ("create -f {}/two.yaml -l app=b --dry-run=client", ["configmap/two created (dry run)"]),
        ("create -f {}/two.yaml -l app=c", ["error: no objects passed to create"]),
        ("create -f {}/two.yaml --edit", ["error: there is no editor here"]),
        ("delete cm cm -i", ["error: --interactive needs somebody to ask"]),
        ("delete cm none -i", ["error: --interactive needs somebody to ask"]),
        ("get cm --context=other", ["error: --context says how a cluster is asked, and kplan asks none"]),
        ("get cm -s localhost", ["error: --server says how a cluster is asked, and kplan asks none"]),
        ("get cm cm -o name -v6 --request-timeout=1s --cache-dir=x", ["configmap/cm"]),
        ("auth whoami --as=bob --as-user-extra=a=b -o jsonpath={.status.userInfo.username}", ["bob"]),
    ],
)  # fmt: skip
def test_what_is_said(line: str, lines: list[str], cluster: Cluster, files: Path) -> None:
    assert said(cluster, line.replace("{}", str(files))) == lines


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("set env deploy/web A=b x", ["error: all resources must be specified before environment changes: deploy/web A=b x"]),
        ("set env deploy/web A=b --keys=a", ["error: when specifying --keys, a configmap or secret must be provided with --from"]),
        ("set env deploy/web --list -o yaml", ["error: --list and --output may not be specified together"]),
        ("set env deploy/web --all -l a=b A=b", ["error: cannot set --all and --selector at the same time"]),
        ("set env -f {}/pod.yaml --local --dry-run=server A=c", ["error: cannot specify --local and --dry-run=server - did you mean --dry-run=client?"]),
        ("set env -f {}/pod.yaml --local -e foo", ["error: unknown environment variable: foo"]),
        ("set env -f {}/pod.yaml --local A=c A-", ["error: can not both modify and remove the same environment variable in the same command"]),
        ("set env -f {}/pod.yaml --local A=c --overwrite=false", ["error: pod/web 'A' already has a value (b), and --overwrite is false"]),
        ("set env -f {}/pod.yaml --local A=b --overwrite=false -c c -o name", []),
        ("set env -f {}/pod.yaml --local --from=cm/cm --prefix=P_ Z=1", ["error: unsupported resource specified in --from"]),
        ("set env -f {}/pod.yaml --from=cm/cm", ["error: resource/name arguments cannot be provided when a path is specified"]),
        ("set env -f {}/pod.yaml --local --list B=x --prefix=Z_ A-", [
            "# Pod web, container c", "# C from configmap cm, key a", "# D from configmap cm, key none", "# E from secret none, key a",
            "# F from field path metadata.labels['app']", "# G from field path status.podIP", "# H from resource field c/limits.cpu", "Z_B=x",
            "# Pod web, container i", "Z_B=x",
        ]),
        ("set env -f {}/pod.yaml --local --list --resolve -c c", [
            "# Pod web, container c", "A=b", "C=1", "# D from configmap cm, key none", "# E from secret none, key a", "F=web",
            "# G from field path status.podIP", "H=2",
            "error retrieving reference for D: key none not found in config map cm",
            'error retrieving reference for E: secrets "none" not found',
            "error retrieving reference for G: unsupported fieldPath: status.podIP",
        ]),
    ],
)  # fmt: skip
def test_what_set_env_says(line: str, lines: list[str], cluster: Cluster, files: Path) -> None:
    assert said(cluster, line.replace("{}", str(files))) == lines


def test_config_view_has_every_format(cluster: Cluster) -> None:
    empty = {
        "kind": "Config", "apiVersion": "v1", "clusters": None, "users": None, "contexts": None, "current-context": "",
    }  # fmt: skip
    printed = cluster.kubectl.run("config", "view", "-o", "json", "--raw", "--flatten").stdout
    assert list(json.loads(printed).items()) == list(empty.items())
    assert cluster.kubectl.run("config", "view", "-o", "jsonpath={.kind}").stdout == "Config"


def test_a_token_says_what_it_is_bound_to(cluster: Cluster, files: Path) -> None:
    said(cluster, f"create -f {files}/pod.yaml")
    cluster.run()
    line = "create token default --bound-object-kind=Pod --bound-object-name=web -o json --audience=a --duration=20m"
    request = json.loads(cluster.kubectl.run(*shlex.split(line)).stdout)
    pod = cluster.find(ObjectKey("", "Pod", "default", "web")) or {}
    reference = {"kind": "Pod", "apiVersion": "v1", "name": "web"}
    assert request["spec"] == {"audiences": ["a"], "expirationSeconds": 1200, "boundObjectRef": reference}
    payload = request["status"]["token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["aud"] == ["a"]
    assert claims["exp"] - claims["iat"] == 1200
    assert claims["kubernetes.io"]["pod"] == {"name": "web", "uid": pod["metadata"]["uid"]}
    assert claims["kubernetes.io"]["node"] == {"name": "n1"}
    said(cluster, "create sa other")
    (refused,) = said(cluster, line.replace("default", "other"))
    assert refused.endswith(
        'cannot bind token for serviceaccount "other" to pod running with different serviceaccount name.'
    )


def test_who_is_asked_decides_about_a_deletion(cluster: Cluster) -> None:
    shown = []

    def ask(question: str) -> str:
        shown.append(question)
        return "Y" if len(shown) > 1 else "yes"

    kubectl = Kubectl(replace(cluster.kubectl.context, ask=ask))
    assert kubectl.run("delete", "cm", "cm", "-i").stdout == "deletion is cancelled\n"
    assert cluster.find(ObjectKey("", "ConfigMap", "default", "cm")) is not None
    assert kubectl.run("delete", "cm", "cm", "-i").exit == 0
    assert cluster.find(ObjectKey("", "ConfigMap", "default", "cm")) is None
    assert shown[0] == (
        "You are about to delete the following 1 resource(s):\nconfigmap/cm\nDo you want to continue? (y/N): "
    )


def logged(cluster: Cluster, line: str) -> list[str]:
    text = "\n".join(f"line {number} é" for number in range(12))
    scenario = Scenario(images=(ImageAssumption("nginx*", prints=text),))
    kubectl = Kubectl(replace(cluster.kubectl.context, assumed=lambda: scenario))
    printed = kubectl.run(*shlex.split(line))
    return [*printed.stdout.splitlines(), *printed.stderr.splitlines()]


def test_parts_of_logs(cluster: Cluster) -> None:
    said(cluster, "run web --image=nginx -l app=web")
    cluster.run()
    every = logged(cluster, "logs web")
    assert len(every) == 12
    assert logged(cluster, "logs -l app=web") == every[2:]
    assert logged(cluster, "logs -l app=web --tail=-1") == every
    assert logged(cluster, "logs web --tail=1") == every[-1:]
    assert logged(cluster, "logs web --limit-bytes=16") == ["line 0 é", "line 1"]
    assert logged(cluster, "logs web --since-time=2100-01-01T00:00:00Z") == []
    assert logged(cluster, "logs web --since-time=2020-01-01T00:00:00Z") == every
    assert logged(cluster, "logs pod/web --all-pods --tail=1") == [f"[pod/web/web] {every[-1]}"]
    said(cluster, "run other --image=nginx -l app=web")
    cluster.run()
    (refused,) = logged(cluster, "logs -l app=web -f --max-log-requests=1")
    assert refused.startswith("error: you are attempting to follow 2 log streams, but maximum")


def test_a_command_is_answered_in_the_pod_of_a_file(cluster: Cluster, files: Path) -> None:
    said(cluster, f"create -f {files}/pod.yaml")
    said(cluster, "delete pod web --wait")
    plain = {**POD, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    (files / "pod.yaml").write_text(to_yaml_documents([plain]))
    said(cluster, f"create -f {files}/pod.yaml")
    cluster.run()
    assert said(cluster, f"exec -f {files}/pod.yaml -- hostname") == ["web"]
    refused = said(cluster, f"exec -f {files}/pod.yaml hostname")
    assert refused[0].startswith("error: exec [POD] [COMMAND] is not supported anymore")
    many = said(cluster, f"exec -f {files}/two.yaml -- hostname")
    assert many == ['Error from server (NotFound): configmaps "one" not found']
