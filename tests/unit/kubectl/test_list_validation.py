"""What a real kubectl 1.36 says of the fields of lists, which it looks at itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from kplan.cluster import Cluster

Json = dict[str, Any]
CONFIG_MAP: Json = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": "b"}}
APPS, CORE = "io.k8s.api.apps.v1", "io.k8s.api.core.v1"
META = "io.k8s.apimachinery.pkg.apis.meta.v1"
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
WAY_OUT = "; if you choose to ignore these errors, turn validation off with --validate=false\n"


def deployment(**spec: Any) -> Json:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "w"}, "spec": spec}


def listed(*items: Json) -> Json:
    return {"apiVersion": "v1", "kind": "List", "items": list(items)}


def containers(*given: Any) -> Json:
    return listed(deployment(template={"spec": {"containers": list(given)}}))


WRONG: dict[str, tuple[Json, list[str]]] = {
    "unknown": (
        listed(deployment(bogus=1, other=None), {**CONFIG_MAP, "datas": {}}),
        [f'(Deployment.spec): unknown field "bogus" in {APPS}.DeploymentSpec',
         f'(ConfigMap): unknown field "datas" in {CORE}.ConfigMap'],
    ),
    "types": (
        listed(deployment(replicas="x", minReadySeconds=1.5, paused="true", strategy="Recreate", template=[1], progressDeadlineSeconds=True)),
        [f'(Deployment.spec.paused): invalid type for {APPS}.DeploymentSpec.paused: got "string", expected "boolean"',
         f'(Deployment.spec.progressDeadlineSeconds): invalid type for {APPS}.DeploymentSpec.progressDeadlineSeconds: got "boolean", expected "integer"',
         f'(Deployment.spec.replicas): invalid type for {APPS}.DeploymentSpec.replicas: got "string", expected "integer"',
         f'(Deployment.spec.strategy): invalid type for {APPS}.DeploymentStrategy: got "string", expected "map"',
         f'(Deployment.spec.template): invalid type for {CORE}.PodTemplateSpec: got "array", expected "map"'],
    ),
    "items": (
        containers({"image": "i", "ports": [{}], "env": {"a": "b"}}, None, "x"),
        [f'(Deployment.spec.template.spec.containers[0].env): invalid type for {CORE}.Container.env: got "map", expected "array"',
         f'(Deployment.spec.template.spec.containers[0].ports[0]): missing required field "containerPort" in {CORE}.ContainerPort',
         f'(Deployment.spec.template.spec.containers[0]): missing required field "name" in {CORE}.Container',
         '(Deployment.spec.template.spec.containers): unknown object type "nil" in Deployment.spec.template.spec.containers[1]',
         f'(Deployment.spec.template.spec.containers[2]): invalid type for {CORE}.Container: got "string", expected "map"'],
    ),
    "quantities": (
        containers({"name": "c", "resources": {"limits": {"cpu": 1, "memory": [1]}}}),
        [f'(Deployment.spec.template.spec.containers[0].resources.limits.memory): invalid type for {QUANTITY}: got "array", expected "string"'],
    ),
    "typed": (
        {"apiVersion": "v1", "kind": "ConfigMapList", "items": [{"metadata": {"name": "q"}, "datas": {}}]},
        [f'(ConfigMapList.items[0]): unknown field "datas" in {CORE}.ConfigMap'],
    ),
}  # fmt: skip


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.chdir(tmp_path)
    return Cluster.of([])


@pytest.mark.parametrize("verb", ["apply", "create", "replace"])
@pytest.mark.parametrize("name", WRONG)
def test_a_list_with_wrong_fields_is_not_sent(cluster: Cluster, verb: str, name: str) -> None:
    document, problems = WRONG[name]
    Path("f.json").write_text(json.dumps(document))
    printed = cluster.kubectl.run(verb, "-f", "f.json")
    texts = [f"ValidationError{problem}" for problem in problems]
    told = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    assert printed.stdout == ""
    assert printed.stderr == f'error: error validating "f.json": error validating data: {told}{WAY_OUT}'


def test_values_without_type_in_maps_stand_alone(cluster: Cluster) -> None:
    metadata = {"name": "x", "labels": {"a": 1, "b": None}, "annotations": "x"}
    Path("f.json").write_text(json.dumps(listed({**CONFIG_MAP, "metadata": metadata})))
    problem = f'ValidationError(ConfigMap.metadata.annotations): invalid type for {META}.ObjectMeta.annotations: got "string", expected "map"'
    told = f'[{problem}, unknown object type "nil" in ConfigMap.metadata.labels.b]'
    printed = cluster.kubectl.run("apply", "-f", "f.json")
    assert printed.stderr == f'error: error validating "f.json": error validating data: {told}{WAY_OUT}'


def test_what_stands_before_a_wrong_list_is_sent_and_what_stands_behind_it_is_not(cluster: Cluster) -> None:
    wrong = listed({**CONFIG_MAP, "datas": {}})
    named = [{**CONFIG_MAP, "metadata": {"name": name}} for name in ("before", "behind")]
    Path("f.yaml").write_text("\n---\n".join(map(json.dumps, (named[0], wrong, named[1]))))
    printed = cluster.kubectl.run("apply", "-f", "f.yaml")
    assert printed.stdout == "configmap/before created\n"
    assert printed.stderr.startswith('error: error validating "f.yaml": ')


@pytest.mark.parametrize("mode", ["warn", "ignore"])
def test_where_fields_are_not_checked_strictly_the_server_decides(cluster: Cluster, mode: str) -> None:
    Path("f.json").write_text(json.dumps(listed({**CONFIG_MAP, "datas": {}}, CONFIG_MAP)))
    printed = cluster.kubectl.run("apply", f"--validate={mode}", "-f", "f.json")
    assert printed.stdout.startswith("configmap/x created\n")


def test_kinds_that_no_schema_knows_are_left_to_the_server(cluster: Cluster) -> None:
    unknown = {"apiVersion": "x.io/v1", "kind": "Foo", "metadata": {"name": "a"}, "bogus": 1}
    Path("f.json").write_text(json.dumps(listed(unknown, CONFIG_MAP)))
    printed = cluster.kubectl.run("apply", "-f", "f.json")
    assert printed.stdout == "configmap/x created\n"
    assert "unable to recognize" in printed.stderr
