"""Questions about kinds, versions and the cluster itself."""

import base64
import json
import shlex
from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.printed import Printed

CRD: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "gadgets.acme.io"},
    "spec": {
        "group": "acme.io",
        "scope": "Namespaced",
        "names": {"plural": "gadgets", "singular": "gadget", "kind": "Gadget", "listKind": "GadgetList"},
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {
            "type": "object", "description": "A gadget that does something useful for those who have the patience to wait for it.",
            "properties": {"spec": {"type": "object", "required": ["size"], "properties": {
                "size": {"type": "string", "enum": ["", "s", "m", "l", "xl"], "description": "How large."},
                "parts": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
                "limits": {"type": "object", "additionalProperties": {"type": "string"}},
            }}},
        }}}],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    made = Cluster.of([])
    made.kubectl.apply([CRD])
    return made


def said(cluster: Cluster, line: str) -> Printed:
    return cluster.kubectl.run(*shlex.split(line))


def test_values_of_the_types_of_kubernetes_are_named(cluster: Cluster) -> None:
    assert said(cluster, "explain deployment.spec.strategy.type").stdout.endswith(
        "FIELD: type <string>\nENUM:\n    Recreate\n    RollingUpdate\n\nDESCRIPTION:\n"
        "    RollingUpdate does it little by little, Recreate stops all old pods first.\n    \n\n"
    )
    assert (
        "  restartPolicy\t<string>\n  enum: Always, Never, OnFailure\n"
        in said(cluster, "explain pod.spec").stdout
    )


def test_fields_of_a_custom_kind_are_described(cluster: Cluster) -> None:
    assert said(cluster, "explain gadgets.spec").stdout == (
        "GROUP:      acme.io\nKIND:       Gadget\nVERSION:    v1\n\nFIELD: spec <Object>\n\n\n"
        "DESCRIPTION:\n    <empty>\nFIELDS:\n"
        "  limits\t<map[string]string>\n    <no description>\n\n"
        "  parts\t<[]Object>\n    <no description>\n\n"
        '  size\t<string> -required-\n  enum: "", s, m, l, ....\n    How large.\n\n\n'
    )
    assert said(cluster, "explain gadget.spec.size").stdout.endswith(
        'FIELD: size <string>\nENUM:\n    ""\n    s\n    m\n    l\n    xl\n\nDESCRIPTION:\n    How large.\n    \n\n'
    )
    whole = said(cluster, "explain gadgets.acme.io").stdout
    assert (
        "DESCRIPTION:\n    A gadget that does something useful for those who have the patience to wait\n"
        "    for it.\n    \nFIELDS:\n  apiVersion\t<string>\n"
    ) in whole
    assert "  metadata\t<ObjectMeta>\n" in whole


def test_fields_of_fields_are_indented(cluster: Cluster) -> None:
    text = said(cluster, "explain gadgets --recursive").stdout
    assert (
        "  spec\t<Object>\n    limits\t<map[string]string>\n    parts\t<[]Object>\n      n\t<integer>\n"
        '    size\t<string> -required-\n    enum: "", s, m, l, ....\n\n'
    ) in text


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("deploy.spec.replicas", "FIELD: replicas <integer>"),
        ("pods.spec.containers", "FIELD: containers <[]Container>"),
        ("po.spec.containers.resources.limits", "FIELD: limits <map[string]Quantity>"),
        ("cm.data", "FIELD: data <map[string]string>"),
        ("sc.reclaimPolicy", "    Recycle"),
        ("endpointslices.addressType", "    FQDN"),
        ("svc.spec.ports.targetPort", "FIELD: targetPort <IntOrString>"),
        ("pod.metadata.creationTimestamp", "FIELD: creationTimestamp <string>"),
        ("deployments.apps.metadata.labels", "FIELD: labels <map[string]string>"),
        ("pods.", "DESCRIPTION:"),
    ],
)
def test_types_are_named(cluster: Cluster, path: str, head: str) -> None:
    lines = said(cluster, f"explain {path}").stdout.splitlines()
    assert head in lines


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("explain", 'error: You must specify the type of resource to explain. Use "kubectl api-resources"'),
        ("explain pods spec", "error: We accept only this format: explain RESOURCE"),
        ("explain gizmos", 'the server doesn\'t have a resource type "gizmos"'),
        ("explain pods.spec.nope", 'error: field "nope" does not exist'),
        ("explain deploy --api-version=apps/v9", 'error: couldn\'t find resource for "apps/v9, Resource=deployments"'),
        ("create token nobody", 'error: failed to create token: serviceaccounts "nobody" not found'),
        ("create token default --duration=1m", "error: failed to create token: TokenRequest.authentication.k8s.io"),
        ("create token default --duration=9999999h", "error: failed to create token: TokenRequest.authentication.k8s.io"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(cluster: Cluster, line: str, error: str) -> None:
    if "token" in line:
        cluster.run()
    printed = said(cluster, line)
    assert printed.exit == 1
    assert printed.stderr.startswith(error)


def test_another_version_is_explained(cluster: Cluster) -> None:
    assert "VERSION:    v1\n" in said(cluster, "explain hpa --api-version=autoscaling/v1").stdout
    assert "VERSION:    v2\n" in said(cluster, "explain hpa").stdout


def test_versions_say_what_is_simulated(cluster: Cluster) -> None:
    lines = said(cluster, "version").stdout.splitlines()
    assert lines[0].startswith("Client Version: kplan ")
    assert lines[2] == "Server Version: v1.36.0 (simulated)"
    assert len(said(cluster, "version --client").stdout.splitlines()) == 2
    assert json.loads(said(cluster, "version -o json").stdout)["serverVersion"]["minor"] == "36"


def test_a_token_is_the_same_every_time_and_says_whose_it_is(cluster: Cluster) -> None:
    cluster.run()
    first, second = said(cluster, "create token default"), said(cluster, "create token default")
    assert first.stdout == second.stdout
    assert "simulated" in first.stderr
    claims = first.stdout.split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert told["sub"] == "system:serviceaccount:default:default"
    assert told["exp"] - told["iat"] == 3600


def test_groups_list_their_commands(cluster: Cluster) -> None:
    printed = said(cluster, "rollout")
    assert printed.exit == 1
    assert "  undo          Undo a previous rollout\n" in printed.stdout
    assert "  kubectl set SUBCOMMAND [options]\n" in said(cluster, "set").stderr
    assert said(cluster, "create svc").stderr.startswith(
        "Create a service using a specified subcommand.\n\nAliases:\n"
    )
    assert said(cluster, "rollout nope").stderr.startswith('error: unknown command "nope"')


def test_the_control_plane_is_where_its_node_is() -> None:
    node = {
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": "cp", "labels": {"node-role.kubernetes.io/control-plane": ""}},
        "status": {"addresses": [{"type": "InternalIP", "address": "172.18.0.2"}]},
    }  # fmt: skip
    printed = said(Cluster.of([node]), "cluster-info")
    assert printed.stdout == "Kubernetes control plane is running at https://172.18.0.2:6443\n"
    assert "simulated" in printed.stderr
