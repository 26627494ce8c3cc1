from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.api.object import Object
from kplan.apiserver.server import Server
from kplan.kubectl.apply import ApplyOptions, ApplyResult, apply
from kplan.kubectl.wording import errors_text
from kplan.state.store import Store

KEY = ObjectKey("", "ConfigMap", "default", "c")
NAMESPACE = {
    "apiVersion": "v1", "kind": "Namespace",
    "metadata": {"name": "default", "uid": "n", "creationTimestamp": "2026-01-01T00:00:00Z"},
    "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
}  # fmt: skip


@pytest.fixture
def server() -> Server:
    return Server(Store.of([NAMESPACE]), track_fields=True)


def send(server: Server, data: dict[str, Any] | None, **flags: Any) -> ApplyResult:
    value = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c"},
        **({"data": data} if data else {}),
    }
    return apply([Object(value)], server, ApplyOptions(**flags))


def owners(server: Server) -> dict[str, Any]:
    value = server.find(KEY)
    assert value is not None
    return {
        f"{one['manager']} {one['operation']}": one["fieldsV1"].get("f:data")
        for one in value["metadata"]["managedFields"]
    }


def test_the_words_are_kubectls(server: Server) -> None:
    assert send(server, {"a": "1"}).lines() == ["configmap/c created"]
    assert send(server, {"a": "1"}).lines() == ["configmap/c unchanged"]
    assert send(server, {"a": "2"}).lines() == ["configmap/c configured"]
    assert send(server, {"a": "2"}, server_side=True).lines(" (dry run)") == [
        "configmap/c serverside-applied (dry run)"
    ]


def test_what_the_manifest_drops_is_removed_and_what_others_added_stays(server: Server) -> None:
    send(server, {"a": "1", "b": "1"})
    server.update({**(server.find(KEY) or {}), "data": {"a": "1", "b": "1", "c": "other"}})
    send(server, {"a": "1"})
    assert (server.find(KEY) or {})["data"] == {"a": "1", "c": "other"}


def test_server_side_apply_takes_over_from_client_side_apply(server: Server) -> None:
    """As recorded from kubectl 1.36: fields move to kubectl, the annotation gets an applier of its own."""
    send(server, {"a": "1", "b": "1"})
    send(server, {"a": "1"}, server_side=True)
    assert owners(server) == {"kubectl Apply": {"f:a": {}}, "kubectl-last-applied Apply": None}
    assert (server.find(KEY) or {})["data"] == {"a": "1"}


def test_another_manager_conflicts_with_client_side_apply(server: Server) -> None:
    send(server, {"a": "1"})
    result = send(server, {"a": "2"}, server_side=True, field_manager="other")
    text = errors_text([failure.error for failure in result.failures])
    assert text.startswith(
        'error: Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.a\nPlease review'
    )


def test_an_object_nobody_applied_gets_a_warning(server: Server) -> None:
    server.create(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "default"}}
    )
    result = send(server, {"a": "1"})
    assert [line[:36] for line in result.messages] == ["Warning: resource configmaps/c is mi"]
    assert send(server, {"a": "1"}).messages == []


def test_failures_do_not_stop_the_rest(server: Server) -> None:
    bad = Object({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "B_d"}})
    good = Object({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "good"}})
    result = apply([bad, good], server, ApplyOptions())
    assert result.lines() == ["configmap/good created"]
    assert 'The ConfigMap "B_d" is invalid: metadata.name: Invalid value' in errors_text(
        [one.error for one in result.failures]
    )


def test_a_patch_that_cannot_be_computed_quotes_the_managers_that_the_annotation_tells_of() -> None:
    """A container without a name cannot be merged; the server notes no owners, so that they are worked out to be quoted."""
    server = Server(Store.of([NAMESPACE]))
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "a", "image": "a"}]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    given = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": spec}
    assert apply([Object(given)], server, ApplyOptions()).failures == []
    unnamed = {**template, "spec": {"containers": [{"image": "b"}]}}
    result = apply([Object({**given, "spec": {**spec, "template": unnamed}})], server, ApplyOptions())
    text = errors_text([one.error for one in result.failures])
    assert (
        "managedFields"
        not in (server.find(ObjectKey("apps", "Deployment", "default", "d")) or {})["metadata"]
    )
    assert "creating patch with:" in text
    assert '"managedFields":[{"apiVersion":"apps/v1"' in text.partition("\ncurrent:\n")[2]
