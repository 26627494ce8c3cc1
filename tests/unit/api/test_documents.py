"""Documents to objects, the references between objects, and where pods stand in them."""

import pytest

from kplan.api.decode import decode
from kplan.api.references import references
from kplan.api.workloads import custom_template, group_kind, pod_template
from kplan.manifest.loader import load_text


def decoded(text):
    return decode(load_text(text, "f.yaml").documents)


def value(text):
    (item,) = decoded(text).objects
    return item.value


def test_lists_are_flattened_and_lend_their_type():
    text = """
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMapList
  items:
  - metadata: {name: a}
- {apiVersion: v1, kind: Secret, metadata: {name: b}}
"""
    got = decoded(text)
    assert [(one.value["kind"], one.name) for one in got.objects] == [("ConfigMap", "a"), ("Secret", "b")]
    first = got.objects[0]
    assert str(first.origin.prefix) == "items[0].items[0]"
    assert first.origin.location().line == 8


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("hello", "OBJ001", "invalid object to validate"),
        ("- a", "OBJ001", "invalid object to validate"),
        ("kind: A", "OBJ002", "apiVersion not set"),
        ("apiVersion: v1\nkind: 5", "OBJ002", "kind isn't string type"),
        ("apiVersion: a/b/c\nkind: A", "OBJ002", "unexpected GroupVersion string: a/b/c"),
        ("apiVersion: v1\nkind: List\nitems: 5", "OBJ003", "items is not a list"),
        ("apiVersion: v1\nkind: List\nitems: [5]", "OBJ001", "invalid object to validate"),
        ("apiVersion: v1\nkind: A\nmetadata: []", "OBJ004", "metadata is not a mapping"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: 123}", "OBJ004", "metadata.name is a number"),
    ],
)
def test_what_is_no_object_becomes_a_diagnostic(text, rule, words):
    got = decoded(text)
    assert not got.objects
    (found,) = got.diagnostics
    assert found.rule == rule
    assert words in found.message
    assert found.location.line > 0


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
