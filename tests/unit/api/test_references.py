"""What a pod names is found where there is something, whatever its shape."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kplan.api import references as table

_NAMES = ("name", "configMap", "secret", "secretName", "envFrom", "env", "configMapRef", "secretRef", "valueFrom", "projected", "sources")  # fmt: skip
_HEADS = (
    "serviceAccount",
    "serviceAccountName",
    "volumes",
    "containers",
    "initContainers",
    "imagePullSecrets",
    "resourceClaims",
)
_INSIDE = st.recursive(
    st.none() | st.text("ab", max_size=2) | st.integers(0, 1),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=3),
    max_leaves=12,
)


def shown(value: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(str(one.path), *one[1:]) for one in table.references(value)]


@given(st.dictionaries(st.sampled_from(_HEADS), _INSIDE, max_size=3))
def test_no_row_is_left_out_that_leads_somewhere(spec: dict[str, Any]) -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "n"}, "spec": spec}
    found = shown(pod)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "_begins", lambda *_: True)
        assert found == shown(pod)


def test_references_of_a_pod_are_in_the_order_of_the_table() -> None:
    container = {
        "envFrom": [{"secretRef": {"name": "s"}}],
        "env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}}}],
    }
    spec = {
        "containers": ["no container", {}, container],
        "volumes": [
            {"name": "a", "emptyDir": {}},
            {"name": "v", "persistentVolumeClaim": {"claimName": "p"}},
        ],
    }
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "n"}, "spec": spec}
    assert [(path, target.kind, target.name, key) for path, target, _, key, _ in shown(pod)] == [
        ("spec.volumes[1].persistentVolumeClaim.claimName", "PersistentVolumeClaim", "p", ""),
        ("spec.containers[2].envFrom[0].secretRef.name", "Secret", "s", ""),
        ("spec.containers[2].env[0].valueFrom.configMapKeyRef.name", "ConfigMap", "c", "k"),
    ]


def test_the_former_name_of_an_account_counts_where_the_other_says_nothing() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"serviceAccount": "old"}}
    assert [(path, target.name) for path, target, *_ in shown(pod)] == [("spec.serviceAccount", "old")]
    pod["spec"] = {"serviceAccount": "old", "serviceAccountName": "new"}
    assert [(path, target.name) for path, target, *_ in shown(pod)] == [("spec.serviceAccountName", "new")]
