"""Custom resources of several versions; the expectations are a real API server's answers to the same requests."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.server import Server
from kplan.state.store import Store

KEY = ObjectKey("x.example.com", "Thing", "default", "one")
COLOUR = {"type": "string", "default": "red"}
STRICT = {
    "type": "object",
    "properties": {"spec": {"type": "object", "properties": {"colour": COLOUR, "size": {"type": "integer"}}}},
}
LOOSE = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def version(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "served": True, "storage": False, "schema": {"openAPIV3Schema": schema}, **more}


def definition(*versions: dict[str, Any], **conversion: Any) -> dict[str, Any]:
    names = {"plural": "things", "kind": "Thing", "singular": "thing", "listKind": "ThingList"}
    spec = {"group": "x.example.com", "scope": "Namespaced", "names": names, "versions": list(versions)}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.x.example.com"},
        "spec": {**spec, "conversion": conversion or {"strategy": "None"}},
    }


def serving(*versions: dict[str, Any], **conversion: Any) -> Server:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}
    return Server(Store.of([namespace, definition(*versions, **conversion)]))


def thing(of: str = "v1beta1", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": f"x.example.com/{of}", "kind": "Thing", "metadata": {"name": "one"}, "spec": spec}


def test_what_the_stored_version_does_not_know_is_cut_and_its_defaults_are_filled_in() -> None:
    server = serving(version("v1", STRICT, storage=True), version("v1beta1", LOOSE))
    answer = server.create(thing(free=1, size=2))
    assert answer.value["apiVersion"] == "x.example.com/v1beta1"
    assert answer.value["spec"] == {"size": 2, "colour": "red"}
    assert server.get(KEY)["apiVersion"] == "x.example.com/v1"
    assert server.create({**thing(free=1), "metadata": {"name": "two"}}, dry_run=True).value["spec"] == {
        "colour": "red"
    }


@pytest.mark.parametrize(("asked", "spec"), [("v1", {"size": 2, "colour": "red"}), ("v1alpha1", {"size": 2})])
def test_each_version_shows_what_it_knows(asked: str, spec: dict[str, Any]) -> None:
    small = {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}},
    }
    server = serving(
        version("v1", STRICT, storage=True), version("v1beta1", LOOSE), version("v1alpha1", small)
    )
    server.create(thing(size=2))
    shown = server.show(KEY, f"x.example.com/{asked}")
    assert shown is not None
    assert (shown["apiVersion"], shown["spec"]) == (f"x.example.com/{asked}", spec)


def test_an_update_in_another_version_starts_from_what_is_stored() -> None:
    server = serving(version("v1", STRICT, storage=True), version("v1beta1", LOOSE))
    server.create(thing("v1", size=2))
    patched = server.patch(
        KEY, {"spec": {"size": 3}}, PatchType.MERGE, api_version="x.example.com/v1beta1"
    ).value
    assert (patched["apiVersion"], patched["spec"]) == ("x.example.com/v1beta1", {"size": 3, "colour": "red"})
    assert patched["metadata"]["generation"] == 2
    assert server.get(KEY)["apiVersion"] == "x.example.com/v1"


def test_objects_pass_through_a_stored_version_that_is_not_served() -> None:
    server = serving(version("v1", STRICT, storage=True, served=False), version("v1beta1", LOOSE))
    assert server.create(thing(free=1)).value["spec"] == {"colour": "red"}
    assert server.get(KEY)["apiVersion"] == "x.example.com/v1beta1"


def test_what_a_webhook_converts_is_left_as_it_is() -> None:
    server = serving(version("v1", STRICT, storage=True), version("v1beta1", LOOSE), strategy="Webhook")
    assert server.create(thing(free=1)).value["spec"] == {"free": 1}
    assert server.get(KEY)["apiVersion"] == "x.example.com/v1beta1"
