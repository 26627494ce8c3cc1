"""kubectl's verbs on a cluster: what each prints, and what it does not do."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.kubectl.arguments import parse
from kplan.kubectl.invocation import load
from kplan.kubectl.printed import Printed
from kplan.kubectl.verbs import VERBS


def config_map(name: str, **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "default", "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "1"}}


WEB = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "c", "image": "nginx"}]},
        },
    },
}


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([])
    made.kubectl.apply([config_map("one", app="x"), config_map("two", app="y"), WEB])
    made.run()
    return made


def said(cluster: Cluster, line: str) -> list[str]:
    """What a command line prints, both streams."""
    printed = cluster.kubectl.run(*shlex.split(line))
    return [*printed.stdout.splitlines(), *printed.stderr.splitlines()]


def labels_of(cluster: Cluster, name: str) -> dict[str, str]:
    found = cluster.find(ObjectKey("", "ConfigMap", "default", name)) or {}
    return dict(found["metadata"].get("labels") or {})


@pytest.mark.parametrize("listed", VERBS, ids=lambda listed: listed.name)
def test_the_examples_of_every_verb_can_be_read(listed: Any) -> None:
    verb = load(listed)
    assert listed.summary.endswith(".")
    assert verb.examples
    for example in verb.examples:
        assert example.startswith(listed.name)
        words = shlex.split(example.removeprefix(listed.name))
        parse([word for word in words if word != "--commit"], verb.flags)


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("label cm one app=z", ["error: 'app' already has a value (x), and --overwrite is false"]),
        ("label cm one new=1 --dry-run=client", ["configmap/one labeled (dry run)"]),
        ("label cm one new=1 --dry-run=server", ["configmap/one labeled (server dry run)"]),
        ("label cm one new=1 -o name", ["configmap/one"]),
        ("label cm one --list", ["app=x"]),
        ("label cm one two --list", ["Listing labels for ConfigMap./one:", " app=x", "Listing labels for ConfigMap./two:", " app=y"]),
        ("annotate cm one note=a", ["configmap/one annotated"]),
        ("annotate cm one gone-", ["configmap/one annotated"]),
        ("annotate cm -l app=y note=a", ["configmap/two annotated"]),
        ("annotate cm one a=1 a-", ["error: can not both modify and remove the following annotation(s) in the same command: a"]),
        ("label cm one --all -l a=b c=d", ["error: cannot set --all and --selector at the same time"]),
        ("label nothing one a=b", ['error: the server doesn\'t have a resource type "nothing"']),
        ("delete cm one nope", ['configmap "one" deleted from default namespace', 'Error from server (NotFound): configmaps "nope" not found']),
        ("delete cm nope --ignore-not-found", []),
        ("delete cm one --dry-run=client", ['configmap "one" deleted from default namespace (dry run)']),
        ("delete cm one -o yaml", ["error: unexpected -o output mode: yaml. We only support '-o name'"]),
        ("delete cm -l app=none", ["No resources found"]),
        ("delete cm one --now --grace-period=3", ["error: --now and --grace-period cannot be specified together"]),
        ("scale deploy web --replicas=3 --current-replicas=2", ["error: Expected replicas to be 2, was 1"]),
        ("scale deploy web --replicas=3 --current-replicas=1", ["deployment.apps/web scaled"]),
        ("scale deploy -l app=none --replicas=1", ["error: no objects passed to scale"]),
        ("scale deploy web --replicas=-1", ["error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"]),
        ("patch cm one", ["error: must specify --patch or --patch-file containing the contents of the patch"]),
        ("patch cm one -p {} --type=odd", ['error: --type must be one of [json merge strategic], not "odd"']),
        ("patch cm one -p '{\"data\": {\"a\": \"1\"}}'", ["configmap/one patched (no change)"]),
        ("patch cm one -p 'data: {b: x}' -o jsonpath={.data}", ['{"a":"1","b":"x"}']),
        ("patch cm one --type=json -p '[{\"op\": \"remove\", \"path\": \"/data/a\"}]' --dry-run=server", ["configmap/one patched"]),
        ("patch cm one --type=merge -p '{\"datum\": 1}'", ["configmap/one patched (no change)", 'Warning: unknown field "datum"']),
        ("patch cm nope -p '{}'", ['Error from server (NotFound): configmaps "nope" not found']),
        ("patch cm one --patch-file=nope", ["error: unable to read patch file: open nope: no such file or directory"]),
        ("get cm/one cm/two -o name", ["configmap/one", "configmap/two"]),
        ("get cm --field-selector metadata.name=two -o name", ["configmap/two"]),
        ("get cm -L app --no-headers -l app=x", ["one   1     10m   x"]),
        ("get cm one two --show-labels --no-headers", ["one   1     10m   app=x", "two   1     10m   app=y"]),
        ("get cm nope --ignore-not-found", []),
        ("get cm -l app=none", ["No resources found in default namespace."]),
        ("get deploy.bogus", ['error: the server doesn\'t have a resource type "deploy"']),
        ("get cm/one/x", ["error: arguments in resource/name form may not have more than one slash"]),
        ("get cm/", ["error: arguments in resource/name form must have a single resource and name"]),
        ("get cm one -A", ["error: a resource cannot be retrieved by name across all namespaces"]),
        ("get -n x pods --bogus", ["error: unknown flag: --bogus", "See 'kubectl get --help' for usage."]),
        ("cordon", ["error: USAGE: cordon NODE [flags]", "See 'kubectl cordon -h' for help and examples"]),
        ("taint pod x a=b:NoSchedule", ["error: invalid resource type pod, only node types are supported"]),
        ("events -o table", ['error: unable to match a printer suitable for the output format "table", allowed formats are: go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml']),
        ("events --for deploy/web -o jsonpath={.items[*].reason}", ["ScalingReplicaSet"]),
        ("events --for nothing", ["error: --for must be in resource/name form"]),
        ("api-versions more", ["error: unexpected arguments: [more]", "See 'kubectl api-versions -h' for help and examples"]),
        ("api-resources --api-group=batch --no-headers", ["cronjobs   cj    batch/v1   true   CronJob", "jobs             batch/v1   true   Job"]),
        ("api-resources --api-group=none --no-headers", []),
        ("juggle", ['error: unknown command "juggle" for "kubectl"']),
    ],
)  # fmt: skip
def test_what_verbs_say(cluster: Cluster, line: str, lines: list[str]) -> None:
    assert said(cluster, line) == lines


def test_a_field_that_cannot_be_selected_by_is_refused_by_the_server(cluster: Cluster) -> None:
    query = 'Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.bogus=1"'
    problem = "field label not supported: spec.bogus"
    assert said(cluster, "get pods --field-selector=spec.bogus=1") == [
        f"Error from server (BadRequest): {query}: {problem}"
    ]


def test_a_dry_run_changes_nothing(cluster: Cluster) -> None:
    for line in ("label cm one new=1", "delete cm one", "scale deploy web --replicas=5"):
        for kind in ("client", "server"):
            assert cluster.kubectl.run(*line.split(), f"--dry-run={kind}").exit == 0
    assert labels_of(cluster, "one") == {"app": "x"}
    assert (cluster.find(ObjectKey("apps", "Deployment", "default", "web")) or {})["spec"]["replicas"] == 1
    assert cluster.kubectl.run("delete", "cm", "one", "--dry-run").out[0].endswith(" (dry run)")


def test_a_label_may_be_changed_only_in_one_version(cluster: Cluster) -> None:
    refused = cluster.kubectl.run("label", "cm", "one", "new=1", "--resource-version=1")
    assert refused.err[0].startswith(
        "Error from server (Conflict): Operation cannot be fulfilled on configmaps"
    )
    assert labels_of(cluster, "one") == {"app": "x"}


def test_documents_are_one_object_or_a_list(cluster: Cluster) -> None:
    assert json.loads(cluster.kubectl.run("get", "cm", "one", "-o=json").stdout)["kind"] == "ConfigMap"
    whole = json.loads(cluster.kubectl.run("get", "cm", "one", "two", "-ojson").stdout)
    assert (whole["kind"], len(whole["items"])) == ("List", 2)
    assert cluster.kubectl.run("get", "cm", "nope", "-o", "yaml") == Printed(
        1, err=['Error from server (NotFound): configmaps "nope" not found']
    )


def test_files_name_objects(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_text(json.dumps(config_map("one")))
    Path("b.json").write_text(json.dumps(config_map("three", app="x")))
    assert said(cluster, "get -f a.json -o name") == ["configmap/one"]
    assert said(cluster, "label -f a.json -f b.json new=1") == [
        "configmap/one labeled", 'Error from server (NotFound): configmaps "three" not found',
    ]  # fmt: skip
    assert said(cluster, "label -f b.json new=1 --local -o json")[0] == "{"
    assert said(cluster, "delete -f b.json") == [
        'Error from server (NotFound): error when deleting "b.json": configmaps "three" not found'
    ]
    assert said(cluster, "apply -f a.json -f b.json") == [
        "configmap/one configured",
        "configmap/three created",
    ]
    assert said(cluster, "apply -f b.json --dry-run=server") == ["configmap/three unchanged (server dry run)"]
    assert said(cluster, "apply view-last-applied cm/three -o json")[1] == '  "apiVersion": "v1",'
    assert said(cluster, "apply view-last-applied cm/three -o name")[1].startswith(
        "See 'kubectl apply view-last"
    )
    assert said(cluster, "apply set-last-applied -f a.json") == ["configmap/one configured"]
    assert said(cluster, "apply set-last-applied -f a.json") == ["set-last-applied one: no changes required."]
    assert said(cluster, "apply") == ["error: must specify one of -f and -k"]
    assert said(cluster, "get -f missing.json") == ['error: the path "missing.json" does not exist']
    Path("bad.yaml").write_text("a: b: c\n")
    assert said(cluster, "apply -f bad.yaml") == [
        "error: error parsing bad.yaml: error converting YAML to JSON: yaml: mapping values are not allowed in this context"
    ]


def test_apply_prunes_what_is_no_longer_named(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_text(json.dumps(config_map("one", app="x")))
    allow = "--prune-allowlist=core/v1/ConfigMap"
    assert said(cluster, f"apply -f a.json --prune --all {allow} --dry-run=client") == [
        "configmap/one unchanged (dry run)", "configmap/two pruned (dry run)",
    ]  # fmt: skip
    assert said(cluster, f"apply -f a.json --prune -l app=x {allow}") == ["configmap/one unchanged"]
    assert said(cluster, f"apply -f a.json --prune --all {allow}") == [
        "configmap/one unchanged", "configmap/two pruned",
    ]  # fmt: skip
    refused = said(cluster, "apply -f a.json --prune --all --prune-allowlist=core/v1/Bogus")
    assert refused == ['error: no matches for kind "Bogus" in version "v1"']
    assert said(cluster, "apply -f a.json --prune")[0].startswith("error: all resources selected for prune")
    usual = said(cluster, "apply -f a.json --prune --all")
    assert usual[:2] == ["configmap/one unchanged", "deployment.apps/web pruned"]
    assert "prune.go:71] Deprecated: kubectl apply will no longer prune" in usual[2]


def test_deprecated_kinds_come_with_a_warning(cluster: Cluster) -> None:
    warning = "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
    assert cluster.kubectl.run("get", "endpoints", "-A").err[0] == warning


@pytest.mark.parametrize("command", ["create", "apply", "replace", "apply --server-side"])
def test_what_is_refused_comes_with_its_warnings_each_once(
    cluster: Cluster, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = [
        {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": name}, "subsets": [{"addresses": [{"ip": "x"}]}]}
        for name in ("a", "b")
    ]  # fmt: skip
    Path("a.json").write_text("---\n".join(map(json.dumps, refused)), "utf-8")
    lines = said(cluster, f"{command} -f a.json")
    assert lines[0] == "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
    assert sum(line.startswith("Warning: ") for line in lines) == 1
    assert sum('Invalid value: "x"' in line for line in lines) >= len(refused)


def test_delete_waits_until_objects_are_gone(cluster: Cluster) -> None:
    said(cluster, "create namespace shop")
    said(cluster, "create configmap x -n shop")
    said(cluster, "delete namespace shop")
    assert said(cluster, "get namespace shop") == [
        'Error from server (NotFound): namespaces "shop" not found'
    ]
    said(cluster, "create namespace shop")
    said(cluster, "delete namespace shop --wait=false")
    assert said(cluster, "get namespace shop -o jsonpath={.status.phase}") == ["Terminating"]


def test_delete_does_not_wait_for_ever(cluster: Cluster) -> None:
    said(cluster, """patch configmap one --type=merge -p '{"metadata": {"finalizers": ["a.io/b"]}}'""")
    begin = cluster.clock.now
    assert said(cluster, "delete configmap one") == ['configmap "one" deleted from default namespace']
    assert cluster.clock.now - begin < 3_600_000_000
    late = said(cluster, "delete configmap one --timeout=3s")
    assert late[-1] == "error: timed out waiting for the condition on configmaps/one"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("label cm one a=b --field-manager=me", "configmap/one labeled"),
        ("annotate cm one a=b --field-manager me", "configmap/one annotated"),
        ('patch cm one -p \'{"data":{"b":"2"}}\' --field-manager=me', "configmap/one patched"),
        ("set env deployment/web A=b --field-manager=me", "deployment.apps/web env updated"),
        ("rollout restart deployment/web --field-manager=me", "deployment.apps/web restarted"),
        ("rollout pause deployment/web --field-manager=me", "deployment.apps/web paused"),
        ("run box --image=busybox --pod-running-timeout=5m", "pod/box created"),
        ("get cm one --chunk-size=0 -o name", "configmap/one"),
        ("scale deployment web --replicas=2 --show-managed-fields", "deployment.apps/web scaled"),
    ],
)
def test_flags_that_a_simulation_has_no_use_for_are_taken(cluster: Cluster, line: str, told: str) -> None:
    assert said(cluster, line) == [told]


def test_a_flag_that_kubectl_has_elsewhere_is_refused(cluster: Cluster) -> None:
    assert said(cluster, "scale deployment web --replicas=2 --field-manager=me") == [
        "error: unknown flag: --field-manager",
        "See 'kubectl scale --help' for usage.",
    ]
