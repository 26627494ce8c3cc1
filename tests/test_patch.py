"""Every case under fixtures/patch: patches computed, applied, and refused with upstream's words."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patch.go_values import copy
from kplan.apiserver.patch.json_merge import (
    MergePatchError,
    create_merge_patch,
    create_three_way_merge_patch,
    merge_patch,
)
from kplan.apiserver.patch.json_patch import JsonPatchError, json_patch
from kplan.apiserver.patch.patch_meta import GoStruct, OpenAPIV3, PatchError
from kplan.apiserver.patch.strategic_diff import create_three_way_patch
from kplan.apiserver.patch.strategic_merge import strategic_merge_patch
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.server import Server
from kplan.schema.merge import Shape, builtin
from kplan.state.store import Store

FOLDER = Path(__file__).parents[1] / "fixtures" / "patch"
CLUSTER = [
    {
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": "default", "uid": "n", "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
    }
]  # fmt: skip


def cases(name: str) -> list[Any]:
    documents = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return [pytest.param(case, id=case["case"].replace(" ", "-")) for case in documents]


def shape_of(case: dict[str, Any]) -> Shape | None:
    return builtin(GroupVersionKind.of(*case["kind"].split()))


@pytest.mark.parametrize("case", cases("three_way"))
def test_three_way_patch_is_what_kubectl_sends(case: dict[str, Any]) -> None:
    shape = shape_of(case)
    sides = (case["original"], case["modified"], case["current"])
    before = copy(list(sides))
    if "error" in case:
        with pytest.raises((PatchError, MergePatchError)) as caught:
            create_three_way_merge_patch(*sides) if shape is None else create_three_way_patch(
                *sides, GoStruct(shape)
            )
        assert str(caught.value) == case["error"]
        return
    if shape is None:
        patch = create_three_way_merge_patch(*sides)
        result = merge_patch(case["current"], patch)
    else:
        patch = create_three_way_patch(*sides, OpenAPIV3(shape))
        result = strategic_merge_patch(case["current"], copy(patch), GoStruct(shape))
    assert patch == case["patch"]
    assert result == case["expected"]
    assert list(sides) == before


@pytest.mark.parametrize("case", cases("strategic"))
def test_strategic_merge_patch_applies_as_on_the_server(case: dict[str, Any]) -> None:
    shape = shape_of(case)
    assert shape is not None
    if "error" in case:
        with pytest.raises(PatchError) as caught:
            strategic_merge_patch(case["object"], copy(case["patch"]), GoStruct(shape))
        assert str(caught.value) == case["error"]
        return
    assert strategic_merge_patch(case["object"], copy(case["patch"]), GoStruct(shape)) == case["expected"]


@pytest.mark.parametrize("case", cases("json_merge"))
def test_json_merge_patch_follows_the_rfc(case: dict[str, Any]) -> None:
    assert merge_patch(case["object"], case["patch"]) == case["expected"]


@pytest.mark.parametrize("case", cases("json_patch"))
def test_json_patch_follows_the_rfc(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(JsonPatchError) as caught:
            json_patch(case["object"], case["operations"])
        assert str(caught.value) == case["error"]
        return
    assert json_patch(case["object"], case["operations"]) == case["expected"]


@pytest.mark.parametrize("case", cases("three_way"))
def test_two_way_patch_turns_one_object_into_the_other(case: dict[str, Any]) -> None:
    shape = shape_of(case)
    if "error" in case or shape is None:
        patch = create_merge_patch(case["current"], case.get("expected", {}))
        assert merge_patch(case["current"], patch) == case.get("expected", {})
        return
    patch = create_three_way_patch(case["current"], case["expected"], case["current"], GoStruct(shape))
    assert strategic_merge_patch(case["current"], copy(patch), GoStruct(shape)) == case["expected"]


@pytest.mark.parametrize("case", cases("server_side"))
def test_server_side_apply_keeps_owners(case: dict[str, Any]) -> None:
    """Apply a sequence of configurations; the last one is what the case is about."""
    server = Server(Store.of(case.get("cluster", ()) or CLUSTER), track_fields=True)
    key = ObjectKey(*case["key"])
    answer = None
    for step in case["steps"]:
        answer = write(server, key, step)
    assert answer is not None
    owners = {
        f"{entry['manager']} {entry['operation']}": entry["fieldsV1"]
        for entry in answer["metadata"]["managedFields"]
    }
    assert owners == case["owners"]
    assert {name: answer.get(name) for name in case["expected"]} == case["expected"]


def write(server: Server, key: ObjectKey, step: dict[str, Any]) -> Any:
    manager, force = step["manager"], step.get("force", False)
    if "create" in step:
        return server.create(step["create"], manager=manager).value
    kind = PatchType.APPLY if "apply" in step else PatchType.STRATEGIC
    body = step.get("apply", step.get("patch"))
    if "error" in step:
        with pytest.raises(StatusError) as caught:
            server.patch(key, body, kind, api_version=step["version"], manager=manager, force=force)
        assert caught.value.message == step["error"]
        return server.find(key)
    return server.patch(key, body, kind, api_version=step["version"], manager=manager, force=force).value
