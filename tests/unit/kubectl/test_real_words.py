"""What a real kubectl 1.36 and its API server said of lines that ask for what cannot be."""

import json
import shlex
from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.attachable import container_of, names_of
from kplan.kubectl.printed import Printed

CONFIG: dict[str, Any] = {
    "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm", "labels": {"a": "b"}}, "data": {"a": "1"},
}  # fmt: skip
NAMELESS: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "1"}}
NO_PATH = "Error from server (NotFound): the server could not find the requested resource\n"
EMPTY = "error: resource name may not be empty\n"
NAME = "the name of the object (cm based on URL) was undeterminable: name must be provided"


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([])
    made.kubectl.apply([CONFIG])
    said(made, "create deployment web --image=nginx")
    made.run()
    return made


@pytest.fixture
def files(tmp_path: Any) -> dict[str, str]:
    """Files by a word that stands for them in a line."""
    slash = {**NAMELESS, "metadata": {"name": "a/b"}}
    elsewhere = {**NAMELESS, "metadata": {"name": "x", "namespace": "gone"}}
    extra = {**NAMELESS, "metadata": {"name": "x"}, "more": 1}
    made = {}
    for word, value in {"NAMELESS": NAMELESS, "SLASH": slash, "AWAY": elsewhere, "EXTRA": extra}.items():
        path = tmp_path / f"{word.lower()}.json"
        path.write_text(json.dumps(value))
        made[word] = str(path)
    return made


def said(cluster: Cluster, line: str) -> Printed:
    return cluster.kubectl.run(*shlex.split(line))


@pytest.mark.parametrize(
    ("line", "err"),
    [
        (
            "apply -f NAMELESS",
            (
                "error: error when retrieving current configuration of:\n"
                'Resource: "/v1, Resource=configmaps", GroupVersionKind: "/v1, Kind=ConfigMap"\n'
                'Name: "", Namespace: "default"\nfrom server for: "NAMELESS": resource name may not be empty\n'
            ),
        ),
        ("apply --server-side -f NAMELESS", EMPTY),
        ("replace -f NAMELESS", 'error: error when replacing "NAMELESS": resource name may not be empty\n'),
        ("delete -f NAMELESS", 'error: error when deleting "NAMELESS": resource name may not be empty\n'),
        (
            "delete -f NAMELESS --ignore-not-found",
            'error: error when deleting "NAMELESS": resource name may not be empty\n',
        ),
        ("describe -f NAMELESS", EMPTY),
        ("label -f NAMELESS a=b", EMPTY),
        ("patch -f NAMELESS -p {}", EMPTY),
        ("scale -f NAMELESS --replicas=1", EMPTY),
        (
            "set image -f NAMELESS c=x --local",
            "error: configmap/ the object is not a pod or does not have a pod template: *v1.ConfigMap\n",
        ),
        ("get -f SLASH", "invalid resource name \"a/b\": [may not contain '/']\n"),
        ("label -f SLASH a=b", "error: invalid resource name \"a/b\": [may not contain '/']\n"),
        ("get cm ..", "invalid resource name \"..\": [may not be '..']\n"),
        ("get cm a%b", "invalid resource name \"a%b\": [may not contain '%']\n"),
        ("get -f AWAY", 'Error from server (NotFound): namespaces "gone" not found\n'),
        ("scale -f AWAY --replicas=1", NO_PATH),
    ],
)
def test_names_that_no_request_can_hold(cluster: Cluster, files: dict[str, str], line: str, err: str) -> None:
    for word, path in files.items():
        line, err = line.replace(word, path), err.replace(f'"{word}"', f'"{path}"')
    assert said(cluster, line).stderr == err


@pytest.mark.parametrize(
    ("line", "out"),
    [
        ("create -f NAMELESS --dry-run=client -o name", "configmap/<unknown>\n"),
        ("annotate -f NAMELESS a=b --dry-run=client", "configmap/<unknown> annotated (dry run)\n"),
        ("label -f NAMELESS a=b --local -o name", "configmap/<unknown>\n"),
        ("patch -f NAMELESS --local -p {} -o name", "configmap/<unknown>\n"),
        ("apply -f AWAY --dry-run=client", "configmap/x created (dry run)\n"),
        ("apply -f EXTRA --dry-run=client", "configmap/x created (dry run)\n"),
    ],
)
def test_what_the_client_does_not_ask_the_server(
    cluster: Cluster, files: dict[str, str], line: str, out: str
) -> None:
    for word, path in files.items():
        line = line.replace(word, path)
    printed = said(cluster, line)
    assert (printed.stdout, printed.stderr) == (out, "")


@pytest.mark.parametrize(
    "line",
    [
        "get cm cm --subresource=status",
        "get deploy web --subresource=nope",
        "patch cm cm --subresource=status -p {}",
        "patch secret gone --subresource=status -p {}",
        "patch cm cm --subresource=scale -p {}",
        "scale cm cm --replicas=1",
    ],
)
def test_subresources_that_a_kind_does_not_have(cluster: Cluster, line: str) -> None:
    assert said(cluster, line).stderr == NO_PATH


def test_a_status_that_a_kind_does_not_have_is_not_replaced(cluster: Cluster, tmp_path: Any) -> None:
    (tmp_path / "cm.json").write_text(json.dumps(CONFIG))
    printed = said(cluster, f"replace --subresource=status -f {tmp_path}/cm.json")
    refused = f'error when replacing "{tmp_path}/cm.json": the server could not find the requested resource'
    assert printed.stderr == f"Error from server (NotFound): {refused}\n"


@pytest.mark.parametrize(
    ("patch", "problem"),
    [
        ('{"metadata":null}', NAME),
        ('{"metadata":{"name":null}}', NAME),
        ('{"$patch":"replace"}', NAME),
        ("x", "json: cannot unmarshal string into Go value of type map[string]interface {}"),
        ("--type=merge null", "Invalid JSON Patch"),
        ("--type=merge 3", "error decoding patch: json: cannot unmarshal number into Go value of type map[string]interface {}"),
        ("--type=merge {", "error decoding patch: unexpected end of JSON input"),
        ("--type=json [3]", "error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp"),
        ('--type=json [{"op":3}]', "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string"),
        ('--type=json [{"op":"remove","path":"/metadata"}]', NAME),
    ],
)  # fmt: skip
def test_patches_that_the_server_does_not_take(cluster: Cluster, patch: str, problem: str) -> None:
    *flags, text = patch.split(" ")
    printed = cluster.kubectl.run("patch", "cm", "cm", *flags, "-p", text)
    assert printed.stderr == f"Error from server (BadRequest): {problem}\n"


@pytest.mark.parametrize(
    ("patch", "out"),
    [
        ("null", "configmap/cm patched (no change)\n"),
        ("--type=json null", "configmap/cm patched (no change)\n"),
        ('--dry-run=client {"kind":"Secret"}', "secret/cm patched\n"),
        ('--dry-run=client {"metadata":{"name":"x"}}', "configmap/x patched\n"),
        ('--dry-run=client {"metadata":{"namespace":"x","uid":"y"}}', "configmap/cm patched\n"),
        ('--dry-run=client --type=json [{"op":"add","path":"/x","value":1}]', "configmap/cm patched\n"),
        ('--dry-run=client --type=json [{"op":"remove","path":"/metadata"}]', "configmap/<unknown> patched\n"),
    ],
)  # fmt: skip
def test_patches_that_are_made(cluster: Cluster, patch: str, out: str) -> None:
    *flags, text = patch.split(" ")
    printed = cluster.kubectl.run("patch", "cm", "cm", *flags, "-p", text)
    assert (printed.stdout, printed.stderr) == (out, "")


@pytest.mark.parametrize(
    ("patch", "err"),
    [
        ('--type=json [{"op":"remove","path":""}]', 'error: remove operation does not apply: doc is missing path: "": missing value\n'),
        ('--type=json [{"op":"remove","path":"/x"}]', "error: error in remove for path: '/x': Unable to remove nonexistent key: x: missing value\n"),
        ('--type=json [{"op":"replace","path":"","value":{}}]', "error: Object 'Kind' is missing in '{}'\n"),
        ("--type=json [null]", "error: Unexpected kind: unknown\n"),
    ],
)  # fmt: skip
def test_patches_that_the_client_cannot_make(cluster: Cluster, patch: str, err: str) -> None:
    *flags, text = patch.split(" ")
    printed = cluster.kubectl.run("patch", "cm", "cm", "--dry-run=client", *flags, "-p", text)
    assert printed.stderr == err


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("get bindings", "Error from server (MethodNotAllowed): the server does not allow this method on the requested resource\n"),
        ("get ev", 'Warning: short name "ev" could also match lower priority resource events.events.k8s.io\n'),
        ("get cm -f nowhere", "error: when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well\n"),
        ("patch cm cm -p {} --local", "error: cannot specify --local and server resources\n"),
        ("patch cm cm -p 'a: {b'", "error: unable to parse \"a: {b\": yaml: line 1: did not find expected ',' or '}'\n"),
        ("wait deploy/web --for=jsonpath={.status.conditions}=x", "error: jsonpath leads to a nested object or list which is not supported\n"),
        ("wait deploy/web --for=jsonpath={.status.conditions[*].type}=x", "error: given jsonpath expression matches more than one value\n"),
        ("wait deploy/web --for=jsonpath={.a}=b=c", "error: jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'\n"),
        ("wait deploy/web --for=jsonpath=", "error: jsonpath expression cannot be empty\n"),
        ("wait deploy/web --for=Condition=Available", 'error: unrecognized condition: "Condition=Available"\n'),
    ],
)  # fmt: skip
def test_refusals(cluster: Cluster, line: str, err: str) -> None:
    printed = said(cluster, line)
    assert printed.stderr.endswith(err)


def test_a_filter_may_stand_in_what_is_waited_for(cluster: Cluster) -> None:
    path = """--for=jsonpath='{.status.conditions[?(@.type=="Available")].status}'=False"""
    assert said(cluster, f"wait deploy/web {path}").stdout == "deployment.apps/web condition met\n"


def test_a_rollout_without_revisions_has_no_history(cluster: Cluster) -> None:
    idle = {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "idle"},
        "spec": {
            "paused": True, "selector": {"matchLabels": {"a": "b"}},
            "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "x"}]}},
        },
    }  # fmt: skip
    cluster.kubectl.apply([{**idle, "spec": {**idle["spec"], "replicas": 0}}])  # type: ignore[dict-item]
    printed = said(cluster, "rollout history deploy/idle")
    assert printed.stdout == "deployment.apps/idle \nNo rollout history found.\n"
    printed = said(cluster, "rollout history deploy/idle --revision=3")
    assert printed.stdout == "deployment.apps/idle with revision #3\nNo rollout history found.\n"
    printed = said(cluster, "rollout history deploy/idle --revision=3 -o yaml")
    assert printed.stderr == "error: unable to find the specified revision\n"


def test_each_paused_deployment_is_an_error(cluster: Cluster) -> None:
    said(cluster, "create deployment api --image=nginx")
    said(cluster, "rollout pause deploy")
    assert said(cluster, "rollout pause deploy").stderr == (
        'error: deployments.apps "api" is already paused\nerror: deployments.apps "web" is already paused\n'
    )


def test_explain_says_first_of_what_kind_a_field_is_not(cluster: Cluster) -> None:
    printed = said(cluster, "explain pod.nope")
    assert printed.stdout == "KIND:       Pod\nVERSION:    v1\n\n"
    assert printed.stderr == 'error: field "nope" does not exist\n'


def test_what_is_saved_of_a_new_service_is_not_shown(cluster: Cluster) -> None:
    line = "create service clusterip a --tcp=80 --save-config --dry-run=client -o jsonpath={.metadata}"
    assert json.loads(said(cluster, line).stdout) == {"labels": {"app": "a"}, "name": "a"}


def test_ephemeral_containers_are_named_between_the_others() -> None:
    spec = {
        "containers": [{"name": "app"}, {"name": "log"}],
        "ephemeralContainers": [{"name": "debug"}],
        "initContainers": [{"name": "setup"}],
    }
    pod: dict[str, Any] = {"metadata": {"name": "web"}, "spec": spec}
    assert names_of(pod) == "app, log, debug (ephem), setup (init)"
    assert container_of(pod, "debug", Printed()) == {"name": "debug"}
