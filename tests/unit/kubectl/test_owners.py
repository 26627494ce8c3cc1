"""Who owns which fields in a simulated cluster:
users' writes are noted, actors' are followed, a status has its writer.
"""

from dataclasses import replace
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json, Object
from kplan.cluster import Cluster
from kplan.kubectl.invocation import run
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Given

WEB = ObjectKey("apps", "Deployment", "default", "web")
APPLIED = {
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {
        "replicas": 2, "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "i:1"}]}},
    },
}  # fmt: skip


@pytest.fixture
def cluster() -> Cluster:
    return Cluster.of([])


def kubectl(cluster: Cluster, line: str, value: Json = APPLIED) -> Printed:
    """Run a line, whose ``-f`` stands for a value, and let the cluster settle."""

    def files(_: object, *, recursive: bool) -> Given:
        del recursive
        return Given([Object(value)])

    printed = run(line.split(), replace(cluster.kubectl.context, files=files))
    cluster.settle(5)
    return printed


def owners(cluster: Cluster, path: str, key: ObjectKey = WEB) -> list[str]:
    """Who owns a field: ``kubectl Update scale``."""
    shown = cluster.server.show(key, "apps/v1", owners=True)
    assert shown is not None
    found = []
    for entry in shown["metadata"].get("managedFields", ()):
        fields: Any = entry["fieldsV1"]
        for step in path.split("/"):
            fields = None if fields is None else fields.get(step)
        if fields is not None:
            found.append(
                " ".join(filter(None, (entry["manager"], entry["operation"], entry.get("subresource"))))
            )
    return found


IMAGE = 'f:spec/f:template/f:spec/f:containers/k:{"name":"c"}/f:image'


@pytest.mark.parametrize(
    ("line", "path", "owner"),
    [
        ("scale deploy web --replicas=3", "f:spec/f:replicas", "kubectl Update scale"),
        ('patch deploy web --subresource=scale --type=merge -p {"spec":{"replicas":4}}', "f:spec/f:replicas",
         "kubectl-patch Update scale"),
        ('patch deploy web -p {"spec":{"replicas":4}}', "f:spec/f:replicas", "kubectl-patch Update"),
        ("set image deploy/web c=i:2", IMAGE, "kubectl-set Update"),
        ("set image deploy/web c=i:2 --field-manager=me", IMAGE, "me Update"),
        ("label deploy web tier=x", "f:metadata/f:labels/f:tier", "kubectl-label Update"),
        ("annotate deploy web a=b", "f:metadata/f:annotations/f:a", "kubectl-annotate Update"),
        ("rollout pause deploy/web", "f:spec/f:paused", "kubectl-rollout Update"),
        ("replace -f x", "f:spec/f:replicas", "kubectl-client-side-apply Update"),
    ],
)  # fmt: skip
def test_a_write_takes_the_fields_it_changes(cluster: Cluster, line: str, path: str, owner: str) -> None:
    kubectl(cluster, "apply -f x")
    assert not kubectl(cluster, line).exit
    assert owners(cluster, path) == [owner]


def test_a_server_side_apply_meets_who_wrote_since(cluster: Cluster) -> None:
    kubectl(cluster, "apply -f x")
    kubectl(cluster, "scale deploy web --replicas=5")
    refused = kubectl(cluster, "apply --server-side -f x")
    assert refused.exit == 1
    assert refused.stderr.startswith(
        'error: Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas\n'
    )
    forced = kubectl(cluster, "apply --server-side --force-conflicts -f x")
    assert forced.stdout == "deployment.apps/web serverside-applied\n"
    assert owners(cluster, "f:spec/f:replicas") == ["kubectl Apply"]
    assert owners(cluster, "f:spec/f:strategy") == []


def test_a_server_side_apply_of_another_manager_meets_the_client_side_one(cluster: Cluster) -> None:
    kubectl(cluster, "apply -f x")
    changed = {**APPLIED, "spec": {**APPLIED["spec"], "replicas": 7}}  # type: ignore[dict-item]
    refused = kubectl(cluster, "apply --server-side --field-manager=ci -f x", changed)
    assert 'conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas' in refused.stderr
    assert not kubectl(cluster, "apply --server-side --field-manager=ci --force-conflicts -f x", changed).exit
    assert owners(cluster, "f:spec/f:replicas") == ["ci Apply"]
    assert owners(cluster, IMAGE) == ["ci Apply"]


def test_what_an_autoscaler_takes_is_its_own(cluster: Cluster) -> None:
    kubectl(cluster, "apply -f x")
    kubectl(cluster, "autoscale deploy web --min=4 --max=6")
    cluster.advance(60)
    assert owners(cluster, "f:spec/f:replicas") == ["kube-controller-manager Update scale"]


def test_a_status_has_its_writer(cluster: Cluster) -> None:
    kubectl(cluster, "create deployment web --image=i:1")
    assert owners(cluster, "f:status/f:unavailableReplicas") == ["kube-controller-manager Update status"]
    hidden = kubectl(cluster, "get deploy web -o yaml").stdout
    assert "managedFields" not in hidden
    assert (
        "manager: kube-controller-manager"
        in kubectl(cluster, "get deploy web -o yaml --show-managed-fields").stdout
    )


def test_owners_are_not_noted_where_nobody_asks(cluster: Cluster) -> None:
    cluster.kubectl.apply([Object(APPLIED)])
    cluster.settle(5)
    stored = cluster.find(WEB)
    assert stored is not None
    assert "managedFields" not in stored["metadata"]


@pytest.mark.parametrize(
    ("line", "manager"),
    [
        ("create configmap x --from-literal=a=b", "kubectl-create"),
        ("run x --image=i", "kubectl-run"),
        ("expose deploy web --port=80 --name=x", "kubectl-expose"),
        ("autoscale deploy web --max=3 --name=x", "kubectl-autoscale"),
        ("autoscale deploy web --max=3 --name=x --field-manager=me", "me"),
    ],
)
def test_what_a_verb_creates_is_its_own(cluster: Cluster, line: str, manager: str) -> None:
    kubectl(cluster, "apply -f x")
    kind = {"create": "configmap", "run": "pod", "expose": "service", "autoscale": "hpa"}[
        line.split(maxsplit=1)[0]
    ]
    assert not kubectl(cluster, line).exit
    assert f"manager: {manager}\n" in kubectl(cluster, f"get {kind} x -o yaml --show-managed-fields").stdout


def test_what_a_replace_changes_is_its_own(cluster: Cluster) -> None:
    kubectl(cluster, "apply -f x")
    kubectl(cluster, "replace -f x", {**APPLIED, "spec": {**APPLIED["spec"], "replicas": 7}})  # type: ignore[dict-item]
    assert owners(cluster, "f:spec/f:replicas") == ["kubectl-replace Update"]


def test_a_dry_run_says_that_it_cannot_take_over_the_annotation(cluster: Cluster) -> None:
    kubectl(cluster, "apply -f -")
    value: Json = {**APPLIED, "spec": {**dict(APPLIED["spec"]), "replicas": 3}}  # type: ignore[arg-type]
    printed = kubectl(cluster, "apply --server-side --dry-run=server -f -", value)
    (warning,) = printed.err
    assert warning == (
        "Warning: failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply. This is non-fatal "
        'and will be retried next time you apply. Error: Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" '
        "using apps/v1: .metadata.annotations.kubectl.kubernetes.io/last-applied-configuration"
    )
    assert printed.out == ["deployment.apps/web serverside-applied (server dry run)"]
    assert owners(cluster, IMAGE) == ["kubectl-client-side-apply Update"]


def test_a_dry_run_that_changes_nothing_says_nothing(cluster: Cluster) -> None:
    value: Json = {**APPLIED, "metadata": {"name": "web", "labels": {"app": "web"}, "annotations": {}}}
    kubectl(cluster, "apply -f -", value)
    printed = kubectl(cluster, "apply --server-side --dry-run=server -f -", value)
    assert not printed.err
