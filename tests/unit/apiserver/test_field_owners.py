"""Who owns which fields after a write; the expectations are a real API server's answers to the same requests."""

from datetime import timedelta
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.attributes import Chain, User
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.server import EPOCH, Server
from kplan.state.store import Store

METADATA = {"name": "one", "namespace": "default"}


def key(kind: str, group: str = "") -> ObjectKey:
    return ObjectKey(group, kind, "default", "one")


def owned(value: dict[str, Any]) -> list[Any]:
    return [
        (entry["manager"], entry["fieldsV1"], "time" in entry)
        for entry in value["metadata"].get("managedFields") or ()
    ]


def workload(kind: str) -> dict[str, Any]:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec: dict[str, Any] = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": METADATA, "spec": spec}


EMBEDDED = {
    "type": "object",
    "x-kubernetes-embedded-resource": True,
    "x-kubernetes-preserve-unknown-fields": True,
}


def definition(*subresources: str) -> dict[str, Any]:
    inner = {
        "replicas": {"type": "integer"},
        "port": {"x-kubernetes-int-or-string": True},
        "inner": EMBEDDED,
    }
    properties = {
        "spec": {"type": "object", "properties": inner},
        "status": {"type": "object", "properties": {"phase": {"type": "string"}}},
    }
    scale = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    served = {name: scale if name == "scale" else {} for name in subresources}
    schema = {"openAPIV3Schema": {"type": "object", "properties": properties}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema, "subresources": served}
    names = {"plural": "things", "kind": "Thing", "singular": "thing", "listKind": "ThingList"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.x.example.com"},
        "spec": {"group": "x.example.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }


def thing(**fields: Any) -> dict[str, Any]:
    return {"apiVersion": "x.example.com/v1", "kind": "Thing", "metadata": METADATA, **fields}


@pytest.fixture
def tracking(server: Server) -> Server:
    return server.recording()


def test_numbers_that_are_printed_as_zero_belong_to_nobody(tracking: Server) -> None:
    tracking.create(workload("StatefulSet"), manager="a")
    status = {"status": {"replicas": 3}}
    wanted = key("StatefulSet", "apps")
    answer = tracking.patch(wanted, status, PatchType.MERGE, subresource="status", manager="b")
    assert owned(answer.value)[1][:2] == ("b", {"f:status": {"f:replicas": {}}})


def test_times_that_are_printed_as_null_belong_to_who_set_them(tracking: Server) -> None:
    event = {
        "apiVersion": "v1", "kind": "Event", "metadata": METADATA, "involvedObject": {"kind": "Pod", "namespace": "default"},
        "lastTimestamp": "2024-01-01T00:00:00Z",
    }  # fmt: skip
    fields = owned(tracking.create(event, manager="a").value)[0][1]
    assert fields == {"f:involvedObject": {}, "f:lastTimestamp": {}}


def test_the_creator_of_a_daemon_set_owns_the_annotation_with_its_generation(tracking: Server) -> None:
    fields = owned(tracking.create(workload("DaemonSet"), manager="a").value)[0][1]
    generation = "f:deprecated.daemonset.template.generation"
    assert fields["f:metadata"] == {"f:annotations": {".": {}, generation: {}}}


def test_a_review_of_oneself_names_the_user(tracking: Server) -> None:
    user = User("jane", ("dev",), "7")
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview", "metadata": {}}
    told = tracking.create(review, user=user).value["status"]["userInfo"]
    assert told == {"username": "jane", "uid": "7", "groups": ["dev"]}


def test_nobody_owns_what_a_signing_request_says(tracking: Server) -> None:
    request = {
        "request": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KQUFBQQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K",
        "signerName": "example.com/x",
        "usages": ["client auth"],
    }
    group = "certificates.k8s.io/v1"
    signing = {
        "apiVersion": group,
        "kind": "CertificateSigningRequest",
        "metadata": {"name": "one"},
        "spec": request,
    }
    made = tracking.create(signing, user=User("jane", ("dev",), "7")).value
    assert owned(made) == []
    assert {name: made["spec"][name] for name in ("username", "uid", "groups")} == {
        "username": "jane", "uid": "7", "groups": ["dev"],
    }  # fmt: skip


def test_the_status_of_a_custom_kind_is_ignored_only_where_it_is_written_apart(server: Server) -> None:
    server.create(definition())
    kept = server.recording().create(thing(status={"phase": "Up"}), manager="a").value
    assert owned(kept)[0][1] == {"f:status": {".": {}, "f:phase": {}}}


def test_a_custom_resource_notes_no_time_when_it_is_scaled(server: Server) -> None:
    server.create(definition("scale"))
    tracking = server.recording()
    tracking.create(thing(spec={"replicas": 1}), manager="a")
    scaled = tracking.set_scale(key("Thing", "x.example.com"), 3, manager="b").value
    assert owned(scaled) == [
        ("b", {"f:spec": {"f:replicas": {}}}, False),
        ("a", {"f:spec": {}}, True),
    ]


def test_who_scales_to_zero_owns_nothing(server: Server) -> None:
    server.create(definition("scale"))
    tracking = server.recording()
    tracking.create(thing(spec={"replicas": 1}), manager="a")
    scaled = tracking.set_scale(key("Thing", "x.example.com"), 0, manager="b").value
    assert owned(scaled) == [("a", {"f:spec": {}}, True)]


def test_who_scales_a_workload_notes_no_time_either(tracking: Server) -> None:
    tracking.create(workload("ReplicaSet"), manager="a")
    scaled = tracking.set_scale(key("ReplicaSet", "apps"), 3, manager="b").value
    assert owned(scaled)[0] == ("b", {"f:spec": {"f:replicas": {}}}, False)


def test_an_apply_that_changes_no_field_notes_no_time(tracking: Server) -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": METADATA}
    tracking.create(account, manager="a")
    applied = {**account, "secrets": []}
    answer = tracking.patch(key("ServiceAccount"), applied, PatchType.APPLY, manager="b", dry_run=True)
    assert [one for one in owned(answer.value) if one[0] == "b"] == []


def test_an_apply_notes_its_time_where_it_changes_something() -> None:
    now = EPOCH
    server = Server(Store(), now=lambda: now, plugins=Chain((), ()))
    applied = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": METADATA, "secrets": [{"name": "a"}]}
    times = []
    for after, secrets in enumerate(("a", "a", "ab")):
        now = EPOCH + timedelta(seconds=after)
        applied = {**applied, "secrets": [{"name": name} for name in secrets]}
        answer = server.patch(key("ServiceAccount"), applied, PatchType.APPLY, api_version="v1", manager="b")
        times += [entry["time"] for entry in answer.value["metadata"]["managedFields"]]
    assert times == ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z"]


def test_a_custom_resource_that_does_not_fit_its_type_has_no_owners(server: Server) -> None:
    server.create(definition("status"))
    tracking = server.recording()
    tracking.create(thing(spec={"replicas": 1}), manager="a")
    broken = thing(spec={"replicas": "many"}, status={})
    wanted = key("Thing", "x.example.com")
    broken["metadata"] = {**METADATA, "resourceVersion": server.get(wanted)["metadata"]["resourceVersion"]}
    assert owned(tracking.update(broken, subresource="status", manager="b").value) == []


def test_what_may_be_a_number_or_a_text_may_be_anything_to_its_owner(server: Server) -> None:
    server.create(definition())
    with pytest.raises(StatusError) as refusal:
        server.patch(
            key("Thing", "x.example.com"),
            thing(spec={"port": [1]}),
            PatchType.APPLY,
            manager="m",
            api_version="x.example.com/v1",
        )
    assert refusal.value.code == 422


def test_the_metadata_of_an_embedded_resource_is_owned_as_any_is(server: Server) -> None:
    server.create(definition())
    inner = {"apiVersion": "v1", "kind": "X", "metadata": {"labels": {"a": "b"}}}
    applied = thing(spec={"inner": inner})
    wanted = key("Thing", "x.example.com")
    answer = server.patch(wanted, applied, PatchType.APPLY, manager="m", api_version="x.example.com/v1")
    fields = owned(answer.value)[0][1]["f:spec"]["f:inner"]
    assert fields["f:metadata"] == {"f:labels": {"f:a": {}}}


def test_an_apply_over_what_cannot_be_read_as_its_type_says_where(server: Server) -> None:
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": METADATA,
        "secrets": [{"kind": "Secret"}],
    }
    server.create(account)
    applied = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": METADATA}
    with pytest.raises(StatusError) as refusal:
        server.patch(key("ServiceAccount"), applied, PatchType.APPLY, manager="m")
    assert refusal.value.code == 500
    assert refusal.value.message == (
        "failed to create manager for existing fields: failed to convert new object (default/one; /v1, Kind=ServiceAccount) "
        'to smd typed: .secrets: element 0: associative list with keys has an element that omits all key fields ["name"] '
        "(and doesn't have default values for any key fields)"
    )
