"""What kubectl itself prints for lines whose flags and words do not go together, or ask for something rare."""

import base64
import json
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.invocation import run

CONTAINERS = [{"name": "main", "image": "shop:1"}, {"name": "side", "image": "proxy:1"}]
STARTERS = [{"name": "first", "image": "setup:1"}]


def deployment(name: str) -> dict[str, Any]:
    labels = {"app": name}
    pods = {"metadata": {"labels": labels}, "spec": {"containers": CONTAINERS, "initContainers": STARTERS}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": labels},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": pods},
    }


def config_map(name: str, **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "1"}}


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([])
    made.kubectl.apply([deployment("shop"), deployment("till"), config_map("c1", x="1"), config_map("c2")])
    made.run()
    return made


def said(cluster: Cluster, line: str) -> list[str]:
    """What a command line prints, both streams."""
    printed = cluster.kubectl.run(*shlex.split(line))
    return [*printed.stdout.splitlines(), *printed.stderr.splitlines()]


NO_FIELD = 'error: couldn\'t find any field with path "{%s}" in the list of objects'
ONLY_FILES = "error: you must specify resources by --filename when --local is set."
ODD = (
    'error: unable to match a printer suitable for the output format "odd", allowed formats are: go-template,'
    "go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml"
)
NO_OBJECT = (
    "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { "
    'APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
)
WITH_FILES = "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
UNKNOWN_LIST = (
    'error: resource mapping not found for name: "" namespace: "" from "FILE": no matches for kind "List" '
    'in version "foo/v1"'
)
INTO = "into Go value of type jsonpatch"
NO_SELECTOR = "selectors and the all flag cannot be used when passing resource/name arguments"
NOTHING_NAMED = "error: You must provide one or more resources by argument or filename."
NO_TEMPLATE = "error: configmaps/%s the object is not a pod or does not have a pod template: *v1.ConfigMap"


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("set image deploy/shop main=a --local", ONLY_FILES),
        ("set resources deploy/shop --limits=cpu=1 --local", ONLY_FILES),
        ("set env deploy/shop A=1 --local", NOTHING_NAMED),
        ("set image deploy/shop", "error: at least one image update is required"),
        ("set image deploy/none", 'Error from server (NotFound): deployments.apps "none" not found'),
        ("set image deploy/shop main-", "error: invalid image format: main-"),
        (
            "set image deploy/shop main=a till",
            "error: all resources must be specified before image changes: till",
        ),
        (
            "set image deploy/shop '*=a' main=b",
            "error: all containers are already specified by *, but saw more than one container_name=container_image pairs",
        ),
        ("set image deploy/shop 'm*=a'", 'error: unable to find container named "m*"'),
        ("set selector", "error: one selector is required"),
        ("set subject", NOTHING_NAMED),
        (
            "set image deploy --all -l app=shop main=a",
            "error: cannot set --all and --selector at the same time",
        ),
        (
            "label cm c1 c2 a=b --resource-version=1",
            "error: --resource-version may only be used with a single resource",
        ),
        (
            "annotate cm c1 c2 a=b --resource-version=1",
            "error: --resource-version may only be used with a single resource",
        ),
        ("delete frobs a -l x=1", "error: name cannot be provided when a selector is specified"),
        ("delete frobs/a -l x=1", f"error: {NO_SELECTOR}"),
        ("get cm,svc a -l x=1", f"error: {NO_SELECTOR}"),
        ("apply view-last-applied --all", "error: at least one resource must be specified to use a selector"),
        (
            "apply view-last-applied cm --all -l x=1",
            "error: found non-empty label selector \"x=1\" with previously set 'all' parameter. ",
        ),
        ("wait pod -l x=1 --for=create --timeout=1s", "error: timed out waiting for the condition"),
        (
            "create service clusterip a --tcp=80:",
            "error: must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-),must contain at least one letter (a-z)",
        ),
        (
            "expose cm c1 --dry-run=maybe",
            'error: Invalid dry-run value (maybe). Must be "none", "server", or "client".',
        ),
        ("taint frob a b=c:NoSchedule", 'the server doesn\'t have a resource type "frob"'),
        (
            "patch cm c1 --type=json -p {} --dry-run=client",
            f"error: json: cannot unmarshal object {INTO}.Patch",
        ),
        (
            "patch cm c1 --type=merge -p [1] --dry-run=client",
            "error: json: cannot unmarshal array into Go value of type unstructured.detector",
        ),
        ("patch cm c1 --type=merge -p 1 --dry-run=client", "error: Invalid JSON Patch"),
        ("patch cm c1 -p [1] --dry-run=client", "error: invalid JSON document"),
        (
            "autoscale deploy none --max=3 --dry-run=maybe",
            'error: Invalid dry-run value (maybe). Must be "none", "server", or "client".',
        ),
        (
            "explain rs --api-version=v1 -o plaintext-openapiv2",
            'error: couldn\'t find resource for "/v1, Kind=ReplicaSet"',
        ),
        ("explain rs.spec.odd -o plaintext-openapiv2", 'error: field "odd" does not exist'),
        ("explain rs..x", "error: invalid jsonpath syntax, first node must be field node"),
        ("explain pods.spec.containers[0]", "error: invalid jsonpath syntax, first node must be field node"),
        ("explain rs..", 'error: field "" does not exist'),
        ("run '' --image=a --overrides={}", "error: Parameter: name is required"),
        ("create role a --verb=frob", "Warning: 'frob' is not a standard resource verb"),
        (
            "apply -f none --prune --all -l a=b --server-side",
            "error: cannot set --all and --selector at the same time",
        ),
        ("label cm none a=b -o odd", 'Error from server (NotFound): configmaps "none" not found'),
        ("patch cm none -p {} -o odd", 'Error from server (NotFound): configmaps "none" not found'),
        (
            "rollout restart deploy none -o odd",
            'Error from server (NotFound): deployments.apps "none" not found',
        ),
        ("get cm none -o jsonpath", 'Error from server (NotFound): configmaps "none" not found'),
        ("get cm -o jsonpath", "error: template format specified but no template given"),
        ("get cm '' -o yaml", "error: resource name may not be empty"),
        ("create cm ''", "error: name must be specified"),
        ("create cm a -o odd --from-file==a", ODD),
        (
            "create cm a --validate=odd --from-file==a",
            'error: invalid - validate option "odd"; must be one of: strict (or true), warn, ignore (or false)',
        ),
        ("create cm a --from-literal=a --from-file==b", "error: key name for file path b missing"),
        ("create token ''", "error: service account name is required"),
        ("cordon ''", "error: resource name may not be empty"),
        ("describe cm ''", "error: resource name may not be empty"),
        ("run a --image=b --env= --env=1", "error: invalid env: "),
        ("run a --image=b --overrides=[]", f"error: {NO_OBJECT}"),
        ("run a --image=b --overrides=1", "error: Invalid JSON Patch"),
        ("patch cm --local --type=odd -p a", "error: cannot specify --local and server resources"),
        (
            "create clusterrole a --verb=frob --non-resource-url=b",
            "error: invalid verb: 'frob' for nonResourceURL",
        ),
        (
            "create clusterrole a --verb=get --non-resource-url=/a*b",
            "error: nonResourceURL only supports wildcard matches when '*' is at the end",
        ),
        ("set env -f none --from=cm", f"error: {WITH_FILES}"),
        (
            "apply -f none --prune --prune-allowlist=core/v1/Odd",
            'error: no matches for kind "Odd" in version "v1"',
        ),
        ("explain gizmos -o odd", 'the server doesn\'t have a resource type "gizmos"'),
        (
            "auth can-i get a b --as-group=x",
            "error: you must specify two arguments: verb resource or verb resource/resourceName.",
        ),
        (
            "auth can-i get pods --as-group=x",
            "error: requesting uid, groups or user-extra without impersonating a user",
        ),
        ("auth can-i get odd --no-headers", "Warning: the server doesn't have a resource type 'odd'"),
        ("label cm c1 --list x=2", "error: 'x' already has a value (1), and --overwrite is false"),
        ("label cm c1 --list -o yaml", "error: --list and --output may not be specified together"),
        (
            "label a=b --local",
            "error: one or more files must be specified as -f pod.yaml or --filename=pod.json",
        ),
        (
            "annotate cm c1 a=b --local",
            "error: can only use local files by -f rsrc.yaml or --filename=rsrc.json when --local=true is set",
        ),
        (
            "scale deploy shop --replicas=1 --current-replicas=-2",
            "error: The --current-replicas must specify an integer of -1 or greater",
        ),
        ("autoscale deploy shop --max=2 --cpu=-5%", "error: invalid percentage value: -5"),
        ("run one --image=a --env=1=2", "error: invalid env: 1=2"),
        ("create job one --from=deploy/shop", "error: unknown object type *v1.Deployment"),
        ("create job one --from=shop", 'error: the server doesn\'t have a resource type "shop"'),
        (
            "create cm one --from-literal=..=x",
            "error: \"..\" is not a valid key name for a ConfigMap: must not be '..'",
        ),
        (
            "create cm one --from-literal=..a=x",
            "error: \"..a\" is not a valid key name for a ConfigMap: must not start with '..'",
        ),
        ("create cm one --from-file==x", "error: key name for file path x missing"),
        ("create cm one --from-file=x=", "error: file path for key name x missing"),
        ("create cm one --from-env-file=/", "error: env config file cannot be a directory"),
        ("create role one --verb=use --resource=pods", "error: can not perform 'use' on 'pods' in group ''"),
        (
            "create role one --verb=get --resource=/log",
            "error: resource must be specified if apiGroup/subresource specified",
        ),
        (
            "create role one --verb=get --resource=none.apps",
            'the server doesn\'t have a resource type "none" in group "apps"',
        ),
        (
            "create clusterrole one --aggregation-rule=a",
            'error: invalid argument "a" for "--aggregation-rule" flag: malformed pair, expect string=string',
        ),
        (
            "rollout history cm c1",
            'error: error retrieving history for "ConfigMap", no visitor method exists for { ConfigMap}',
        ),
        (
            "run one --image=a --pod-running-timeout=1x",
            'error: invalid argument "1x" for "--pod-running-timeout" flag: time: unknown unit "x" in duration "1x"',
        ),
        ("wait --for=jsonpath={.data.a}=2 cm/c1 --timeout=0", "error: condition not met for configmaps/c1"),
        ("wait --for=condition=Ready cm/c1 --timeout=0", "error: condition not met for configmaps/c1"),
        (
            "describe",
            'error: You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
        ),
        ("get DEPLOY", 'error: the server doesn\'t have a resource type "DEPLOY"'),
        (
            "get deploy --subresource=scale",
            "error: subresource cannot be used when bulk resources are specified",
        ),
        ("get cm,deploy --sort-by=.metadata.name", NO_FIELD % ".metadata.name"),
        ("get cm c1 c2 --sort-by=.metadata.name", NO_FIELD % ".metadata.name"),
        (
            "get cm --output-watch-events",
            "error: --output-watch-events option can only be used with --watch or --watch-only",
        ),
        ("get cm -o name --sort-by=.spec.none", NO_FIELD % ".spec.none"),
        ("get cm c1 -n none", 'Error from server (NotFound): namespaces "none" not found'),
        ("delete cm c1 -n none", 'Error from server (NotFound): configmaps "c1" not found'),
        (
            "create cm c3 --validate=much",
            'error: invalid - validate option "much"; must be one of: strict (or true), warn, ignore (or false)',
        ),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_in_kubectls_words(
    cluster: Cluster, line: str, first: str
) -> None:
    printed = cluster.kubectl.run(*shlex.split(line))
    assert (printed.stderr.splitlines()[0], printed.exit) == (first, 1)


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("set image deploy/shop main=shop:2 none=x", ["deployment.apps/shop image updated", 'error: unable to find container named "none"']),
        ("set image deploy shop main=shop:2 --all", ["deployment.apps/shop image updated"]),
        ("set image cm/c1 cm/c2 main=a", [NO_TEMPLATE % "c1", "", NO_TEMPLATE % "c2", ""]),
        ("set resources deploy/shop -c 'fir*' --limits=cpu=1", ["deployment.apps/shop resource requirements updated"]),
        ("set resources deploy/shop -c 'no*' --limits=cpu=1", ["error: unable to find container named no*"]),
        ("label cm c1 --list y=2", ["x=1", "y=2"]),
        ("label cm c1 none- --dry-run=client", ["configmap/c1 not labeled (dry run)"]),
        ("get cm c1 --server-print=false --no-headers -o custom-columns=N:.metadata.name", ["c1"]),
        ("get cm c1 -o 'custom-columns=N:.data.a,M:.data[5]' ", ["N     M", "error: map[string]interface {} is not array or slice"]),
        ("get cm c1 -o jsonpath={$.kind}{.}", ["ConfigMap"]),
        ("get cm -o 'jsonpath={range .items[?(@.metadata.labels.x)]}{$.metadata.name}{end}'", ["c1"]),
        ("get cm c1 -o jsonpath-as-json={.kind}{.data.a}", ["[", '    "ConfigMap"', "]", "[", '    "1"', "]"]),
        ("create svc clusterip none --clusterip=None --tcp=80 -o jsonpath={.spec.clusterIP}:{.spec.ports[0].port}", ["None:80"]),
        ("create svc clusterip more --tcp=80:90:1 -o jsonpath={.spec.ports[0].name}", ["80-90-1"]),
        ("create role one --verb=get --resource=*.apps -o jsonpath={.rules[*].apiGroups}{.rules[*].resources}", ['["apps"]["*"]']),
        ("create role two --verb=impersonate --resource=users,groups", ["role.rbac.authorization.k8s.io/two created"]),
        ("autoscale deploy shop --max=2 --cpu=250 --memory=5 -o jsonpath={.spec.metrics[*].resource.target.averageValue}", ["250m 5Mi"]),
        ("autoscale deploy shop --max=2 --cpu=0% -o jsonpath={.kind}{.spec.targetCPUUtilizationPercentage}", ["HorizontalPodAutoscaler80"]),
        ("run one --image=a --overrides='{\"spec\":{\"none\":1}}'", ["pod/one created"]),
        ("rollout history deploy shop -o jsonpath={.kind}", ["ReplicaSet"]),
        ("get ns default -A -o name", ["namespace/default"]),
        ("scale deploy shop --replicas=3 -o jsonpath={.spec.replicas}/{.metadata.generation}", ["3/1"]),
        ("patch cm c1 -p '{\"kind\":\"Secret\",\"apiVersion\":\"v9\"}'", ["configmap/c1 patched (no change)"]),
        ("patch cm c1 --type= -p '{\"data\":{\"a\":\"2\"}}'", ["configmap/c1 patched"]),
        ("create cm c3 --from-literal=a=1 -o jsonpath={.metadata.managedFields[*].manager}", ["kubectl-create"]),
    ],
)  # fmt: skip
def test_rare_lines_print_what_kubectl_prints(cluster: Cluster, line: str, lines: list[str]) -> None:
    assert said(cluster, line) == lines


@pytest.mark.parametrize("template", ["{.none}", "{.items[0].none}", "{.items[?(@.none==1)].kind}"])
def test_templates_may_be_held_to_fields_that_are_there(cluster: Cluster, template: str) -> None:
    assert cluster.kubectl.run("get", "cm", "-o", f"jsonpath={template}").exit == 0
    strict = cluster.kubectl.run(
        "get", "cm", "-o", f"jsonpath={template}", "--allow-missing-template-keys=false"
    )
    assert "Error executing template: none is not found." in strict.stderr


@pytest.mark.parametrize(
    ("value", "end"),
    [
        ("", "helpers.go:719] --dry-run is deprecated and can be replaced with --dry-run=client."),
        ("=true", "--dry-run=true is deprecated (boolean value) and can be replaced with --dry-run=client."),
        ("=f", "--dry-run=f is deprecated (boolean value) and can be replaced with --dry-run=none."),
    ],
)
def test_a_dry_run_without_a_kind_is_deprecated(cluster: Cluster, value: str, end: str) -> None:
    printed = cluster.kubectl.run("create", "cm", "c3", f"--dry-run{value}")
    assert printed.out == ["configmap/c3 created" + ("" if value == "=f" else " (dry run)")]
    assert [line.endswith(end) for line in printed.err] == [True]


def test_objects_without_the_field_come_first_and_the_last_of_them_before_the_others(
    cluster: Cluster,
) -> None:
    cluster.kubectl.apply([config_map("c0"), config_map("c9", x="0")])
    found = cluster.kubectl.run(
        "get",
        "cm",
        "--field-selector=metadata.name!=kube-root-ca.crt",
        "-o",
        "name",
        "--sort-by=.metadata.labels.x",
    )
    assert found.out == ["configmap/c2", "configmap/c0", "configmap/c9", "configmap/c1"]


def test_server_print_off_leaves_name_and_age(cluster: Cluster) -> None:
    assert said(cluster, "get deploy --server-print=false")[0].split() == ["NAME", "AGE"]


def test_managed_fields_are_shown_after_a_change_where_they_are_asked_for(cluster: Cluster) -> None:
    line = "annotate cm c1 a=b -o yaml"
    assert "managedFields" not in "\n".join(said(cluster, line))
    assert "manager: kubectl-annotate" in "\n".join(said(cluster, f"{line} --show-managed-fields"))


def test_a_config_map_may_hold_only_bytes_that_are_no_text(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "raw").write_bytes(b"\xff")
    assert said(
        cluster, f"create cm raw --from-file={tmp_path}/raw -o jsonpath={{.data}}{{.binaryData}}"
    ) == ['{"raw":"/w=="}']


def test_an_autoscaler_that_is_there_is_refused_once_for_each(cluster: Cluster) -> None:
    assert said(cluster, "autoscale deploy/shop deploy/till --max=2 --name=one")[1:] == [
        "error: failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: empty input"
    ]
    assert (
        said(cluster, "autoscale deploy/shop deploy/till --max=2 --name=one --cpu=10%")
        == ['Error from server (AlreadyExists): horizontalpodautoscalers.autoscaling "one" already exists']
        * 2
    )


def test_the_name_of_a_container_is_made_one_that_may_be(cluster: Cluster) -> None:
    line = "create deploy one --image=team/my_app.web:1 -o jsonpath={.spec.template.spec.containers[0].name}"
    assert re.fullmatch("my-app-web-[a-z0-9]{5}", said(cluster, line)[0])


def test_nothing_is_looked_at_when_the_time_is_up(cluster: Cluster) -> None:
    assert said(cluster, "wait --for=jsonpath={.metadata.labels.x}=1 cm/c2 cm/c1 --timeout=1s") == [
        "timed out waiting for the condition on configmaps/c2",
        "timed out waiting for the condition on configmaps/c1",
    ]


def test_a_describer_says_that_a_kind_is_deprecated(cluster: Cluster) -> None:
    assert "Warning: v1 ComponentStatus is deprecated in v1.19+" in said(cluster, "describe cs")


@pytest.mark.parametrize(
    "line", ["label ep old x=1", "annotate ep old x=1", "delete ep old", "delete ep --all"]
)
def test_a_change_says_that_a_kind_is_deprecated(cluster: Cluster, line: str) -> None:
    subsets = [{"addresses": [{"ip": "192.0.2.1"}], "ports": [{"port": 80}]}]
    old = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "old"}, "subsets": subsets}
    cluster.kubectl.apply([old])
    warning = "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
    assert said(cluster, line).count(warning) == 1


def test_what_is_pruned_is_told_by_name(cluster: Cluster, tmp_path: Path) -> None:
    cluster.kubectl.apply([config_map("late"), config_map("early"), config_map("kept")])
    (tmp_path / "kept.yaml").write_text(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: kept, labels: {}}, data: {a: '1'}}"
    )
    told = said(cluster, f"apply -f {tmp_path}/kept.yaml --prune --all --prune-allowlist=core/v1/ConfigMap")
    names = [line.removesuffix(" pruned") for line in told if line.endswith(" pruned")]
    assert names == [f"configmap/{name}" for name in ("c1", "c2", "early", "late")]


def test_an_object_that_cannot_be_read_is_refused_before_it_is_looked_for(
    cluster: Cluster, tmp_path: Path
) -> None:
    wrong = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: none}\ndata: {a: 1}\n"
    (tmp_path / "wrong.yaml").write_text(wrong)
    assert "cannot be handled as a ConfigMap" in said(cluster, f"replace -f {tmp_path}/wrong.yaml")[0]
    (tmp_path / "wrong.yaml").write_text(wrong.replace("1}", "b}"))
    assert said(cluster, f"replace -f {tmp_path}/wrong.yaml")[0].endswith('configmaps "none" not found')


def test_the_first_configuration_that_cannot_be_set_is_the_last(cluster: Cluster, tmp_path: Path) -> None:
    text = "---\n".join(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n" for name in ("n1", "n2")
    )
    (tmp_path / "two.yaml").write_text(text)
    assert said(cluster, f"apply set-last-applied -f {tmp_path}/two.yaml") == [
        'Error from server (NotFound): configmaps "n1" not found'
    ]


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("patch deploy shop till --dry-run=client -o yaml -p {}", 0),
        ("label deploy shop till a=b --dry-run=client -o yaml", 0),
        ("autoscale deploy shop till --max=3 --dry-run=client -o yaml", 0),
        ("rollout restart deploy shop till -o yaml", 0),
        ("rollout pause deploy shop till -o yaml", 0),
        ("annotate deploy shop till a=b --dry-run=client -o yaml", 1),
        ("scale deploy shop till --replicas=2 --dry-run=server -o yaml", 1),
        ("set image deploy shop till main=x --dry-run=client -o yaml", 1),
        ("expose deploy shop till --port=80 --dry-run=client -o yaml", 1),
    ],
)
def test_a_printer_for_each_object_prints_no_line_between_them(
    cluster: Cluster, line: str, lines: int
) -> None:
    printed = said(cluster, line)
    assert sum(text.startswith("kind:") for text in printed) == 2
    assert printed.count("---") == lines


def test_diff_gives_up_on_fields_of_others(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "c3.yaml").write_text(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: c3}, data: {a: '2'}}"
    )
    said(cluster, "create cm c3 --from-literal=a=1")
    line, error, *_ = said(cluster, f"diff --server-side -f {tmp_path}/c3.yaml")
    assert re.fullmatch(
        r"W\d{4} [\d:.]+ +1 diff\.go:723\] Object \(/v1, Kind=ConfigMap: c3\) keeps changing, diffing without lock",
        line,
    )
    assert error.startswith("Error from server (Conflict): Apply failed with 1 conflict")
    assert not any("keeps changing" in text for text in said(cluster, f"diff -f {tmp_path}/c3.yaml"))


@pytest.mark.parametrize("words", ["--dry-run=client", "words"])
def test_what_diff_cannot_read_is_no_difference(cluster: Cluster, words: str) -> None:
    printed = cluster.kubectl.run("diff", "-f", "a", words)
    assert printed.exit == 2
    assert printed.stderr.endswith("See 'kubectl diff -h' for help and examples\n")


def test_no_resources_are_none_and_not_an_empty_list(cluster: Cluster) -> None:
    assert "resources: null" in said(cluster, "api-resources --api-group=none -o yaml")


def test_a_line_is_noted_as_kubectl_notes_it(cluster: Cluster) -> None:
    said(cluster, "annotate cm c1 a=b -o name --record")
    cause = "kubectl annotate cm c1 a=b --output=name --record=true"
    assert f"kubernetes.io/change-cause={cause}" in said(cluster, "annotate cm c1 --list")


@pytest.mark.parametrize(
    ("text", "table", "events"),
    [
        ("one\n two", ["one..."], ["one", " two"]),
        ("one\rtwo\x1b[0m", ["one..."], ["one\\rtwo^[[0m"]),
    ],
)
def test_lines_of_a_message(text: str, table: list[str], events: list[str]) -> None:
    event = {
        "apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "namespace": "default"}, "message": text,
        "involvedObject": {"kind": "Pod", "name": "p", "namespace": "default"}, "type": "Normal", "reason": "Said",
        "lastTimestamp": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    cluster = Cluster.of([event])
    assert said(cluster, "get events --no-headers")[0].endswith(table[0])
    lines = said(cluster, "events --no-headers")
    assert lines[0].endswith(events[0])
    assert lines[1:] == events[1:]


def test_what_a_file_makes_impossible_is_found_before_anything_is_set(
    cluster: Cluster, tmp_path: Path
) -> None:
    there, gone = tmp_path / "a.yaml", tmp_path / "b.yaml"
    there.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c1}\ndata: {a: '2'}\n")
    gone.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c9, namespace: nowhere}\n")
    lines = said(cluster, f"apply set-last-applied -f {there} -f {gone}")
    assert lines == ['Error from server (NotFound): namespaces "nowhere" not found']


def test_a_label_is_there_before_its_format_is_found_to_be_none(cluster: Cluster) -> None:
    assert said(cluster, "label cm c2 a=b -o odd") == [ODD]
    assert said(cluster, "label cm c2 --list") == ["a=b"]


def test_a_resource_is_listed_once_whatever_it_is_called(cluster: Cluster) -> None:
    assert said(cluster, "get cm,configmap,configmaps -o name -l x=1") == ["configmap/c1"]


def test_the_kinds_are_told_to_whoever_asks(cluster: Cluster) -> None:
    assert said(cluster, "explain cm.data --as=jane")[0] == "KIND:       ConfigMap"


def test_a_deletion_that_asks_is_answered_by_standard_input(cluster: Cluster) -> None:
    def delete(name: str, answer: bytes) -> list[str]:
        context = replace(cluster.kubectl.context, stdin=lambda _: answer)
        return run(["delete", "cm", name, "-i"], context).stdout.splitlines()

    question = "Do you want to continue? (y/N): "
    head = ["You are about to delete the following 1 resource(s):", "configmap/c1"]
    assert delete("c1", b"n\n") == [*head, f"{question}deletion is cancelled"]
    assert delete("c1", b"y\n") == [*head, f'{question}configmap "c1" deleted from default namespace']
    assert delete("c1", b"y\n") == [*head, question]


def test_what_scaling_is_warned_of_is_said(cluster: Cluster) -> None:
    port = {"containerPort": 80}
    pods = [{**one, "ports": [port]} for one in CONTAINERS]
    made = deployment("twice")
    made["spec"]["template"]["spec"]["containers"] = pods
    cluster.kubectl.apply([made])
    assert said(cluster, "scale deploy twice --replicas=3")[-1].startswith(
        "Warning: spec.template.spec.containers[1].ports[0]"
    )


def test_a_configuration_that_was_never_applied_is_missed_in_files_alone(
    cluster: Cluster, tmp_path: Path
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n")
    said(cluster, f"create -f {file}")
    assert said(cluster, "apply view-last-applied cm plain") == []
    lines = said(cluster, f"apply view-last-applied -f {file}")
    assert lines[0] == "error: error when no last-applied-configuration annotation found on resource: plain"


def test_the_logs_of_a_pod_without_a_node_are_empty(cluster: Cluster) -> None:
    said(cluster, "run lost --image=a")
    assert said(cluster, "logs lost") == []


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (
            "--since-time=2026-01-01T00:00:00Z --since=3s",
            "error: at most one of `sinceTime` or `sinceSeconds` may be specified",
        ),
        ("--limit-bytes=-1", "error: --limit-bytes must be greater than 0"),
        ("--since=-3s", "error: --since must be greater than 0"),
        ("--tail=-3", "error: --tail must be greater than or equal to -1"),
    ],
)
def test_flags_of_logs_that_make_no_sense_are_refused(cluster: Cluster, flags: str, line: str) -> None:
    said(cluster, "run lost --image=a")
    assert said(cluster, f"logs lost {flags}") == [line]


def test_events_are_printed_in_the_order_of_their_type(cluster: Cluster) -> None:
    document = cluster.kubectl.run("events", "-o", "json").stdout
    assert document.startswith('{\n    "kind": "EventList",\n    "apiVersion": "v1",\n    "metadata": {},\n')


def test_what_is_pruned_is_printed_as_what_is_applied(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c1, labels: {x: '1'}}\n")
    cluster.kubectl.apply([config_map("c8", x="1")])
    lines = said(cluster, f"apply -f {file} --prune -l x=1 -o jsonpath={{.metadata.name}}")
    assert lines[0] == "c1c8"


def test_a_selector_is_shown_by_its_keys(cluster: Cluster) -> None:
    terms = [{"key": "app", "operator": "Exists"}]
    made = {**deployment("web"), "kind": "ReplicaSet"}
    made["spec"]["template"]["metadata"]["labels"] = {"app": "web", "z": "1"}
    made["spec"]["selector"] = {"matchLabels": {"z": "1"}, "matchExpressions": terms}
    cluster.kubectl.apply([made])
    assert said(cluster, "get rs web -o wide --no-headers")[0].endswith("app,z=1")


def test_flow_schemas_stand_in_the_order_of_their_precedence(cluster: Cluster) -> None:
    for name, number in (("a", 9000), ("b", 10)):
        spec = {"priorityLevelConfiguration": {"name": "exempt"}, "matchingPrecedence": number}
        cluster.kubectl.apply(
            [
                {
                    "apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "FlowSchema",
                    "metadata": {"name": name}, "spec": spec,
                }
            ]
        )  # fmt: skip
    assert [line.split()[0] for line in said(cluster, "get flowschemas --no-headers")] == ["b", "a"]


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("svc.spec.ports", ["RESOURCE: ports <[]Object>", "", "DESCRIPTION:"]),
        ("svc.spec.ports.targetPort", ["FIELD:    targetPort <string>", "", "DESCRIPTION:"]),
        ("cm.data", ["FIELD:    data <map[string]string>", "", "DESCRIPTION:"]),
    ],
)
def test_the_older_layout_of_fields(cluster: Cluster, path: str, lines: list[str]) -> None:
    shown = said(cluster, f"explain {path} -o plaintext-openapiv2")
    assert shown[1:6] == ["VERSION:  v1", "", *lines]


def test_the_older_layout_of_fields_of_fields(cluster: Cluster) -> None:
    shown = said(cluster, "explain svc --recursive -o plaintext-openapiv2")
    assert "   spec\t<Object>" in shown
    assert "         targetPort\t<string>" in shown


def test_what_is_wrong_in_a_file_is_said_without_where_it_began(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text('a: "b\n')
    assert said(cluster, f"create -f {file}")[0].endswith("found unexpected end of stream")


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("get -f FILE -l x=1 -o name", ["configmap/c1"]),
        ("get -f FILE -l in=file -o name", []),
        ("get -f FILE -l x=1", ["No resources found in default namespace."]),
        ("label -f FILE -l x=1 y=2", ["configmap/c1 labeled"]),
        ("delete -f FILE -l in=file", ['configmap "c1" deleted from default namespace']),
    ],
)
def test_objects_of_files_are_chosen_by_what_they_are_once_they_are_asked_for(
    cluster: Cluster, tmp_path: Path, line: str, lines: list[str]
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c1, labels: {in: file}}\n")
    assert said(cluster, line.replace("FILE", str(file))) == lines


def test_a_status_of_a_policy_is_written_without_its_metadata(cluster: Cluster) -> None:
    rules = [{"apiGroups": ["a.example"], "apiVersions": ["v1"], "operations": ["*"], "resources": ["*"]}]
    spec = {"matchConstraints": {"resourceRules": rules}, "validations": [{"expression": "true"}]}
    cluster.kubectl.apply(
        [
            {
                "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
                "metadata": {"name": "p"}, "spec": spec,
            }
        ]
    )  # fmt: skip
    patch = '{"metadata":{"labels":{"a":"b"}}}'
    said(cluster, f"patch validatingadmissionpolicy p --subresource=status --type=merge -p '{patch}'")
    assert said(cluster, "label validatingadmissionpolicy p --list") == []


def _request(name: str) -> dict[str, Any]:
    request = base64.b64encode(
        b"-----BEGIN CERTIFICATE REQUEST-----\nMA==\n-----END CERTIFICATE REQUEST-----\n"
    ).decode()
    spec = {"request": request, "signerName": "a.example/b", "usages": ["client auth"]}
    return {
        "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
        "metadata": {"name": name}, "spec": spec,
    }  # fmt: skip


def test_a_request_is_approved_through_its_subresource() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([_request("r")])

    def approve(kind: str) -> list[str]:
        condition = json.dumps({"status": {"conditions": [{"type": kind, "status": "True", "reason": "r"}]}})
        return said(cluster, f"patch csr r --subresource=approval -p '{condition}'")

    assert approve("Approved") == ["certificatesigningrequest.certificates.k8s.io/r patched"]
    assert "Approved" in said(cluster, "get csr r --no-headers")[0]
    since = "-o jsonpath={.status.conditions[0].lastTransitionTime}"
    assert said(cluster, f"get csr r {since}") == ["2026-01-01T00:00:00Z"]
    assert approve("Denied")[0].endswith('updates may not remove a condition of type "Approved"')


_REQUEST = "certificatesigningrequest.certificates.k8s.io"
_REQUESTS = "CertificateSigningRequest.certificates.k8s.io"
_NO_REQUEST = 'Error from server (NotFound): certificatesigningrequests.certificates.k8s.io "{}" not found'


@pytest.mark.parametrize(
    ("line", "lines", "code"),
    [
        ("approve", ["error: one or more CSRs must be specified as <name> or -f <filename>"], 1),
        ("approve new", [f"{_REQUEST}/new approved"], 0),
        ("approve good", [f"{_REQUEST}/good approved"], 0),
        ("approve good --force", [f"{_REQUEST}/good approved"], 0),
        ("deny good", ['error: certificate signing request "good" is already Approved'], 1),
        ("deny csr/new bad", [f"{_REQUEST}/new denied", f"{_REQUEST}/bad denied"], 0),
        (
            "approve bad none new",
            [
                f"{_REQUEST}/new approved",
                'certificate signing request "bad" is already Denied',
                _NO_REQUEST.format("none"),
            ],
            1,
        ),
        ("approve csr good", [f"{_REQUEST}/good approved", _NO_REQUEST.format("csr")], 1),
        ("approve new a/b/c", ["error: arguments in resource/name form may not have more than one slash"], 1),
        ("approve ''", ["error: resource name may not be empty"], 1),
        ("approve cm/m", ["error: namespace may not be empty when retrieving a resource by name"], 1),
        ("approve ns/default", [f"error: can only handle {_REQUESTS} objects, got Namespace"], 1),
        (
            "approve -f {file} new",
            ["error: resource/name arguments cannot be provided when a path is specified"],
            1,
        ),
        ("approve -f {file} -o name", [f"{_REQUEST}/new"], 0),
        ("approve -f {empty}", ["No resources found"], 0),
        ("approve new good -o jsonpath={.status.conditions[*].type}", ["Approved"], 0),
        ("deny new -o odd", [ODD], 1),
    ],
)
def test_requests_are_approved_and_denied(line: str, lines: list[str], code: int, tmp_path: Path) -> None:
    file, empty = tmp_path / "new.yaml", tmp_path / "empty.yaml"
    file.write_text(json.dumps(_request("new")))
    empty.write_text('{"apiVersion": "v1", "kind": "List", "items": []}')
    cluster = Cluster.of([])
    cluster.kubectl.apply([_request(name) for name in ("new", "good", "bad")])
    assert said(cluster, "certificate approve good") == [f"{_REQUEST}/good approved"]
    assert said(cluster, "certificate deny bad") == [f"{_REQUEST}/bad denied"]
    printed = cluster.kubectl.run(
        *shlex.split(f"certificate {line.replace('{file}', str(file)).replace('{empty}', str(empty))}")
    )
    assert [*printed.stdout.splitlines(), *printed.stderr.splitlines()] == lines
    assert printed.exit == code


def test_an_approval_says_who_approved_and_since_when() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([_request("r")])
    said(cluster, "certificate approve r")
    written = said(cluster, "get csr r -o jsonpath={.status.conditions[0]}")
    at = "2026-01-01T00:00:00Z"
    assert json.loads(written[0]) == {
        "type": "Approved", "status": "True", "reason": "KubectlApprove", "lastTransitionTime": at, "lastUpdateTime": at,
        "message": "This CSR was approved by kubectl certificate approve.",
    }  # fmt: skip
    cluster.run()
    assert said(cluster, "get csr r --no-headers")[0].split()[-1] == "Approved"


@pytest.mark.parametrize("line", ["certificate", "certificate foo"])
def test_the_group_certificate_is_content_with_its_help(cluster: Cluster, line: str) -> None:
    lines = said(cluster, line)
    assert lines[:4] == [
        "Modify certificate resources.",
        "",
        "Available Commands:",
        "  approve       Approve a certificate signing request",
    ]
    assert cluster.kubectl.run(*line.split()).exit == 0


def test_a_warning_is_said_once(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    made = "apiVersion: v1\nkind: Endpoints\nmetadata: {{name: {}}}\n"
    file.write_text("---\n".join(map(made.format, ("a", "b"))))
    for verb, word in (("create", "created"), ("replace", "replaced"), ("apply", "configured")):
        lines = said(cluster, f"{verb} -f {file}")
        assert lines[:2] == [f"endpoints/a {word}", f"endpoints/b {word}"]
        assert lines[2].startswith("Warning: v1 Endpoints is deprecated")
        assert len(lines) == (5 if verb == "apply" else 3)


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("get cm none -o yaml --ignore-not-found", []),
        ("get cm -l no=such -o yaml --ignore-not-found", []),
        ("get cm -l no=such -o jsonpath={.kind}", ["List"]),
        ("get deploy,cm -o name --sort-by=.kind -l x=1", ["configmap/c1"]),
    ],
)
def test_nothing_is_printed_of_what_may_be_missing(cluster: Cluster, line: str, lines: list[str]) -> None:
    assert said(cluster, line) == lines


def test_tables_may_be_sorted_by_what_tables_are(cluster: Cluster) -> None:
    assert said(cluster, "get cm,deploy --sort-by=.kind") == said(cluster, "get cm,deploy")


def test_diff_says_nothing_of_what_it_does_not_come_to(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    points = "apiVersion: v1\nkind: Endpoints\nmetadata: {name: e}\n"
    file.write_text(points)
    said(cluster, f"apply -f {file}")
    warning = "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
    assert said(cluster, f"diff -f {file}") == [warning]
    file.write_text(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a_b}}\n---\n{points}")
    lines = said(cluster, f"diff -f {file}")
    assert lines[0].startswith('The ConfigMap "a_b" is invalid')
    assert warning not in lines


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("base64decode .zz", "<.zz>: invalid value; expected string"),
        (
            "base64decode .metadata",
            "<.metadata>: wrong type for value; expected string; got map[string]interface {}",
        ),
        ("base64decode nil", "<nil>: cannot assign nil to string"),
        ("base64decode 1", "<1>: expected string; found 1"),
    ],
)
def test_what_is_no_text_is_not_decoded(cluster: Cluster, template: str, problem: str) -> None:
    assert said(cluster, f"get cm c1 -o go-template='{{{{{template}}}}}'")[-1].endswith(problem)


def test_the_labels_of_files_are_written_beside_what_cannot_be_named(
    cluster: Cluster, tmp_path: Path
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c1}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {a: b}}\n"
    )
    assert said(cluster, f"label -f {file} n=m") == [
        "configmap/c1 labeled",
        "error: resource name may not be empty",
    ]


def test_a_short_name_for_two_resources_is_told_each_time_it_is_looked_up(cluster: Cluster) -> None:
    rival = 'Warning: short name "ev" could also match lower priority resource events.events.k8s.io'
    for kind in ("role", "clusterrole"):
        lines = said(cluster, f"create {kind} r --verb=get --resource=ev")
        assert lines == [f"{kind}.rbac.authorization.k8s.io/r created", rival, rival]


def test_who_applies_has_a_name(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c1}\n")
    assert said(cluster, f"apply -f {file} --server-side --field-manager=") == [
        'The PatchOptions "" is invalid: fieldManager: Required value: is required for apply patch'
    ]


@pytest.mark.parametrize(
    ("text", "line", "lines"),
    [
        ("apiVersion: v1\nkind: List\n", "set image -f FILE c=x", []),
        ("apiVersion: v1\nkind: PodList\n", "set image -f FILE c=x", []),
        ("apiVersion: v1\nkind: List\n", "set env -f FILE A=b --local", []),
        (
            "apiVersion: foo/v1\nkind: List\n",
            "create -f FILE",
            [
                UNKNOWN_LIST,
                "ensure CRDs are installed first",
            ],
        ),
        (
            "apiVersion: v1\nkind: PodList\n",
            "create -f FILE --validate=false",
            [
                'Error from server (NotFound): error when creating "FILE": the server could not find the requested resource'
            ],
        ),
    ],
)
def test_lists_without_items(
    cluster: Cluster, tmp_path: Path, text: str, line: str, lines: list[str]
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    printed = said(cluster, line.replace("FILE", str(file)))
    assert printed == [one.replace("FILE", str(file)) for one in lines]


def test_each_object_that_cannot_be_undone_is_reported(cluster: Cluster) -> None:
    assert said(cluster, "rollout undo deploy shop none")[-2:] == [
        'no rollout history found for deployment "shop"',
        'Error from server (NotFound): deployments.apps "none" not found',
    ]
