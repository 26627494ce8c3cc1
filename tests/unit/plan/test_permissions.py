"""What subjects may do: bindings, groups, roles put together from others, and what amounts to power over others."""

from pathlib import Path

import pytest

from kplan.plan.escalations import escalations
from kplan.plan.finder import Example
from kplan.plan.permissions import Grant, permissions, without_covered
from kplan.state.store import Store
from tests.unit.plan.played import consequences, plan_of

RBAC = "rbac.authorization.k8s.io"
BINDING = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: %s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %s}
subjects: [%s]
---
"""
ACCOUNT = "{kind: ServiceAccount, name: ci, namespace: shop}"
GROUP = "{kind: Group, apiGroup: rbac.authorization.k8s.io, name: 'system:serviceaccounts:shop'}"
ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: %s, labels: {part: %s}}
%s
---
"""
RULE = "rules: [{apiGroups: [''], resources: [pods], verbs: [%s]}]"


def messages(prior: str, applied: str, tmp_path: Path) -> list[str]:
    return [f"{one.object.title} {one.message}" for one in consequences(plan_of(Example(prior, applied), tmp_path))]  # fmt: skip


def test_a_role_put_together_from_others_changes_with_them(tmp_path: Path) -> None:
    whole = ROLE % (
        "whole",
        "none",
        "aggregationRule: {clusterRoleSelectors: [{matchLabels: {part: 'one'}}]}",
    )
    prior = whole + ROLE % ("piece", "one", RULE % "get, list") + BINDING % ("b", "whole", ACCOUNT)
    assert messages(prior, ROLE % ("piece", "one", RULE % "get"), tmp_path) == [
        "serviceaccount/ci -n shop may no longer list pods"
    ]


def test_what_a_group_still_allows_is_not_lost(tmp_path: Path) -> None:
    role = ROLE % ("reader", "none", RULE % "get")
    prior = role + BINDING % ("own", "reader", ACCOUNT) + BINDING % ("all", "reader", GROUP)
    other = ROLE % ("writer", "none", RULE % "create")
    applied = other + BINDING % ("own", "reader", f"{{kind: User, name: jane, apiGroup: {RBAC}}}")
    assert messages(prior, applied, tmp_path) == ["user/jane may now get pods"]


def test_cluster_admin_is_known_where_the_state_does_not_hold_it(tmp_path: Path) -> None:
    plan = plan_of(
        Example(ROLE % ("x", "none", RULE % "get"), BINDING % ("b", "cluster-admin", ACCOUNT)), tmp_path
    )
    (found,) = [risk for risk in plan.risks if risk.code == "PLN009"]
    assert found.object.title == "serviceaccount/ci -n shop"
    assert found.message == "newly may do everything (verb * on every resource)"


@pytest.mark.parametrize(
    ("grant", "text"),
    [
        (Grant("", "get", "", "secrets"), "may read Secrets of every namespace"),
        (Grant("shop", "get", "", "secrets"), None),
        (Grant("", "get", "", "secrets", "one"), None),
        (Grant("shop", "create", "", "pods/exec"), "may run commands in pods (pods/exec, pods/attach) in namespace shop"),
        (Grant("", "get", "", "nodes/proxy"), "may talk to kubelets (nodes/proxy)"),
        (Grant("", "impersonate", "", "users"), "may act as others (impersonate)"),
        (Grant("", "bind", RBAC, "clusterroles"), "may give itself any role (escalate, bind)"),
        (Grant("", "create", RBAC, "clusterroles"), None),
        (Grant("", "update", "certificates.k8s.io", "certificatesigningrequests/approval"), "may approve certificates"),
        (Grant("", "patch", "admissionregistration.k8s.io", "validatingwebhookconfigurations"), "may change admission webhooks"),
        (Grant("", "create", "", "serviceaccounts/token"), "may make tokens of service accounts"),
        (Grant("a", "*", "apps", "deployments"), "has a wildcard among its verbs or resources in namespace a"),
        (Grant("", "get", "", "/metrics"), None),
    ],
)  # fmt: skip
def test_power_over_others(grant: Grant, text: str | None) -> None:
    assert list(escalations([grant])) == ([text] if text else [])


@pytest.mark.parametrize(
    ("wide", "narrow", "covered"),
    [
        (Grant("", "*", "*", "*"), Grant("a", "get", "", "pods"), True),
        (Grant("", "*", "*", "*"), Grant("", "get", "", "/metrics"), False),
        (Grant("", "*", "", "/*"), Grant("", "get", "", "/metrics"), True),
        (Grant("a", "get", "", "pods"), Grant("b", "get", "", "pods"), False),
        (Grant("", "get", "", "pods"), Grant("", "get", "", "pods/log"), False),
        (Grant("", "get", "", "*/scale"), Grant("", "get", "", "deployments/scale"), True),
        (Grant("", "get", "", "pods", "one"), Grant("", "get", "", "pods"), False),
    ],
)
def test_wildcards_cover_what_they_stand_for(wide: Grant, narrow: Grant, covered: bool) -> None:
    assert (not without_covered([narrow], [wide])) is covered


def test_a_binding_in_a_namespace_gives_no_more_than_that() -> None:
    role = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": "r"},
            "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]}  # fmt: skip
    binding = {"apiVersion": f"{RBAC}/v1", "kind": "RoleBinding", "metadata": {"name": "b", "namespace": "a"},
               "roleRef": {"kind": "ClusterRole", "name": "r"}, "subjects": [{"kind": "User", "name": "jane"}]}  # fmt: skip
    (grants,) = permissions(Store([role, binding])).direct.values()
    assert grants == {Grant("a", "get", "", "pods")}


@pytest.mark.parametrize(
    ("groups", "resources", "expected"),
    [
        ("'', apps", "pods, deployments", "get deployments.apps, pods"),
        ("'', apps", "pods/log, deployments/scale", "get deployments.apps/scale, pods/log"),
        ("apps, extensions", "deployments", "get deployments.apps"),
        ("'', metrics.k8s.io", "pods, secrets", "get pods, pods.metrics.k8s.io, secrets"),
        ("apps, example.com", "deployments, orders", "get deployments.apps, orders.example.com"),
        ("'', example.com", "services", "get services, services.example.com"),
        ("'', apps", "orders", "get orders, orders.apps"),
        ("'', '*'", "pods", "get pods"),
    ],
)
def test_a_rule_grants_what_its_groups_have(
    groups: str, resources: str, expected: str, tmp_path: Path
) -> None:
    rule = f"rules: [{{apiGroups: [{groups}], resources: [{resources}], verbs: [get]}}]"
    found = messages(BINDING % ("b", "reader", ACCOUNT), ROLE % ("reader", "none", rule), tmp_path)
    assert found == [f"serviceaccount/ci -n shop may now {expected}"]


def test_what_a_definition_brings_is_a_resource_of_its_group(tmp_path: Path) -> None:
    definition = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: orders.example.com}
spec:
  group: example.com
  names: {kind: Order, plural: orders, singular: order, listKind: OrderList}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
"""
    rule = "rules: [{apiGroups: ['', example.com], resources: [services, orders], verbs: [get]}]"
    prior = definition + BINDING % ("b", "reader", ACCOUNT)
    found = messages(prior, ROLE % ("reader", "none", rule), tmp_path)
    assert found == ["serviceaccount/ci -n shop may now get orders.example.com, services"]
