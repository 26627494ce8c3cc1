"""What kubectl says of kinds it has no type for, and of patches that make an object another one,
as a real 1.36 said it.
"""

import json
import shlex
from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.printed import Printed

UNREGISTERED = (
    'error: no kind "Thing" is registered for version "a.example/v1" '
    'in scheme "k8s.io/kubectl/pkg/scheme/scheme.go:28"\n'
)
SPEC = {
    "type": "object",
    "properties": {"size": {"type": "integer"}},
    "x-kubernetes-preserve-unknown-fields": True,
}
SELECTOR = "selector for *v1.ConfigMap not implemented\n"


def definition(plural: str, kind: str, **names: Any) -> dict[str, Any]:
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    scale = {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.n"}
    current = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {**schema["openAPIV3Schema"], "properties": {"spec": SPEC}}},
        "subresources": {"scale": scale},
        "selectableFields": [{"jsonPath": ".spec.size"}],
    }
    old = {"name": "v1beta1", "served": True, "storage": False, "deprecated": True, "schema": schema}
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.a.example"},
        "spec": {
            "group": "a.example", "scope": "Namespaced", "names": {"plural": plural, "kind": kind, **names},
            "versions": [current, old],
        },
    }  # fmt: skip


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([])
    made.kubectl.apply([definition("things", "Thing", shortNames=["po", "th"])])
    made.run()
    thing = {"apiVersion": "a.example/v1", "kind": "Thing", "metadata": {"name": "t"}, "spec": {"size": 1}}
    made.kubectl.apply([thing])
    said(made, "create configmap cm --from-literal=a=1")
    said(made, "create deployment web --image=nginx")
    return made


def said(cluster: Cluster, line: str) -> Printed:
    return cluster.kubectl.run(*shlex.split(line))


@pytest.mark.parametrize(
    "line",
    [
        "set image thing/t a=b",
        "set env thing/t A=b",
        "rollout restart thing/t",
        "rollout status thing/t",
        "expose thing/t --port=80",
        "logs thing/t",
        "exec thing/t -- env",
    ],
)
def test_verbs_that_need_a_type(cluster: Cluster, line: str) -> None:
    assert said(cluster, line).stderr == UNREGISTERED


def test_what_has_a_scale_is_scaled_by_an_autoscaler(cluster: Cluster) -> None:
    printed = said(cluster, "autoscale thing/t --max=3")
    assert printed.stdout == "horizontalpodautoscaler.autoscaling/t autoscaled\n"


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("get po", 'Warning: short name "po" could also match lower priority resource things.a.example\nNo resources found in default namespace.\n'),
        ("auth can-i get po", 'Warning: short name "po" could also match lower priority resource things.a.example\n'),
        ("get things.v1beta1.a.example", "Warning: a.example/v1beta1 Thing is deprecated; use a.example/v1 Thing\n"),
        ("exec cm/cm -- env", f"error: cannot attach to *v1.ConfigMap: {SELECTOR}"),
        ("logs cm/cm", f"error: cannot get the logs from *v1.ConfigMap: {SELECTOR}"),
        ("logs deploy/gone", 'error: error from server (NotFound): deployments.apps "gone" not found in namespace "default"\n'),
        ("run a --image=x --annotations=b", "error: invalid annotations format: b\n"),
        ("run a --image=", "error: --image is required\n"),
        ("annotate cm cm gone a=b", 'Error from server (NotFound): configmaps "gone" not found\n'),
        ("delete cs etcd-0", "Warning: v1 ComponentStatus is deprecated in v1.19+\nError from server (MethodNotAllowed): the server does not allow this method on the requested resource\n"),
        ("explain deploy --api-version=v1", "error: GVR (/v1, Resource=deployments) not found in OpenAPI schema\n"),
        ("explain pod..spec", "error: invalid jsonpath syntax, first node must be field node\n"),
        ("api-resources -o bad", 'error: unable to match a printer suitable for the output format "bad", allowed formats are: json,kyaml,name,wide,yaml\n'),
        ("taint gone cm a=b:NoSchedule", "the server doesn't have a resource type \"gone\"\n"),
        ("get cm gone --as=nobody", 'Error from server (Forbidden): configmaps "gone" is forbidden: User "nobody" cannot get resource "configmaps" in API group "" in the namespace "default"\n'),
    ],
)  # fmt: skip
def test_words(cluster: Cluster, line: str, err: str) -> None:
    assert said(cluster, line).stderr == err


def test_labels_and_annotations_that_are_kept_are_told_beside_what_is_not_there(cluster: Cluster) -> None:
    gone = 'Error from server (NotFound): configmaps "gone" not found\n'
    said(cluster, "label cm cm a=b")
    said(cluster, "annotate cm cm a=b")
    assert said(cluster, "label cm cm gone a=c").stderr == (
        f"'a' already has a value (b), and --overwrite is false\n{gone}"
    )
    kept = "--overwrite is false but found the following declared annotation(s): 'a' already has a value (b)"
    assert said(cluster, "annotate cm cm gone a=c").stderr == f"{kept}\n{gone}"


def test_who_may_read_one_secret_is_told_that_it_is_not_there(cluster: Cluster) -> None:
    said(cluster, "create role one --verb=get --resource=secrets --resource-name=s")
    said(cluster, "create rolebinding one --role=one --user=ann")
    printed = said(cluster, "get secret s --as=ann")
    assert printed.stderr == 'Error from server (NotFound): secrets "s" not found\n'


def test_kinds_are_listed_as_one_list(cluster: Cluster) -> None:
    listed = json.loads(said(cluster, "api-resources --api-group=a.example -o json").stdout)
    assert listed == {
        "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "",
        "resources": [
            {
                "name": "things", "singularName": "thing", "namespaced": True, "group": "a.example", "version": "v1",
                "kind": "Thing", "shortNames": ["po", "th"],
                "verbs": ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"],
            }
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("target", "patch", "end"),
    [
        ("cm cm", '{"kind":"Foo"}', ': no kind "Foo" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"\n'),
        ("cm cm", '{"kind":3}', ": couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string\n"),
        ("cm cm", '{"apiVersion":"a/b/c"}', ": unexpected GroupVersion string: a/b/c\n"),
        ("deploy web", '{"kind":"ReplicaSet"}', ": converting (v1.ReplicaSet) to (apps.Deployment): unknown conversion\n"),
        ("cm cm", '{"kind":"Secret"}', ": illegal base64 data at input byte 0\n"),
        ("thing t", '{"kind":"Foo"}', 'The Foo "t" is invalid: kind: Invalid value: "Foo": must be Thing\n'),
        ("thing t", '{"apiVersion":""}', "Error from server (InternalError): Internal error occurred: Object 'apiVersion' is missing in 'object has no apiVersion field'\n"),
        ("cm cm", '{"apiVersion":null}', 'Warning: unknown field "data"\nWarning: unknown field "metadata"\nError from server (BadRequest): the name of the object (cm based on URL) was undeterminable: name must be provided\n'),
    ],
)  # fmt: skip
def test_patches_of_the_type(cluster: Cluster, target: str, patch: str, end: str) -> None:
    printed = cluster.kubectl.run("patch", *target.split(), "--type=merge", "-p", patch)
    assert printed.exit == 1
    assert printed.stderr.rstrip("\n").endswith(end.rstrip("\n"))


def test_a_patch_without_a_kind_keeps_it(cluster: Cluster) -> None:
    printed = said(cluster, """patch cm cm --type=json -p '[{"op":"remove","path":"/kind"}]'""")
    assert printed.stdout == "configmap/cm patched (no change)\n"
    refused = said(cluster, """patch thing t --type=json -p '[{"op":"remove","path":"/kind"}]'""")
    assert "Object 'Kind' is missing in '{" in refused.stderr


def test_a_strategic_patch_of_a_custom_kind(cluster: Cluster) -> None:
    assert said(cluster, "patch thing t -p {}").stderr == (
        "error: application/strategic-merge-patch+json is not supported by a.example/v1, Kind=Thing: the body of the request "
        "was in an unknown format - accepted media types include: application/json-patch+json, "
        "application/merge-patch+json, application/apply-patch+yaml\n"
    )


def test_definitions_are_established_and_waited_for(cluster: Cluster) -> None:
    line = "wait crd/things.a.example --for=condition=Established --timeout=1s"
    assert said(cluster, line).stdout == (
        "customresourcedefinition.apiextensions.k8s.io/things.a.example condition met\n"
    )


def test_names_that_another_definition_has_are_not_accepted(cluster: Cluster) -> None:
    cluster.kubectl.apply([definition("thongs", "Thing")])
    cluster.run()
    status = json.loads(said(cluster, "get crd thongs.a.example -o jsonpath={.status}").stdout)
    assert status["acceptedNames"] == {"kind": "", "plural": "thongs"}
    told = {one["type"]: (one["status"], one["reason"], one["message"]) for one in status["conditions"]}
    assert told == {
        "NamesAccepted": ("False", "ListKindConflict", '"ThingList" is already in use'),
        "Established": ("False", "NotAccepted", "not all names are accepted"),
    }
    said(cluster, "delete crd things.a.example")
    cluster.run()
    established = said(cluster, "wait crd/thongs.a.example --for=condition=Established --timeout=1s")
    assert established.exit == 0


OLD = "Warning: a.example/v1beta1 Thing is deprecated; use a.example/v1 Thing\n"
UNABLE = 'Error from server (BadRequest): Unable to find "%s" that match label selector "", field selector "%s": %s\n'


@pytest.mark.parametrize(
    ("line", "out", "err"),
    [
        ("get things --field-selector=spec.size=1 -o name", "thing.a.example/t\n", ""),
        ("get things --field-selector=spec.size!=1 -o name", "", ""),
        ("get things --field-selector=spec.x=1", "", UNABLE % ("a.example/v1, Resource=things", "spec.x=1", "field label not supported: spec.x")),
        (
            "get things.v1beta1.a.example --field-selector=spec.size=1",
            "", OLD + UNABLE % ("a.example/v1beta1, Resource=things", "spec.size=1", "field label not supported: spec.size"),
        ),
        (
            "get rs --field-selector=status.replicas=1",
            "", UNABLE % ("apps/v1, Resource=replicasets", "status.replicas=1", '"status.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"'),
        ),
        (
            "get jobs --field-selector=spec.x=1",
            "", UNABLE % ("batch/v1, Resource=jobs", "spec.x=1", 'field label "spec.x" not supported for Job'),
        ),
        (
            "get ns --field-selector=metadata.namespace=x",
            "", UNABLE % ("/v1, Resource=namespaces", "metadata.namespace=x", "field label not supported: metadata.namespace"),
        ),
        ("get pods --field-selector=spec.host=none -o name", "", ""),
    ],
)  # fmt: skip
def test_a_kind_is_asked_for_the_fields_that_it_selects_by(
    cluster: Cluster, line: str, out: str, err: str
) -> None:
    printed = said(cluster, line)
    assert (printed.stdout, printed.stderr) == (out, err)


def test_fields_that_a_definition_selects_by_are_its_own_whatever_others_mean_by_such_names(
    cluster: Cluster,
) -> None:
    made = definition("hosts", "Host")
    version = made["spec"]["versions"][0]
    version["selectableFields"] = [
        {"jsonPath": path} for path in (".spec.host", ".spec.regarding.name", ".status.replicas")
    ]
    text, count = {"type": "string"}, {"type": "integer"}
    regarding = {"type": "object", "properties": {"name": text}}
    version["schema"]["openAPIV3Schema"]["properties"] = {
        "spec": {"type": "object", "properties": {"host": text, "regarding": regarding}},
        "status": {"type": "object", "properties": {"replicas": count}},
    }
    cluster.kubectl.apply([made])
    cluster.run()
    spec = {"host": "a", "regarding": {"name": "b"}}
    cluster.kubectl.apply(
        [{"apiVersion": "a.example/v1", "kind": "Host", "metadata": {"name": "h"}, "spec": spec}]
    )
    for found in ("spec.host=a", "spec.regarding.name=b", "status.replicas=", "spec.host!=b"):
        assert said(cluster, f"get hosts -o name --field-selector={found}").out == ["host.a.example/h"]
    assert said(cluster, "get hosts -o name --field-selector=status.replicas=0").out == []
