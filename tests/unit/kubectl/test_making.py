"""The verbs that make objects of flags, change one field, or follow a rollout."""

import shlex
from dataclasses import replace

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.invocation import run

CASES = [
    ("create deployment shop --image=a/shop:1", ["deployment.apps/shop created"]),
    ("create deployment shop", ['error: required flag(s) "image" not set']),
    ("create cm c --from-literal=x", ["error: invalid literal source x, expected key=value"]),
    ("create secret generic s --from-literal=k=v --dry-run=client", ["secret/s created (dry run)"]),
    (
        "create svc clusterip s --tcp=80:abcdefghijklmnopq",
        ["error: must be no more than 15 characters"],
    ),
    ("create quota q --hard=pods", ["error: Invalid argument syntax pods, expected <resource>=<value>"]),
    ("create pdb p --selector=a=b", ["error: one of min-available or max-unavailable must be specified"]),
    ("create role r --verb=get --resource=nonsense", ['the server doesn\'t have a resource type "nonsense"']),
    ("run box --image=busybox --dry-run=client -- sleep 1", ["pod/box created (dry run)"]),
    ("set image deploy/none c=x", ['Error from server (NotFound): deployments.apps "none" not found']),
    ("rollout status", ["error: required resource not specified"]),
    ("wait cm/none --for=nothing", ['error: unrecognized condition: "nothing"']),
    ("autoscale deploy web --max=0", ["error: --max=MAXPODS is required and must be at least 1, max: 0"]),
]


def said(cluster: Cluster, line: str) -> list[str]:
    printed = cluster.kubectl.run(*shlex.split(line))
    cluster.settle(30)
    return [*printed.stdout.splitlines(), *printed.stderr.splitlines()]


@pytest.mark.parametrize(("line", "lines"), CASES)
def test_what_is_said(line: str, lines: list[str]) -> None:
    assert said(Cluster.of([]), line) == lines


def test_a_dry_run_of_the_client_shows_what_would_be_sent() -> None:
    cluster = Cluster.of([])
    printed = said(cluster, "create service nodeport front --tcp=80:8080 --dry-run=client -o yaml")
    assert "  - name: 80-8080" in printed
    assert "    targetPort: 8080" in printed
    assert said(cluster, "get service front") == ['Error from server (NotFound): services "front" not found']


def test_a_rollout_is_undone() -> None:
    cluster = Cluster.of([])
    said(cluster, "create deployment shop --image=shop:1")
    assert said(cluster, "set image deployment/shop shop=shop:2") == ["deployment.apps/shop image updated"]
    history = said(cluster, "rollout history deployment/shop")
    assert history[1:4] == ["REVISION  CHANGE-CAUSE", "1         <none>", "2         <none>"]
    assert said(cluster, "rollout undo deployment/shop") == ["deployment.apps/shop rolled back"]
    image = "get deploy shop -o jsonpath={.spec.template.spec.containers[0].image}"
    assert said(cluster, image) == ["shop:1"]


def test_what_is_paused_cannot_be_paused_again() -> None:
    cluster = Cluster.of([])
    said(cluster, "create deployment shop --image=shop:1")
    said(cluster, "rollout pause deployment/shop")
    assert said(cluster, "rollout pause deployment/shop") == [
        'error: deployments.apps "shop" is already paused'
    ]


def test_variables_are_set_listed_and_removed() -> None:
    cluster = Cluster.of([])
    said(cluster, "create deployment shop --image=shop:1")
    said(cluster, "set env deployment/shop A=1 B=2")
    said(cluster, "set env deployment/shop A-")
    assert said(cluster, "set env deployment/shop --list") == ["# Deployment shop, container shop", "B=2"]


def test_variables_are_read_from_standard_input() -> None:
    cluster = Cluster.of([])
    said(cluster, "create deployment shop --image=shop:1")
    text = b"# colours\nA=1 # one\r\nno variable\nB=x=y\nC=\n"
    context = replace(cluster.kubectl.context, stdin=lambda size: text[:size])
    assert run(["set", "env", "deployment/shop", "A=0", "-"], context).exit == 0
    listed = ["# Deployment shop, container shop", "A=0", "B=x=y", "C="]
    assert said(cluster, "set env deployment/shop --list") == listed
    closed = replace(cluster.kubectl.context, stdin=None)
    assert run(["set", "env", "deployment/shop", "-e", "-"], closed).stderr == (
        "error: when '-' is used, STDIN must be open\n"
    )


def test_waiting_for_what_never_comes_ends() -> None:
    cluster = Cluster.of([])
    said(cluster, "create configmap c")
    line = "wait --for=jsonpath={.data.x}=1 configmap/c --timeout=5s"
    assert said(cluster, line) == ["error: timed out waiting for the condition on configmaps/c"]


def test_who_undoes_a_rollout_of_what_was_applied_is_warned() -> None:
    cluster = Cluster.of([])
    labels = {"app": "shop"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "shop", "image": "shop:1"}]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    shop = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shop"}, "spec": spec}
    cluster.kubectl.apply([shop])
    cluster.run()
    said(cluster, "set image deployment/shop shop=shop:2")
    printed = cluster.kubectl.run("rollout", "undo", "deployment/shop")
    assert printed.stdout == "deployment.apps/shop rolled back\n"
    assert printed.stderr.startswith(
        "Warning: resource deployments/shop was previously managed with 'kubectl apply'. Rolling back"
    )
