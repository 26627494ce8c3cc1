"""Typed views: what a real API server printed is known to its view, field by field and type by type."""

import json
import lzma
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

import pytest

from kplan.api.apps import Deployment
from kplan.api.core.node import Node
from kplan.api.core.pod import Pod
from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Object
from kplan.api.view import View
from kplan.api.views import VIEWS, view_of

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


def mistakes(view: View, at: str) -> Iterator[str]:
    """Keys of the JSON that the view does not know, and fields that are not of the type it says."""
    names = {field.name: attribute for attribute, field in view.fields.items()}
    yield from (f"{at}.{name} is unknown" for name in view.raw if name not in names)
    for attribute, field in view.fields.items():
        value, place = getattr(view, attribute), f"{at}.{field.name}"
        if not is_of(value, field.annotation):
            yield f"{place} is {value!r}"
        elif not is_same(value, view.raw.get(field.name)):
            yield f"{place} reads as {value!r}"
        for index, item in enumerate(value if isinstance(value, tuple) else (value,)):
            if isinstance(item, View):
                yield from mistakes(item, f"{place}[{index}]")


def is_of(value: object, kind: Any) -> bool:
    if kind is Any:
        return True
    if isinstance(kind, UnionType):
        return any(is_of(value, option) for option in get_args(kind))
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(is_of(item, get_args(kind)[0]) for item in value)
    if get_origin(kind) is Mapping:
        return isinstance(value, Mapping) and all(is_of(item, get_args(kind)[1]) for item in value.values())
    return type(value) is kind


def is_same(value: Any, raw: object) -> bool:
    """Whether a field is what the JSON says; what is missing, null or empty looks the same."""
    if isinstance(value, View):
        return value.raw == (raw or {})
    if isinstance(value, tuple):
        return [item.raw if isinstance(item, View) else item for item in value] == (raw or [])
    return bool(value == raw) or (not value and raw is None)


@pytest.mark.parametrize("gvk", VIEWS, ids=lambda gvk: f"{gvk.api_version} {gvk.kind}")
def test_what_a_server_printed_is_known_to_the_view(
    gvk: GroupVersionKind, printed: dict[GroupVersionKind, list[dict[str, Any]]]
) -> None:
    for value in printed.get(
        gvk, [{"apiVersion": gvk.api_version, "kind": gvk.kind, "metadata": {"name": "x"}}]
    ):
        view = view_of(value)
        assert type(view) is VIEWS[gvk]
        assert not list(mistakes(view, gvk.kind))


def test_most_kinds_are_recorded(printed: dict[GroupVersionKind, list[dict[str, Any]]]) -> None:
    assert sum(gvk in printed for gvk in VIEWS) > 30


def test_a_view_is_typed_read_only_and_keeps_what_it_does_not_know() -> None:
    value = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": 3, "new": 1},
    }
    view = Object(value).view(Deployment)
    assert view.spec.replicas == 3
    assert view.spec.template.spec.containers == ()
    assert view.spec.raw == {"replicas": 3, "new": 1}
    assert view == Deployment(value)
    assert view != Pod(value)
    with pytest.raises(AttributeError):
        view.spec.replicas = 4
    with pytest.raises(TypeError):
        hash(view)


def test_what_is_missing_or_null_is_empty_and_a_pointer_is_none() -> None:
    for value in ({}, dict.fromkeys(("metadata", "spec", "status"))):
        pod = Pod(value)
        assert (pod.metadata.name, pod.metadata.labels, pod.spec.containers, pod.spec.host_network) == (
            "", {}, (), False,
        )  # fmt: skip
        assert (pod.spec.affinity, pod.spec.priority, pod.status.phase) == (None, None, "")


def test_names_that_the_api_spells_in_its_own_way() -> None:
    node = Node(
        {
            "status": {"daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}}},
            "spec": {"podCIDR": "10.0.0.0/24"},
        }
    )
    assert node.status.daemon_endpoints.kubelet_endpoint.port == 10250
    assert node.spec.pod_cidr == "10.0.0.0/24"


def test_a_kind_without_view_has_none() -> None:
    assert view_of({"apiVersion": "example.org/v1", "kind": "Widget"}) is None
