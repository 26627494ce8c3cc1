"""Documents to objects, the references between objects, and where pods stand in them."""

import pytest

from kplan.api.decode import decode
from kplan.api.references import references
from kplan.api.workloads import custom_template, group_kind, pod_template
from kplan.diagnostics import Severity
from kplan.manifest.loader import load_text


def decoded(text):
    return decode(load_text(text, "f.yaml").documents)


def value(text):
    (item,) = decoded(text).objects
    return item.value


def names(got):
    return [f"{one.value['apiVersion']}/{one.value['kind']}/{one.name}" for one in got.objects]


def test_lists_are_flattened_and_lend_their_type():
    text = """
apiVersion: v1
kind: ConfigMapList
items:
- metadata: {name: a}
- {apiVersion: v1, kind: Secret, metadata: {name: b}}
"""
    got = decoded(text)
    assert names(got) == ["v1/ConfigMap/a", "v1/Secret/b"]
    first = got.objects[0]
    assert str(first.origin.prefix) == "items[0]"
    assert first.origin.location().line == 5


CONFIG = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"


@pytest.mark.parametrize(
    ("text", "objects"),
    [
        (
            f"apiVersion: v1\nkind: List\nitems: [{CONFIG}]\nmetadata: {{resourceVersion: '5'}}",
            ["v1/ConfigMap/a"],
        ),
        (f"apiVersion: apps/v1\nkind: List\nitems: [{CONFIG}]", ["v1/ConfigMap/a"]),
        ("apiVersion: v1\nkind: List\nitems: []", []),
        ("apiVersion: v1\nkind: PodList\nitems: []", []),
        ("apiVersion: v1\nkind: PodList\nitems: [{}]", ["v1/Pod/"]),
        (
            "apiVersion: v1\nkind: PodList\nitems: [{kind: '', apiVersion: '', metadata: {name: a}}]",
            ["v1/Pod/a"],
        ),
        ("apiVersion: v1\nkind: PodList\nitems: [{kind: 5, metadata: {name: a}}]", ["v1/Pod/a"]),
        (
            "apiVersion: ex.io/v1\nkind: ReList\nitems: [{metadata: {name: a}, items: {a: b}}]",
            ["ex.io/v1/Re/a"],
        ),
        ("apiVersion: ex.io/v1\nkind: AccessList\nmetadata: {name: a}", ["ex.io/v1/AccessList/a"]),
    ],
)
def test_lists_as_kubectl_reads_them(text, objects):
    got = decoded(text)
    assert not got.diagnostics
    assert names(got) == objects


@pytest.mark.parametrize(
    ("items", "objects"),
    [(f"[{CONFIG}]", ["v1/ConfigMap/a"]), ("[{}]", ["v1/Secret/"]), ("[]", []), ("null", [])],
)
def test_whatever_has_items_is_a_list_and_nothing_else(items, objects):
    got = decoded(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: b}}\nitems: {items}")
    assert names(got) == objects
    (warning,) = got.diagnostics
    assert (warning.rule, warning.severity, warning.location.line) == ("OBJ003", Severity.WARNING, 4)


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("hello", "OBJ001", "invalid object to validate"),
        ("- a", "OBJ001", "invalid object to validate"),
        ("kind: A", "OBJ002", "apiVersion not set"),
        ("apiVersion: v1\nkind: 5", "OBJ002", "kind isn't string type"),
        ("apiVersion: a/b/c\nkind: A", "OBJ002", "unexpected GroupVersion string: a/b/c"),
        ("kind: 5", "OBJ002", "[apiVersion not set, kind isn't string type]"),
        ("apiVersion: a/b/c", "OBJ002", "[unexpected GroupVersion string: a/b/c, kind not set]"),
        ("apiVersion: v1\nkind: List\nitems: 5", "OBJ003", "invalid object to validate: items is not a list"),
        ("apiVersion: v1\nkind: List\nitems: null", "OBJ003", "invalid object to validate: items is not a list"),
        ("apiVersion: v1\nkind: List", "OBJ003", "invalid object to validate: a List needs items"),
        ("apiVersion: v1\nkind: List\nitems: [5]", "OBJ001", "invalid object to validate: the item is a number"),
        ("apiVersion: v1\nkind: List\nitems: [null]", "OBJ001", "invalid object to validate: the item is null"),
        ("apiVersion: v1\nkind: List\nitems: [{}]", "OBJ002", "[apiVersion not set, kind not set]"),
        ("apiVersion: v1\nkind: List\nitems: [{kind: Pod}]", "OBJ002", "apiVersion not set"),
        (f"apiVersion: v1\nkind: List\nitems: [{{apiVersion: v1, kind: List, items: [{CONFIG}]}}]",
         "OBJ003", "*unstructured.Unstructured is not a list: no Items field in this object"),
        ("apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: PodList, items: []}]",
         "OBJ003", "*unstructured.Unstructured is not a list: no Items field in this object"),
        ("apiVersion: v1\nkind: List\nmetadata: {name: 5}\nitems: []", "OBJ004", "metadata.name is a number"),
        ("apiVersion: v1\nkind: PodList", "OBJ003", 'ValidationError(PodList): missing required field "items"'),
        ("apiVersion: v1\nkind: PodList\nitems: null", "OBJ003", 'missing required field "items"'),
        ("apiVersion: v1\nkind: PodList\nitems: [null]", "OBJ001", 'unknown object type "nil" in PodList.items[0]'),
        ("apiVersion: v1\nkind: PodList\nitems: [a]", "OBJ001",
         "json: cannot unmarshal string into Go value of type map[string]interface {}"),
        ("apiVersion: v1\nkind: PodList\nitems: [{kind: Pod}]", "OBJ002",
         "Object 'apiVersion' is missing in 'object has no apiVersion field'"),
        ("apiVersion: v1\nkind: PodList\nitems: [{apiVersion: v1}]", "OBJ002",
         "Object 'Kind' is missing in 'object has no kind field '"),
        ("apiVersion: apps/v1\nkind: List\nitems: [{}]", "OBJ002",
         "Object 'Kind' is missing in 'object has no kind field '"),
        ("apiVersion: ex.io/v1\nkind: Re\nitems: {a: b}", "OBJ003",
         "json: cannot unmarshal object into Go struct field decodeList.items of type []json.RawMessage"),
        ("apiVersion: v1\nkind: ConfigMap\nitems: true", "OBJ003", "json: cannot unmarshal bool into"),
        ("apiVersion: v1\nkind: A\nmetadata: []", "OBJ004", "metadata is not a mapping"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: 123}", "OBJ004", "metadata.name is a number, not a string"),
    ],
)  # fmt: skip
def test_what_is_no_object_becomes_a_diagnostic(text, rule, words):
    got = decoded(text)
    assert not got.objects
    (found,) = got.diagnostics
    assert found.rule == rule
    assert words in found.message
    assert found.location.line > 0


def test_a_saved_plan_in_place_of_a_manifest_is_told_apart():
    (found,) = decoded('{"format_version": "1.2", "kplan_version": "0.1.0", "changes": []}').diagnostics
    assert (found.rule, found.help[:35]) == ("OBJ002", "kplan wrote this file: 'kplan show ")


def test_one_bad_item_hides_no_other():
    got = decoded(
        "apiVersion: v1\nkind: List\nitems: [5, {apiVersion: v1, kind: Secret, metadata: {name: b}}]"
    )
    assert [one.name for one in got.objects] == ["b"]
    assert len(got.diagnostics) == 1


def targets(text):
    return {
        str(one.path): (str(one.target), one.optional, one.key, one.port) for one in references(value(text))
    }


def test_references_of_a_workload():
    text = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: a, namespace: shop}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          serviceAccountName: robot
          priorityClassName: high
          initContainers:
          - envFrom: [{secretRef: {name: s, optional: true}}]
          containers:
          - env: [{name: X, valueFrom: {configMapKeyRef: {name: c, key: k}}}]
          volumes:
          - persistentVolumeClaim: {claimName: data}
"""
    spec = "spec.jobTemplate.spec.template.spec"
    assert targets(text) == {
        f"{spec}.serviceAccountName": ("serviceaccount/robot -n shop", False, "", None),
        f"{spec}.priorityClassName": ("priorityclass.scheduling.k8s.io/high", False, "", None),
        f"{spec}.initContainers[0].envFrom[0].secretRef.name": ("secret/s -n shop", True, "", None),
        f"{spec}.containers[0].env[0].valueFrom.configMapKeyRef.name": (
            "configmap/c -n shop",
            False,
            "k",
            None,
        ),
        f"{spec}.volumes[0].persistentVolumeClaim.claimName": (
            "persistentvolumeclaim/data -n shop",
            False,
            "",
            None,
        ),
    }


def test_references_of_bindings_backends_and_autoscalers():
    binding = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: a, namespace: shop}
roleRef: {kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: robot, namespace: ops}, {kind: User, name: jane}]
"""
    assert targets(binding) == {
        "roleRef.name": ("clusterrole.rbac.authorization.k8s.io/view", False, "", None),
        "subjects[0].name": ("serviceaccount/robot -n ops", False, "", None),
    }
    ingress = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: a}
spec: {rules: [{http: {paths: [{backend: {service: {name: web, port: {name: http}}}}]}}]}
"""
    assert list(targets(ingress).values()) == [("service/web", False, "", "http")]
    scaler = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: a}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""
    assert list(targets(scaler).values()) == [("deployment.apps/web", False, "", None)]


def test_moved_types_count_as_what_they_are_now():
    assert group_kind({"apiVersion": "extensions/v1beta1", "kind": "Ingress"}) == "Ingress.networking.k8s.io"


def test_pod_templates_of_built_in_and_custom_workloads():
    template = {"metadata": {"labels": {"a": "b", "n": 5}}, "spec": {"containers": [{"name": "c"}]}}
    found = pod_template({"spec": {"template": template}}, "Deployment.apps")
    assert str(found.path) == "spec.template"
    assert found.labels == {"a": "b"}
    assert pod_template({"spec": {"template": template}}, "Rollout.argoproj.io") is None
    assert custom_template({"spec": {"template": template}}).labels == {"a": "b"}


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("n", 'quote it: name: "n"'),
        ("Off", 'quote it: name: "Off"'),
        ("0x1F", 'quote it: name: "0x1F"'),
        ("1_000", 'quote it: name: "1_000"'),
        ("[a]", ""),
    ],
)
def test_a_name_that_is_no_text_is_to_be_quoted_as_it_was_written(written: str, hint: str) -> None:
    (found,) = decode(
        load_text(f"apiVersion: v1\nkind: A\nmetadata:\n  name: {written}\n").documents
    ).diagnostics
    assert found.help == hint
