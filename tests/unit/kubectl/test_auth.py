"""RBAC decides: for ``auth can-i``, and for every verb that is sent with ``--as``."""

import shlex
from pathlib import Path
from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.printed import Printed

GROUP = "rbac.authorization.k8s.io"
DEPLOYER = "--as=system:serviceaccount:default:deployer"


def role(name: str, *rules: dict[str, Any], kind: str = "Role") -> dict[str, Any]:
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": {"name": name}, "rules": list(rules)}


def binding(name: str, kind: str, of: str, *subjects: dict[str, Any]) -> dict[str, Any]:
    reference = {"apiGroup": GROUP, "kind": of, "name": name}
    return {
        "apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": {"name": name}, "roleRef": reference,
        "subjects": list(subjects),
    }  # fmt: skip


def rule(verbs: str, resources: str, group: str = "", **more: Any) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split(), **more}


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    user = {"apiGroup": GROUP, "kind": "User", "name": "ann"}
    group = {"apiGroup": GROUP, "kind": "Group", "name": "ops"}
    account = {"kind": "ServiceAccount", "name": "deployer", "namespace": "default"}
    made = Cluster.of([])
    refused = made.kubectl.apply([
        role("reader", rule("get list", "pods pods/log"), rule("get", "secrets", resourceNames=["token"])),
        binding("reader", "RoleBinding", "Role", user),
        role("nodes", rule("*", "nodes"), {"nonResourceURLs": ["/metrics*"], "verbs": ["get"]}, kind="ClusterRole"),
        binding("nodes", "ClusterRoleBinding", "ClusterRole", group),
        binding("edit", "RoleBinding", "ClusterRole", account),
        binding("gone", "RoleBinding", "Role", {"apiGroup": GROUP, "kind": "User", "name": "bob"}),
    ])  # fmt: skip
    assert not refused.exit, refused.stderr
    return made


def said(cluster: Cluster, line: str) -> Printed:
    return cluster.kubectl.run(*shlex.split(line))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("delete namespaces -A", "yes"),
        ("get pods --as=ann", "yes"),
        ("watch pods --as=ann", "no"),
        ("get pods -n kube-system --as=ann", "no"),
        ("get pods --subresource=log --as=ann", "yes"),
        ("get pods --subresource=exec --as=ann", "no"),
        ("get secrets/token --as=ann", "yes"),
        ("get secrets --as=ann", "no"),
        ("get nodes -A --as=ann", "no"),
        ("delete nodes -A --as=ann --as-group=ops", "yes"),
        ("get /metrics/cadvisor --as=ann --as-group=ops", "yes"),
        ("get /metrics --as=ann", "no"),
        ("get /version --as=ann", "yes"),
        (f"create deployments.apps {DEPLOYER}", "yes"),
        (f"create deploy -n shop {DEPLOYER}", "no"),
        (f"create roles {DEPLOYER}", "no"),
        ("'*' '*' --as=root --as-group=system:masters", "yes"),
        ("get pods --as=bob", f'no - RBAC: role.{GROUP} "gone" not found'),
    ],
)
def test_rules_of_all_bindings_decide(cluster: Cluster, question: str, answer: str) -> None:
    printed = said(cluster, f"auth can-i {question}")
    assert (printed.stdout, printed.exit) == (f"{answer}\n", 0 if answer == "yes" else 1)


def test_a_quiet_answer_is_an_exit_code(cluster: Cluster) -> None:
    printed = said(cluster, "auth can-i delete pods --as=ann -q")
    assert (printed.stdout, printed.exit) == ("", 1)


@pytest.mark.parametrize(
    ("question", "warning"),
    [
        ("get nodes", "resource 'nodes' is not namespace scoped"),
        ("get clusterroles", f"resource 'clusterroles' is not namespace scoped in group '{GROUP}'"),
        ("fetch pods", "verb 'fetch' is not a known verb"),
        ("get gadgets", "the server doesn't have a resource type 'gadgets'"),
        ("get gadgets.acme.io", "the server doesn't have a resource type 'gadgets' in group 'acme.io'"),
    ],
)
def test_what_looks_wrong_is_said(cluster: Cluster, question: str, warning: str) -> None:
    assert said(cluster, f"auth can-i {question}").stderr == f"Warning: {warning}\n\n"


def test_all_that_is_allowed_is_listed(cluster: Cluster) -> None:
    lines = said(cluster, "auth can-i --list --as=ann").stdout.splitlines()
    assert lines[0].split() == ["Resources", "Non-Resource", "URLs", "Resource", "Names", "Verbs"]
    rows = [line.split() for line in lines]
    assert ["pods", "[]", "[]", "[get", "list]"] in rows
    assert ["pods/log", "[]", "[]", "[get", "list]"] in rows
    assert ["secrets", "[]", "[token]", "[get]"] in rows
    assert ["selfsubjectaccessreviews.authorization.k8s.io", "[]", "[]", "[create]"] in rows
    assert lines[0].index("Verbs") == lines[1].index("[create]")


def test_every_verb_is_refused_what_its_user_may_not_do(cluster: Cluster) -> None:
    assert said(cluster, "get pods --as=ann").exit == 0
    for line, verb, resource in (
        ("get services --as=ann", "list", "services"),
        ("get service web --as=ann", "get", 'services "web"'),
        ("delete pod web --as=ann", "delete", 'pods "web"'),
    ):
        printed = said(cluster, line)
        kind = resource.split()[0]
        assert printed.stderr == (
            f'Error from server (Forbidden): {resource} is forbidden: User "ann" cannot {verb} resource "{kind}" '
            'in API group "" in the namespace "default"\n'
        )


def test_writes_are_refused_too(cluster: Cluster) -> None:
    forbidden = 'User "ann" cannot create resource "configmaps" in API group "" in the namespace "default"'
    assert forbidden in said(cluster, "create configmap x --as=ann").stderr
    assert said(cluster, f"create configmap x {DEPLOYER}").stdout == "configmap/x created\n"


def test_nobody_may_ask_what_anonymous_may(cluster: Cluster) -> None:
    assert said(cluster, "auth can-i get pods --as=system:anonymous").stderr == (
        "Error from server (Forbidden): selfsubjectaccessreviews.authorization.k8s.io is forbidden: User "
        '"system:anonymous" cannot create resource "selfsubjectaccessreviews" in API group "authorization.k8s.io" at '
        "the cluster scope\n"
    )


def test_whoami_names_user_and_groups(cluster: Cluster) -> None:
    assert said(cluster, "auth whoami --as=ann --as-group=ops").stdout == (
        "ATTRIBUTE   VALUE\nUsername    ann\nGroups      [ops system:authenticated]\n"
    )
    account = said(cluster, f"auth whoami {DEPLOYER} -o jsonpath={{.status.userInfo.groups}}").stdout
    assert account == '["system:serviceaccounts","system:serviceaccounts:default","system:authenticated"]'


def test_a_role_is_reconciled(tmp_path: Path) -> None:
    cluster = Cluster.of([])
    file = tmp_path / "role.yaml"

    def reconcile(verbs: str, options: str = "") -> Printed:
        file.write_text(
            f"apiVersion: {GROUP}/v1\nkind: Role\nmetadata: {{name: r, namespace: default}}\n"
            f"rules: [{{apiGroups: [apps], resources: [deployments], verbs: [{verbs}]}}]\n"
        )
        return said(cluster, f"auth reconcile -f {file} {options}")

    assert reconcile("get, watch").stderr.splitlines() == [
        "\treconciliation required create",
        "\tmissing rules added:",
        "\t\t{Verbs:[get watch] APIGroups:[apps] Resources:[deployments] ResourceNames:[] NonResourceURLs:[]}",
    ]
    assert reconcile("get").stderr == ""
    assert "Verbs:[watch]" not in reconcile("list").stderr
    removed = reconcile("list", "--remove-extra-permissions").stderr
    assert removed.count("extra rules removed") == 1
    assert removed.count("Verbs:") == 2
    assert said(cluster, "get role r -o jsonpath={.rules[*].verbs}").stdout == '["list"]'


def test_what_names_no_namespace_is_reconciled_nowhere(tmp_path: Path) -> None:
    cluster, file = Cluster.of([]), tmp_path / "role.yaml"
    file.write_text(f"apiVersion: {GROUP}/v1\nkind: Role\nmetadata: {{name: r}}\nrules: []\n")
    assert said(cluster, f"auth reconcile -f {file}").stderr == "error: resource name may not be empty\n"
    assert (
        said(cluster, f"auth reconcile -f {file} --dry-run=client").stderr
        == "\treconciliation required create\n"
    )
