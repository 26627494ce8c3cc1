"""Paths of the API, as ``--raw`` asks for them: what they answer, and what is refused."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.kubectl.arguments import parse
from kplan.kubectl.rest import requests
from kplan.kubectl.verb import Context, Given
from kplan.kubectl.verbs.get import VERB

NODE = {
    "apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"},
    "status": {
        "conditions": [{"type": "Ready", "status": "True"}],
        "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
    },
}  # fmt: skip
KIND = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "toys.example.com"},
    "spec": {
        "group": "example.com", "scope": "Namespaced", "names": {"plural": "toys", "singular": "toy", "kind": "Toy"},
        "versions": [{
            "name": "v1", "served": True, "storage": True,
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
        }],
    },
}  # fmt: skip
TOY = {"apiVersion": "example.com/v1", "kind": "Toy", "metadata": {"name": "ball", "namespace": "default"}}


def config_map(name: str, **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "default", "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "<1>"}}


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([NODE])
    made.kubectl.apply([config_map("one", app="x"), config_map("two", app="y"), KIND])
    made.run()
    made.kubectl.apply([TOY])
    made.run()
    return made


def raw(cluster: Cluster, path: str) -> Any:
    printed = cluster.kubectl.run("get", "--raw", path)
    assert printed.exit == 0, printed.stderr
    assert printed.stdout.endswith("\n")
    return json.loads(printed.stdout)


def names(listed: Any) -> list[str]:
    return [one["metadata"]["name"] for one in listed["items"]]


MAPS = "/api/v1/namespaces/default/configmaps"


def test_what_the_server_says_of_itself(cluster: Cluster) -> None:
    run = cluster.kubectl.run
    assert run("get", "--raw", "/healthz").stdout == "ok"
    assert run("get", "--raw", "/livez/ping").stdout == "ok"
    assert run("get", "--raw", "/readyz?verbose").stdout == "[+]ping ok\nreadyz check passed\n"
    assert json.loads(run("get", "--raw", "/version").stdout)["gitVersion"] == "v1.36.0"
    paths = json.loads(run("get", "--raw", "/").stdout)["paths"]
    assert {"/api/v1", "/apis/example.com", "/apis/example.com/v1", "/healthz", "/version"} <= {*paths}
    assert raw(cluster, "/api")["versions"] == ["v1"]
    groups = {one["name"]: one for one in raw(cluster, "/apis")["groups"]}
    assert groups["autoscaling"]["preferredVersion"] == {"groupVersion": "autoscaling/v2", "version": "v2"}
    assert [one["version"] for one in groups["autoscaling"]["versions"]] == ["v2", "v1"]
    assert raw(cluster, "/apis/example.com") == {
        "kind": "APIGroup",
        "apiVersion": "v1",
        **groups["example.com"],
    }
    listed = raw(cluster, "/apis/apps/v1")
    assert (listed["kind"], listed["groupVersion"]) == ("APIResourceList", "apps/v1")
    deployments = next(one for one in listed["resources"] if one["name"] == "deployments")
    assert deployments["shortNames"] == ["deploy"]
    assert raw(cluster, "/api/v1")["resources"][0]["name"] == "bindings"


def test_objects_and_lists_are_read(cluster: Cluster) -> None:
    one = raw(cluster, f"{MAPS}/one")
    assert list(one) == ["kind", "apiVersion", "metadata", "data"]
    assert one["data"] == {"a": "<1>"}
    assert "\\u003c1\\u003e" in cluster.kubectl.run("get", "--raw", f"{MAPS}/one").stdout
    listed = raw(cluster, f"{MAPS}?labelSelector=app%20in%20(x)&limit=500")
    assert (listed["kind"], listed["apiVersion"]) == ("ConfigMapList", "v1")
    assert listed["metadata"]["resourceVersion"] == str(cluster.store.revision)
    assert names(listed) == ["one"]
    assert "kind" not in listed["items"][0]
    assert names(raw(cluster, "/api/v1/configmaps?fieldSelector=metadata.name%3Dtwo")) == ["two"]
    assert names(raw(cluster, "/api/v1/namespaces/kube-system/configmaps?labelSelector=app")) == []
    assert raw(cluster, "https://somewhere/api/v1/namespaces/default")["kind"] == "Namespace"
    (toy,) = raw(cluster, "/apis/example.com/v1/toys")["items"]
    assert toy["kind"] == "Toy", "items of a custom kind say what they are"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (f"{MAPS}/none", 'Error from server (NotFound): configmaps "none" not found'),
        ("/api/v1/configmaps/one", "Error from server (NotFound): the server could not find the requested resource"),
        ("/api/v1/nothing", "Error from server (NotFound): the server could not find the requested resource"),
        ("/apis/none", "Error from server (NotFound): the server could not find the requested resource"),
        ("/apis/none/v1", "Error from server (NotFound): the server could not find the requested resource"),
        ("/healthz/etcd", "Error from server (NotFound): the server could not find the requested resource"),
        ("/api/v1/namespaces/default/nodes", "Error from server (NotFound): the server could not find the requested resource"),
        (f"{MAPS}/one/a/b", "Error from server (NotFound): the server could not find the requested resource"),
        ("/api/v1/namespaces/default/pods/x/log", "error: kplan answers no log by its path"),
        ("/version/x", "Error from server (NotFound): the server could not find the requested resource"),
        ("/odd", "Error from server (NotFound): the server could not find the requested resource"),
        ("/metrics", "error: kplan does not answer /metrics"),
        ("version", 'error: --raw must be a valid URL path: parse "version": invalid URI for request'),
    ],
)  # fmt: skip
def test_what_is_refused(path: str, line: str, cluster: Cluster) -> None:
    printed = cluster.kubectl.run("get", "--raw", path)
    assert (printed.exit, printed.stderr, printed.stdout) == (1, f"{line}\n", "")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("get pods --raw=/api", "arguments may not be passed when --raw is specified"),
        (
            "get --raw=/api -w",
            "--raw may not be specified with other flags that filter the server request or alter the output",
        ),
        ("get --raw=/api -o yaml", "--raw and --output are mutually exclusive"),
        ("create --raw=/api", "must specify one of -f and -k"),
        ("create --raw=/api -f a -f b", "--raw can only use a single local file or stdin"),
        ("create --raw=/api -f https://a", "--raw cannot read from a url"),
        ("create --raw=/api -f a --edit", "--raw and --edit are mutually exclusive"),
        ("create --raw=/api -f a -l a=b", "--raw and --selector (-l) are mutually exclusive"),
        ("replace --raw=/api -f a -R", "--raw and --recursive are mutually exclusive"),
        ("delete --raw=/api -i", "--interactive can not be used with --raw"),
        ("delete --raw=/api/v1/namespaces/default/pods", "kplan deletes no collection by its path"),
    ],
)
def test_what_goes_with_no_path(line: str, text: str, cluster: Cluster) -> None:
    assert cluster.kubectl.run(*shlex.split(line)).stderr == f"error: {text}\n"


def test_objects_are_created_replaced_and_deleted(cluster: Cluster, tmp_path: Path) -> None:
    def sent(verb: str, path: str, value: Any) -> Any:
        (tmp_path / "body.json").write_text(json.dumps(value))
        printed = cluster.kubectl.run(verb, "--raw", path, "-f", str(tmp_path / "body.json"))
        return json.loads(printed.stdout) if not printed.exit else printed.stderr

    key = ObjectKey("", "ConfigMap", "default", "three")
    made = sent("create", MAPS, config_map("three"))
    assert cluster.find(key) is not None
    assert made["metadata"]["uid"]
    assert "already exists" in sent("create", MAPS, config_map("three"))
    assert "cannot be handled as a ConfigMap: converting (v1.Pod)" in sent(
        "create", MAPS, {**config_map("p"), "kind": "Pod"}
    )
    wrong = "the API version in the data (v2) does not match the expected API version (v1)"
    assert wrong in sent("create", MAPS, {**config_map("p"), "apiVersion": "v2"})
    assert sent("replace", f"{MAPS}/three", {**made, "data": {"b": "2"}})["data"] == {"b": "2"}
    assert (cluster.find(key) or {})["data"] == {"b": "2"}
    answer = json.loads(cluster.kubectl.run("delete", "--raw", f"{MAPS}/three").stdout)
    details = {"name": "three", "kind": "configmaps", "uid": made["metadata"]["uid"]}
    assert (answer["status"], answer["details"]) == ("Success", details)
    assert cluster.find(key) is None


def test_a_pod_is_evicted(cluster: Cluster, tmp_path: Path) -> None:
    cluster.kubectl.run("run", "web", "--image=nginx")
    cluster.run()
    (tmp_path / "eviction.json").write_text(
        '{"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "web"}, "deleteOptions": {"gracePeriodSeconds": 5}}'
    )
    path = "/api/v1/namespaces/default/pods/web/eviction"
    printed = cluster.kubectl.run("create", "--raw", path, "-f", str(tmp_path / "eviction.json"))
    assert json.loads(printed.stdout)["status"] == "Success"
    pod = cluster.find(ObjectKey("", "Pod", "default", "web")) or {}
    assert pod["metadata"]["deletionGracePeriodSeconds"] == 5
    cluster.run()
    assert cluster.find(ObjectKey("", "Pod", "default", "web")) is None


def test_who_may_not_read_is_refused(cluster: Cluster) -> None:
    printed = cluster.kubectl.run("get", "--raw", f"{MAPS}/one", "--as=bob")
    assert printed.stderr.startswith("Error from server (Forbidden): ")


def test_values_of_secrets_are_hidden_where_kplan_shows_them(cluster: Cluster) -> None:
    cluster.kubectl.run("create", "secret", "generic", "safe", "--from-literal=key=treasure")
    context = Context(cluster.server, lambda _, *, recursive: Given(()))  # noqa: ARG005
    from kplan.kubectl.flags import switch

    line = ["--raw", "/api/v1/namespaces/default/secrets"]
    shown = requests.read(parse(line, VERB.flags), context).stdout
    hidden = requests.read(parse(line, [*VERB.flags, switch("show-secrets", "")]), context).stdout
    assert "dHJlYXN1cmU=" in shown
    assert "dHJlYXN1cmU=" not in hidden
    assert "safe" in hidden


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"gracePeriodSeconds": "abc"}, 'DeleteOptions in version "v1" cannot be handled as a DeleteOptions: '),
        ({"preconditions": "x"}, 'DeleteOptions in version "v1" cannot be handled as a DeleteOptions: '),
        ({"propagationPolicy": "No"}, 'propagationPolicy: Unsupported value: "No": supported values: "Foreground", "Background", "Orphan", "nil"'),
        ({"dryRun": ["All"]}, "--raw takes no dryRun in the body"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense_delete_nothing(
    cluster: Cluster, tmp_path: Path, options: dict[str, Any], says: str
) -> None:
    file = tmp_path / "options.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "DeleteOptions", **options}))
    printed = cluster.kubectl.run("delete", "--raw", f"{MAPS}/one", "-f", str(file))
    assert printed.exit == 1
    assert says in printed.stderr
    assert {"one", "two"} <= {*names(raw(cluster, MAPS))}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["delete", "--raw", f"{MAPS}/one?dryRun=All"], "--raw takes no parameter dryRun"),
        (["get", "--raw", f"{MAPS}?watch=1"], "--raw takes no parameter watch"),
        (["get", "--raw", "http://[x"], '--raw must be a valid URL path: parse "http://[x"'),
    ],
)
def test_what_a_path_cannot_ask_for_is_refused(cluster: Cluster, words: list[str], says: str) -> None:
    printed = cluster.kubectl.run(*words)
    assert (printed.exit, says in printed.stderr) == (1, True), printed.stderr
    assert {"one", "two"} <= {*names(raw(cluster, MAPS))}
