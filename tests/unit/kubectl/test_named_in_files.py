"""What a real kubectl 1.36 does with objects that files or words name, whether there are any or not."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.printed import Printed


def config_map(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": "1"}}


def deployment(name: str) -> dict[str, Any]:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": labels},
        "spec": spec,
    }


SERVICE = {
    "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
}  # fmt: skip
ITEMS: dict[str, list[Any]] = {
    "away": [config_map("a"), config_map("b")], "slash": [config_map("a/b")], "no-items": [],
    "strange": [{"apiVersion": "v1", "kind": "Frob", "metadata": {"name": "f"}}, config_map("none")],
    "wrong": [config_map("X_X"), config_map("Y_Y")],
    "number": [3], "untyped": [{"a": 1}, {"kind": "Pod"}],
    "unnamed": [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": 3}}],
    "size": [{**deployment("web"), "spec": {"replicas": "x"}}],
}  # fmt: skip
"""Lists, and what they hold."""
AWAY = 'Error from server (NotFound): configmaps "a" not found\nError from server (NotFound): configmaps "b" not found\n'
AS_ONE = '[configmaps "a" not found, configmaps "b" not found]\n'
MISSING = 'Error from server (NotFound): configmaps "none" not found\n'
FROB = 'unable to recognize no matches for kind "Frob" in version "v1"\n'
SLASH = "invalid resource name \"a/b\": [may not contain '/']\n"
SIZE = "json: cannot unmarshal string into Go struct field DeploymentSpec.%sspec.replicas of type int32\n"
NO_KIND = 'no matches for kind "%s" in version "%s"\nensure CRDs are installed first\n'
NO_SCALE = "cannot autoscale a ConfigMap: could not find scale subresource for /v1, Resource=configmaps in discovery information"


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.chdir(tmp_path)
    written = {
        "cm": [config_map("cm")], "none": [config_map("none")], "two": [config_map("cm"), config_map("none")],
        "web": [deployment("web")], "mixed": [config_map("none"), deployment("none")], "svc": [SERVICE],
    }  # fmt: skip
    for name, objects in written.items():
        Path(f"{name}.json").write_text("\n".join(map(json.dumps, objects)))
    Path("list.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: [a]\n")
    Path("unknown.yaml").write_text("apiVersion: a.example/v1\nkind: Gizmo\nmetadata: {name: g}\n")
    for name, items in ITEMS.items():
        Path(f"{name}.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    sizes = {"items": [{"metadata": {"name": "web"}, "spec": {"replicas": "x"}}] * 2}
    Path("sizes.json").write_text(json.dumps({"apiVersion": "apps/v1", "kind": "DeploymentList", **sizes}))
    Path("null.yaml").write_text("apiVersion: v1\nkind: List\nitems:\n")
    Path("status.yaml").write_text("apiVersion: v1\nkind: Status\n")
    Path("bare.yaml").write_text("kind: Deployment\nmetadata: {name: web}\n")
    made = Cluster.of([])
    made.kubectl.run("create", "-f", "cm.json", "-f", "web.json")
    made.kubectl.run("create", "deployment", "till", "--image=nginx")
    made.run()
    return made


def said(cluster: Cluster, line: str) -> Printed:
    return cluster.kubectl.run(*shlex.split(line))


@pytest.mark.parametrize(
    ("line", "out", "err"),
    [
        ("delete cm gone --dry-run=client", 'configmap "gone" deleted from default namespace (dry run)\n', ""),
        ("delete -f none.json --dry-run=client", 'configmap "none" deleted from default namespace (dry run)\n', ""),
        ("delete -f none.json", "", 'Error from server (NotFound): error when deleting "none.json": configmaps "none" not found\n'),
        ("delete cm gone", "", 'Error from server (NotFound): configmaps "gone" not found\n'),
        ("delete -f unknown.yaml -f none.json --ignore-not-found", "", 'resource mapping not found for name: "g" namespace: "" from "unknown.yaml": no matches for kind "Gizmo" in version "a.example/v1"\nensure CRDs are installed first\n'),
        ("patch -f web.json -p {}", "deployment.apps/web patched\n", ""),
        ("patch deploy web -p {}", "deployment.apps/web patched (no change)\n", ""),
        ("patch -f none.json -p {}", "", 'Error from server (NotFound): configmaps "none" not found\n'),
        ("scale -f two.json --replicas=2", "", "Error from server (NotFound): the server could not find the requested resource\n"),
        ("autoscale -f none.json --max=2", "", f"error: {NO_SCALE}\n"),
        ("autoscale -f mixed.json --max=2", "horizontalpodautoscaler.autoscaling/none autoscaled\n", f"error: {NO_SCALE}\n"),
        ("describe -f none.json", "", 'Error from server (NotFound): configmaps "none" not found\n'),
        ("wait -f none.json --for=create --timeout=1s", "", 'Error from server (NotFound): configmaps "none" not found\n'),
        ("wait -f two.json --for=create --timeout=1s", "", 'Error from server (NotFound): configmaps "none" not found\n'),
        ("get -f two.json -o name", "", 'Error from server (NotFound): configmaps "none" not found\n'),
        ("get -f cm.json -f none.json -o name", "configmap/cm\n", 'Error from server (NotFound): configmaps "none" not found\n'),
        ("expose -f two.json --port=80", "", "cannot expose a ConfigMap\ncannot expose a ConfigMap\n"),
        ("rollout restart -f two.json", "", 'configmaps "none" not found\nerror: configmaps "cm" restarting is not supported\n'),
        ("apply -f unknown.yaml -f svc.json -o json", "", 'error: resource mapping not found for name: "g" namespace: "" from "unknown.yaml": no matches for kind "Gizmo" in version "a.example/v1"\nensure CRDs are installed first\n'),
        ("apply -f cm.json -l 'x y'", "", "error: the provided selector \"x y\" is not valid: unable to parse requirement: found 'y', expected: in, notin, =, ==, !=, gt, lt\n"),
        ("apply -f cm.json --validate=bad", "", 'error: invalid - validate option "bad"; must be one of: strict (or true), warn, ignore (or false)\n'),
        ("label -f list.yaml --local a=b", "", 'error: unable to decode "list.yaml": json: cannot unmarshal array into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta\n'),
        ("cordon pod/x", "", 'Error from server (NotFound): pods "x" not found\n'),
        ("events -o name", "", ""),
        ("-n kube-public get cm -o name", "configmap/kube-root-ca.crt\n", ""),
        ("rollout -n default status deploy/x", "", 'Error from server (NotFound): deployments.apps "x" not found\n'),
        ("--bogus", "", "error: unknown flag: --bogus\nSee 'kubectl --help' for usage.\n"),
        ("-n default nope", "", "Error: flags cannot be placed before plugin name: -n\n"),
        ("get cm --request-timeout=x", "", "error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)\n"),
        ("get cm -v x", "", 'error: invalid argument "x" for "-v, --v" flag: strconv.ParseInt: parsing "x": invalid syntax\nSee \'kubectl get --help\' for usage.\n'),
        ("create deployment x --image= --port=80 -- sh", "", 'error: failed to create deployment: Deployment.apps "x" is invalid: spec.template.spec.containers: Required value\n'),
        ("set image -f web.json --local c=nginx", "", ""),
        ("autoscale deploy web --min=3 --max=2 --cpu-percent=5", "", "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).\nerror: --max=MAXPODS must be larger or equal to --min=MINPODS, max: 2, min: 3\n"),
    ],
)  # fmt: skip
def test_what_is_said(cluster: Cluster, line: str, out: str, err: str) -> None:
    printed = said(cluster, line)
    assert (printed.stdout, printed.stderr) == (out, err)
    assert printed.exit == int(any("Flag" not in one for one in err.splitlines()))


def test_what_the_first_object_says_of_a_service_holds_for_the_others(cluster: Cluster) -> None:
    printed = said(cluster, "expose deploy web till --port=80 --name=one --dry-run=client -o json")
    services = printed.stdout.replace("}\n{", "}\0{").split("\0")
    assert [json.loads(one)["spec"]["selector"] for one in services] == [{"app": "web"}, {"app": "web"}]


def test_an_apply_on_the_client_does_not_ask_the_server(cluster: Cluster) -> None:
    Path("bad.json").write_text(json.dumps({**config_map("cm"), "data": {"a b": "2"}, "more": 1}))
    assert said(cluster, "apply -f bad.json --dry-run=client").stdout == "configmap/cm configured (dry run)\n"


def test_one_file_is_one_object_and_standard_input_is_a_list(cluster: Cluster) -> None:
    assert "kind: List" not in said(cluster, "get -f cm.json -o yaml").stdout
    assert "kind: List" in said(cluster, "get -f . -o yaml").stdout


def test_set_prints_what_it_holds_in_the_order_of_its_type(cluster: Cluster) -> None:
    value = json.loads(said(cluster, "set image deploy/web c=x:2 -o json").stdout)
    assert list(value)[:3] == ["kind", "apiVersion", "metadata"]


def test_nothing_is_waited_for_where_the_time_is_up(cluster: Cluster) -> None:
    lines = said(cluster, "wait -f cm.json -f web.json --for=delete --timeout=1s").stderr.splitlines()
    assert lines == [
        "timed out waiting for the condition on configmaps/cm",
        "client rate limiter Wait returned an error: context deadline exceeded",
    ]


def test_labels_of_a_pod_are_those_of_its_service(cluster: Cluster) -> None:
    printed = said(cluster, "run r --image=nginx --port=80 --expose --labels=a=b --dry-run=client -o json")
    service = json.loads(printed.stdout.partition("}\n{")[0] + "}")
    assert service["metadata"]["labels"] == {"a": "b"}


def test_nothing_is_pruned_where_nothing_is_applied(cluster: Cluster) -> None:
    printed = said(cluster, "apply -f cm.json -l no=such --prune")
    assert printed.stderr == "error: no objects passed to apply\n"


def test_the_status_of_a_workload_has_an_owner(cluster: Cluster) -> None:
    shown = said(cluster, "get deploy web -o json --show-managed-fields").stdout
    entries = json.loads(shown)["metadata"]["managedFields"]
    owned = next(one["fieldsV1"]["f:status"] for one in entries if one.get("subresource") == "status")
    assert "f:observedGeneration" in owned
    said(cluster, "create -f svc.json")
    shown = said(cluster, "get svc web -o json --show-managed-fields").stdout
    assert "f:ports" in shown
    assert "f:loadBalancer" not in shown


def test_the_cause_of_a_change_is_always_overwritten(cluster: Cluster) -> None:
    for text in ("first", "second"):
        printed = said(cluster, f"annotate deploy web kubernetes.io/change-cause={text}")
        assert printed.stdout == "deployment.apps/web annotated\n"
    assert said(cluster, "annotate deploy web other=1").exit == 0
    assert "already has a value (1)" in said(cluster, "annotate deploy web other=2").stderr


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("get -f away.json", AS_ONE),
        ("get -f away.json -f none.json", AS_ONE + MISSING),
        ("get -f away.json -f none.json -o yaml", AWAY + MISSING),
        ("get -f away.json -o yaml", AWAY),
        ("label -f away.json a=b", AWAY),
        ("label -f away.json -f none.json a=b", AS_ONE + MISSING),
        ("annotate -f slash.json a=b", SLASH),
        ("rollout restart -f away.json", AS_ONE),
        ("wait -f away.json -f none.json --for=condition=x --timeout=1s", AS_ONE + MISSING),
        ("apply set-last-applied -f away.json -f none.json", AWAY),
        ("apply set-last-applied -f slash.json", None),
        ("apply view-last-applied -f away.json", AWAY),
        ("apply view-last-applied -f strange.json", FROB + MISSING),
        ("delete -f strange.json", MISSING.replace("configmaps", 'error when deleting "strange.json": configmaps') + FROB),
        ("delete -f strange.json --ignore-not-found", FROB),
        ("create -f strange.json --dry-run=client", FROB),
        ("replace -f strange.json --validate=false", MISSING.replace("configmaps", 'error when replacing "strange.json": configmaps') + FROB),
        ("set image -f strange.json c=i", 'unable to get type info from the object "*runtime.Unknown": no kind is registered for the type runtime.Unknown in scheme "k8s.io/kubectl/pkg/scheme/scheme.go:28"\n' + MISSING),
        ("set image -f size.json c=i", SIZE % ""),
        ("set image -f sizes.json c=i", 'error: unable to decode "sizes.json": ' + SIZE % "items."),
        ("set image -f status.yaml c=i", 'error: resource mapping not found for name: "" namespace: "" from "status.yaml": ' + NO_KIND % ("Status", "v1")),
        ("get -f bare.yaml", 'resource mapping not found for name: "web" namespace: "" from "bare.yaml": ' + NO_KIND % ("Deployment", "")),
        ("replace -f no-items.json", ""),
        ("diff -f null.yaml", ""),
        ("label -f null.yaml --local a=b", ""),
        ("patch -f null.yaml -p {}", "error: no objects passed to patch\n"),
        ("create -f null.yaml --validate=false", "error: no objects passed to create\n"),
        ("set image -f number.json c=i", "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }\n"),
        ("rollout restart -f untyped.json", "[Object 'Kind' is missing in '{\"a\":1}', Object 'apiVersion' is missing in '{\"kind\":\"Pod\"}']\n"),
        ("set env -f untyped.json A=b", "Object 'Kind' is missing in '{\"a\":1}'\nObject 'apiVersion' is missing in '{\"kind\":\"Pod\"}'\n"),
        ("set env -f unnamed.json A=b", "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string\n"),
    ],
)  # fmt: skip
def test_what_is_said_of_items_of_lists(cluster: Cluster, line: str, err: str | None) -> None:
    printed = said(cluster, line)
    if err is None:
        assert printed.stderr.startswith("error: error when retrieving current configuration")
    else:
        assert printed.stderr == err
    assert printed.exit == int(err != "")


def test_diff_goes_to_the_end_of_a_list(cluster: Cluster) -> None:
    lines = said(cluster, "diff -f wrong.json -f none.json").stderr.splitlines()
    assert [line[:54] for line in lines] == [
        'Error from server (Invalid): ConfigMap "X_X" is invali',
        'Error from server (Invalid): ConfigMap "Y_Y" is invali',
    ]


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("taint nodes nope node-1 a-", 'Error from server (NotFound): nodes "nope" not found\ntaint "a" not found\n'),
        ("logs -l app=gone --since=-1s", "No resources found in default namespace.\nerror: --since must be greater than 0\n"),
        ("auth can-i frob pods --as=system:anonymous", "Warning: verb 'frob' is not a known verb\n\nError from server (Forbidden): selfsubjectaccessreviews.authorization.k8s.io is forbidden: User \"system:anonymous\" cannot create resource \"selfsubjectaccessreviews\" in API group \"authorization.k8s.io\" at the cluster scope\n"),
        ("get cm --log-flush-frequency=x", "error: invalid argument \"x\" for \"--log-flush-frequency\" flag: parse error\nSee 'kubectl get --help' for usage.\n"),
        ("get cm -o custom-columns --template=x", "error: unexpected custom-columns spec: x, expected <header>:<json-path-expr>\n"),
    ],
)  # fmt: skip
def test_what_is_said_before_and_behind(cluster: Cluster, line: str, err: str) -> None:
    cluster.kubectl.apply([{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}}])
    assert said(cluster, line).stderr == err


@pytest.mark.parametrize("output", ["-o yaml=x", "-o jsonpath={.kind} --template={.kind}"])
def test_a_format_takes_no_template_twice(cluster: Cluster, output: str) -> None:
    assert "unable to match a printer suitable" in said(cluster, f"get cm {output}").stderr


def test_a_deletion_says_what_policies_warn_of(cluster: Cluster) -> None:
    rules = [
        {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["DELETE"], "resources": ["configmaps"]}
    ]
    policy = {
        "matchConstraints": {"resourceRules": rules},
        "validations": [{"expression": "oldObject.metadata.name != 'cm'"}],
    }
    group = {"apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": "p"}}
    binding = {"policyName": "p", "validationActions": ["Warn"]}
    cluster.kubectl.apply([{**group, "kind": "ValidatingAdmissionPolicy", "spec": policy}])
    cluster.kubectl.apply([{**group, "kind": "ValidatingAdmissionPolicyBinding", "spec": binding}])
    printed = said(cluster, "delete cm cm")
    assert printed.stdout == 'configmap "cm" deleted from default namespace\n'
    assert printed.stderr == (
        "Warning: Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p': "
        "failed expression: oldObject.metadata.name != 'cm'\n"
    )


ELSEWHERE = (
    'the namespace from the provided object "other" does not match the namespace "shop". '
    "You must pass '--namespace=other' to perform this operation."
)


@pytest.mark.parametrize("verb", ["apply", "create", "delete"])
@pytest.mark.parametrize("names", ["a", "ab"])
def test_items_of_another_namespace_than_the_one_asked_for_are_told_of_as_objects_alone_are(
    cluster: Cluster, verb: str, names: str
) -> None:
    items = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "other"}}
        for name in names
    ]
    Path("list.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    printed = said(cluster, f"{verb} -n shop -f list.json")
    before = "error: " if names == "a" else ""
    assert printed.stderr == f"{before}{ELSEWHERE}\n" * len(names)
