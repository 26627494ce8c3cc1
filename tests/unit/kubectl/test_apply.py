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
    """A container without a name cannot be merged;
    the server notes no owners, so that they are worked out to be quoted.
    """
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


def apply_values(server: Server, *values: dict[str, Any]) -> str:
    return errors_text(apply([Object(value) for value in values], server, ApplyOptions()).errors)


def made(kind: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **fields}


def stale(value: dict[str, Any]) -> dict[str, Any]:
    return {**value, "metadata": {**value["metadata"], "resourceVersion": "1"}}


def test_a_refused_patch_is_told_with_what_it_was_for(server: Server) -> None:
    apply_values(server, made("ConfigMap", "c", data={"a": "<1>"}))
    assert apply_values(server, stale(made("ConfigMap", "c", data={"a": "<2>"}))) == (
        "Error from server (Conflict): error when applying patch:\n"
        r'{"data":{"a":"\u003c2\u003e"},"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":'
        r'"{\"apiVersion\":\"v1\",\"data\":{\"a\":\"\\u003c2\\u003e\"},\"kind\":\"ConfigMap\",\"metadata\":'
        r'{\"annotations\":{},\"name\":\"c\",\"namespace\":\"default\",\"resourceVersion\":\"1\"}}\n"},"resourceVersion":"1"}}'
        "\nto:\n"
        'Resource: "/v1, Resource=configmaps", GroupVersionKind: "/v1, Kind=ConfigMap"\n'
        'Name: "c", Namespace: "default"\n'
        'for: "STDIN": error when patching "STDIN": Operation cannot be fulfilled on configmaps "c": '
        "the object has been modified; please apply your changes to the latest version and try again\n"
    )


def test_a_refused_creation_is_told_without_a_patch(server: Server) -> None:
    refused = apply_values(server, made("ConfigMap", "c", b="x"))
    assert refused.startswith(
        'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version'
    )


def test_a_refused_patch_of_a_secret_shows_none_of_its_values(server: Server) -> None:
    apply_values(server, made("Secret", "s", stringData={"password": "hunter22"}))
    refused = apply_values(
        server, stale(made("Secret", "s", stringData={"password": "hunter33", "pin": "1"}))
    )
    assert refused.startswith("Error from server (Conflict): error when applying patch:\n")
    assert '"stringData":{"password":"***","pin":"***"}' in refused
    assert "hunter" not in refused


def test_an_invalid_object_is_told_in_short_alone_and_in_full_beside_others(server: Server) -> None:
    good = [made("ConfigMap", name, data={"a": "1"}) for name in "cd"]
    assert apply_values(server, *good) == ""
    bad = [{**value, "data": {"a b": "1"}} for value in good]
    assert apply_values(server, bad[0]).startswith('The ConfigMap "c" is invalid: data[a b]: Invalid value')
    both = apply_values(server, *bad)
    assert (
        both.count('Error from server (Invalid): error when applying patch:\n{"data":{"a":null,"a b":"1"},')
        == 2
    )
    assert (
        'for: "STDIN": error when patching "STDIN": ConfigMap "d" is invalid: data[a b]: Invalid value'
        in both
    )
    fresh = [{**value, "metadata": {"name": value["metadata"]["name"] * 2}} for value in bad]
    assert (
        'Error from server (Invalid): error when creating "STDIN": ConfigMap "dd" is invalid'
        in apply_values(server, *fresh)
    )
