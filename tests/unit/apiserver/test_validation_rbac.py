"""What the server says of roles and bindings; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import rbac

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


ROLE: Json = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "Role",
    "metadata": {"name": "web", "namespace": "default"},
    "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}],
}
CLUSTER_ROLE: Json = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "system:x"},
    "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}],
}
BINDING: Json = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "RoleBinding",
    "metadata": {"name": "web", "namespace": "default"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"},
    "subjects": [{"kind": "ServiceAccount", "name": "s", "namespace": "n"}],
}
CLUSTER_BINDING: Json = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "web"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "r"},
    "subjects": [{"kind": "ServiceAccount", "name": "s", "namespace": "n"}],
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        rbac.validate_role,
        ROLE,
        "rules[0].verbs",
        [],
        ["rules[0].verbs: Required value: verbs must contain at least one value"],
    ),
    (
        rbac.validate_role,
        ROLE,
        "rules[0].nonResourceURLs",
        ["/x"],
        [
            'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-r...',
            'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular res...',
        ],
    ),
    (
        rbac.validate_role,
        ROLE,
        "rules[0]",
        {"verbs": ["get"]},
        [
            "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
            "rules[0].resources: Required value: resource rules must supply at least one resource",
        ],
    ),
    (
        rbac.validate_cluster_role,
        CLUSTER_ROLE,
        "aggregationRule",
        {},
        ["aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector ..."],
    ),
    (
        rbac.validate_cluster_role,
        CLUSTER_ROLE,
        "aggregationRule",
        {"clusterRoleSelectors": [{"matchExpressions": [{"key": "a", "operator": "x"}]}]},
        [
            'aggregationRule.clusterRoleSelectors[0].matchExpressions[0].operator: Invalid value: "x...',
            "aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector.",
        ],
    ),
    (
        rbac.validate_cluster_role,
        CLUSTER_ROLE,
        "metadata.name",
        "a%b",
        ["metadata.name: Invalid value: \"a%b\": may not contain '%'"],
    ),
    (
        rbac.validate_role_binding,
        BINDING,
        "roleRef",
        {"apiGroup": "x", "kind": "y", "name": ""},
        [
            'roleRef.apiGroup: Unsupported value: "x": supported values: "rbac.authorization.k8s.io"',
            'roleRef.kind: Unsupported value: "y": supported values: "Role", "ClusterRole"',
            "roleRef.name: Required value",
        ],
    ),
    (
        rbac.validate_role_binding,
        BINDING,
        "subjects[0]",
        {"kind": "x"},
        [
            "subjects[0].name: Required value",
            'subjects[0].kind: Unsupported value: "x": supported values: "ServiceAccount", "User", "...',
        ],
    ),
    (
        rbac.validate_role_binding,
        BINDING,
        "subjects[0]",
        {"kind": "User", "name": "u"},
        ['subjects[0].apiGroup: Unsupported value: "": supported values: "rbac.authorization.k8s.io"'],
    ),
    (
        rbac.validate_role_binding,
        BINDING,
        "subjects[0].apiGroup",
        "x",
        ['subjects[0].apiGroup: Unsupported value: "x": supported values: ""'],
    ),
    (
        rbac.validate_role_binding,
        BINDING,
        "subjects[0].name",
        "A",
        ['subjects[0].name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lo...'],
    ),
    (
        rbac.validate_cluster_role_binding,
        CLUSTER_BINDING,
        "roleRef.kind",
        "Role",
        ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
    ),
    (
        rbac.validate_cluster_role_binding,
        CLUSTER_BINDING,
        "subjects[0].namespace",
        ABSENT,
        ["subjects[0].namespace: Required value"],
    ),
]


@pytest.mark.parametrize(
    ("validate", "base"),
    [
        (rbac.validate_role, ROLE),
        (rbac.validate_cluster_role, CLUSTER_ROLE),
        (rbac.validate_role_binding, BINDING),
        (rbac.validate_cluster_role_binding, CLUSTER_BINDING),
    ],
)
def test_good_objects_pass(validate: Callable[[Json], list[Any]], base: Json) -> None:
    assert validate(base) == []


@pytest.mark.parametrize(("validate", "base", "path", "value", "expected"), CASES)
def test_refusals(
    validate: Callable[[Json], list[Any]],
    base: Json,
    path: str,
    value: Any,
    expected: list[str],
    changed: Changed,
) -> None:
    assert [said(error) for error in validate(changed(base, path, value))] == expected


def test_role_of_a_binding_stays(changed: Changed) -> None:
    old = changed(BINDING, "metadata.resourceVersion", "1")
    (error,) = rbac.validate_role_binding_update(changed(old, "roleRef.name", "other"), old)
    assert str(error) == (
        'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"other"}: '
        "cannot change roleRef"
    )
