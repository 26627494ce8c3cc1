"""Patches in a request: what is checked of their bodies, and what the server says of those that do not apply."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.server import Server
from kplan.state.store import Store

_KEY = ObjectKey("", "ConfigMap", "default", "c")
_ACCOUNT = ObjectKey("", "ServiceAccount", "default", "a")


def config_map(**more: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"k": "v"}, **more}


def started() -> Server:
    server = Server(Store(), track_fields=True)
    server.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    return server


def refused(patch: Any, kind: PatchType, field_validation: str) -> StatusError:
    server = started()
    server.create(config_map(), namespace="default")
    with pytest.raises(StatusError) as caught:
        server.patch(_KEY, patch, kind, api_version="v1", field_validation=field_validation)
    return caught.value


@pytest.mark.parametrize(
    ("patch", "validation", "code", "message"),
    [
        ([{"op": "remove", "path": 1}], "Warn", 400, "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.path"),
        ([{"op": "remove", "path": 1}], "Ignore", 422, "the server rejected our request due to an error in our request"),
        ([{"op": 1, "path": "/data"}], "Ignore", 422, "the server rejected our request due to an error in our request"),
        ({"op": "remove"}, "Ignore", 400, "json: cannot unmarshal object into Go value of type jsonpatch.Patch"),
        ([1], "Ignore", 400, "json: cannot unmarshal number into Go value of type jsonpatch.Operation"),
        ([1], "Strict", 400, "error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp"),
        ([{"op": "remove", "path": "/apiVersion"}], "Strict", 422, 'strict decoding error: unknown field "data", unknown field "metadata"'),
    ],
)  # fmt: skip
def test_a_json_patch_is_checked_first_where_fields_are_validated(
    patch: Any, validation: str, code: int, message: str
) -> None:
    refusal = refused(patch, PatchType.JSON, validation)
    assert refusal.code == code
    assert message in refusal.message


@pytest.mark.parametrize(("validation", "warned"), [("Warn", 2), ("Ignore", 0)])
def test_fields_of_an_object_without_a_version_are_unknown(validation: str, warned: int) -> None:
    refusal = refused([{"op": "remove", "path": "/apiVersion"}], PatchType.JSON, validation)
    assert "the name of the object (c based on URL) was undeterminable" in refusal.message
    assert len(refusal.warnings) == warned


@pytest.mark.parametrize(
    ("directive", "shown"),
    [(1, "%!s(int64=1)"), (True, "%!s(bool=true)"), ([1, "a"], "[%!s(int64=1) a]"), ({"a": 1}, "map[a:%!s(int64=1)]"), ("x", "x")],
)  # fmt: skip
def test_a_directive_is_told_as_go_prints_it_for_a_text(directive: Any, shown: str) -> None:
    refusal = refused({"data": {"$patch": directive}}, PatchType.STRATEGIC, "Warn")
    assert f"unknown patch type: {shown} in map: " in refusal.message


def test_what_is_applied_is_named_as_it_was_sent() -> None:
    refusal = refused(config_map(binaryData={"b": "aGk=x"}), PatchType.APPLY, "Warn")
    assert "failed to convert new object (/c; /v1, Kind=ConfigMap) to proper version" in refusal.message
    placed = config_map(metadata={"name": "c", "namespace": 1})
    assert "typed patch object (/c; /v1, Kind=ConfigMap)" in refused(placed, PatchType.APPLY, "Warn").message


def test_another_order_is_a_change_that_has_a_time() -> None:
    server = started()
    account: dict[str, Any] = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}}
    server.create(account | {"secrets": [{"name": "x"}, {"name": "y"}]}, namespace="default")
    applied = account | {"secrets": [{"name": "y"}, {"name": "x"}]}
    answer = server.patch(_ACCOUNT, applied, PatchType.APPLY, manager="m")
    (entry,) = [one for one in answer.value["metadata"]["managedFields"] if one["manager"] == "m"]
    assert "time" in entry
