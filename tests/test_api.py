"""Typed views: what a real API server printed comes through a view and back as it was."""

import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kplan.api.apps import Deployment
from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Object
from kplan.api.views import VIEWS

RECORDED = Path(__file__).parents[1] / "fixtures" / "conformance" / "admission.jsonl.xz"


@pytest.fixture(scope="module")
def printed() -> dict[GroupVersionKind, list[dict[str, Any]]]:
    found: dict[GroupVersionKind, list[dict[str, Any]]] = {}
    with lzma.open(RECORDED, "rt") as lines:
        for line in lines:
            value = json.loads(line)["expect"].get("object")
            if value and "<allocated>" not in line and len(found.setdefault(Object(value).gvk, [])) < 60:
                found[Object(value).gvk].append(value)
    return found


def blank(value: Any) -> Any:
    """A required list or time that is missing is printed as null; a view reads it as empty."""
    if isinstance(value, dict):
        return {name: blank(item) for name, item in value.items()}
    if isinstance(value, list):
        return [blank(item) for item in value] or None
    return None if value == "" else value


@pytest.mark.parametrize("gvk", VIEWS, ids=lambda gvk: f"{gvk.api_version} {gvk.kind}")
def test_what_a_server_printed_is_the_same_after_a_view(
    gvk: GroupVersionKind, printed: dict[GroupVersionKind, list[dict[str, Any]]]
) -> None:
    for value in printed.get(
        gvk, [{"apiVersion": gvk.api_version, "kind": gvk.kind, "metadata": {"name": "x"}}]
    ):
        view = Object(value).view(VIEWS[gvk])
        assert blank(view.model_dump(mode="json", by_alias=True, exclude_unset=True)) == blank(value)


def test_most_kinds_are_recorded(printed: dict[GroupVersionKind, list[dict[str, Any]]]) -> None:
    assert sum(gvk in printed for gvk in VIEWS) > 30


def test_a_view_is_typed_frozen_and_keeps_what_it_does_not_know() -> None:
    value = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": 3, "new": 1},
    }
    view = Object(value).view(Deployment)
    assert view.spec.replicas == 3
    assert view.spec.template.spec.containers == ()
    assert view.spec.model_extra == {"new": 1}
    with pytest.raises(ValidationError):
        view.spec.replicas = 4
