"""Custom resources in a request: cut to their schema, defaulted, checked in the server's words, forgiven on update."""

import copy
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.server import Server
from kplan.state.store import Store

ITEM = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "port": {"type": "integer", "default": 80}},
}
SPEC: dict[str, Any] = {
    "type": "object",
    "required": ["size"],
    "properties": {
        "size": {"type": "integer", "minimum": 1, "maximum": 9},
        "mode": {"type": "string", "enum": ["a", "b"], "default": "a"},
        "when": {"type": "string", "format": "date-time"},
        "target": {"x-kubernetes-int-or-string": True},
        "address": {"x-kubernetes-int-or-string": True, "format": "ipv4"},
        "share": {"type": "number", "multipleOf": 0.1},
        "level": {"type": "number", "enum": [1, 2]},
        "whole": {"type": "integer"},
        "any": {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {}},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 5}, "maxItems": 4, "x-kubernetes-list-type": "set"},
        "items": {"type": "array", "items": ITEM, "maxItems": 4, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]},
        "frozen": {"type": "string", "maxLength": 9, "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "may not change"}]},
        "ref": {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {"major": {"type": "integer", "x-kubernetes-validations": [{"rule": "self >= oldSelf", "message": "only up"}]}}},
    },
    "x-kubernetes-validations": [{"rule": "self.size != 7", "messageExpression": "'not %d'.format([self.size])", "fieldPath": ".size"}],
}  # fmt: skip
DEFINITION: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "things.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Cluster",
        "names": {"plural": "things", "kind": "Thing"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": SPEC, "status": {"type": "object", "properties": {"a": {"type": "integer"}}}}}},
            }
        ],
    },
}  # fmt: skip


@pytest.fixture
def server() -> Server:
    server = Server(Store())
    server.create(DEFINITION)
    return server


def thing(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "example.com/v1",
        "kind": "Thing",
        "metadata": {"name": "t"},
        "spec": {"size": 3, **spec},
    }


def refusal(server: Server, value: dict[str, Any]) -> StatusError:
    with pytest.raises(StatusError) as caught:
        server.create(value, dry_run=True)
    return caught.value


def test_a_definition_is_accepted_with_its_names_and_defaults(server: Server) -> None:
    stored = server.create(
        {**DEFINITION, "metadata": {"name": "things.example.com"}} | named("gadgets", "Gadget")
    ).value
    assert stored["spec"]["names"] == {
        "plural": "gadgets",
        "kind": "Gadget",
        "singular": "gadget",
        "listKind": "GadgetList",
    }
    assert stored["spec"]["conversion"] == {"strategy": "None"}
    assert stored["status"]["storedVersions"] == ["v1"]


def named(plural: str, kind: str) -> dict[str, Any]:
    spec = {**DEFINITION["spec"], "names": {"plural": plural, "kind": kind}}
    return {"metadata": {"name": f"{plural}.example.com"}, "spec": spec}


def test_defaults_are_filled_in_and_status_is_dropped(server: Server) -> None:
    value = server.create(thing(items=[{"name": "x"}]) | {"status": {"a": 1}}).value
    assert value["spec"] == {"size": 3, "mode": "a", "items": [{"name": "x", "port": 80}]}
    assert "status" not in value


def test_unknown_fields_are_refused_or_pruned_and_kept_where_the_schema_says(server: Server) -> None:
    value = thing(colour="red", free={"any": {"thing": 1}})
    assert refusal(server, value).message.endswith('strict decoding error: unknown field "spec.colour"')
    answer = server.create(value, field_validation="Warn")
    assert answer.value["spec"]["free"] == {"any": {"thing": 1}}
    assert "colour" not in answer.value["spec"]
    assert answer.warnings == ('unknown field "spec.colour"',)


@pytest.mark.parametrize(
    ("spec", "cause"),
    [
        ({"size": 0}, "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1"),
        ({"size": "3"}, 'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"'),
        ({"size": None}, "spec.size: Required value"),
        ({"mode": "c"}, 'spec.mode: Unsupported value: "c": supported values: "a", "b"'),
        ({"tags": ["a", "a"]}, 'spec.tags[1]: Duplicate value: "a"'),
        ({"tags": ["abcdef"]}, "spec.tags[0]: Too long: may not be more than 5 bytes"),
        ({"items": [{"port": 1}]}, "spec.items[0].name: Required value"),
        ({"items": [{"name": "x"}, {"name": "x"}]}, 'spec.items[1]: Duplicate value: {"name":"x"}'),
        ({"when": "noon"}, 'spec.when: Invalid value: "noon": spec.when in body must be of type date-time: "noon"'),
        ({"target": True}, 'spec.target: Invalid value: "boolean": spec.target in body must be of type integer,string: "boolean"'),
        ({"size": 7}, "spec.size: Invalid value: not 7"),
        ({"address": "a"}, 'spec.address: Invalid value: "a": spec.address in body must be of type ipv4: "a"'),
        ({"share": 0.25}, "spec.share: Invalid value: 0.25: spec.share in body should be a multiple of 0.1"),
        ({"level": 3.5}, 'spec.level: Unsupported value: 3.5: supported values: "1", "2"'),
        ({"whole": 1.001}, "spec.whole in body must be of type integer"),
    ],
)  # fmt: skip
def test_refusals_are_worded_as_the_server_words_them(
    server: Server, spec: dict[str, Any], cause: str
) -> None:
    refused = refusal(server, thing(**spec))
    assert refused.code == 422
    assert cause in refused.message


def test_transition_rules_see_the_old_object_only_on_update(server: Server) -> None:
    stored = server.create(thing(frozen="x")).value
    changed = copy.deepcopy(stored)
    changed["spec"]["frozen"] = "y"
    with pytest.raises(StatusError) as caught:
        server.update(changed)
    assert 'spec.frozen: Invalid value: "y": may not change' in caught.value.message


def test_a_rule_compares_the_field_of_an_atomic_map_with_what_it_was(server: Server) -> None:
    stored = server.create(thing(ref={"major": 16})).value
    changed = copy.deepcopy(stored)
    changed["spec"]["ref"]["major"] = 15
    with pytest.raises(StatusError) as caught:
        server.update(changed)
    assert "spec.ref.major: Invalid value: 15: only up" in caught.value.message


def test_what_was_wrong_before_and_did_not_change_is_forgiven(server: Server) -> None:
    stored = server.create(thing(mode="b", size=3)).value
    key = ObjectKey("apiextensions.k8s.io", "CustomResourceDefinition", "", "things.example.com")
    tightened = copy.deepcopy(server.get(key))
    schema = tightened["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    schema["properties"]["spec"]["properties"]["mode"] = {"type": "string", "enum": ["a"]}
    server.update(tightened)
    stored["spec"]["size"] = 4
    assert server.update(stored).value["spec"] == {"size": 4, "mode": "b"}


def test_numbers_next_to_what_a_schema_asks_for_are_taken_for_it(server: Server) -> None:
    spec = {"share": 0.3, "level": 2.5}
    assert server.create(thing(**spec)).value["spec"] == {"size": 3, "mode": "a", **spec}


def test_what_is_applied_is_not_read_from_a_text(server: Server) -> None:
    server.create(thing(size=2))
    key = ObjectKey("example.com", "Thing", "", "t")
    applied: dict[str, Any] = {**thing(), "spec": {"any": {"colour": "red"}}}
    answer = server.patch(key, applied, PatchType.APPLY, force=True, dry_run=True, field_validation="Warn")
    assert answer.value["spec"]["any"] == {}
    assert answer.warnings == ()
    with pytest.raises(StatusError) as caught:
        server.patch(key, {**thing(), "spec": {"frozen": None}}, PatchType.APPLY, force=True)
    assert (
        'spec.frozen: Invalid value: "null": spec.frozen in body must be of type string'
        in caught.value.message
    )


def test_a_subresource_that_a_definition_does_not_have_is_not_found(server: Server) -> None:
    server.create(thing())
    with pytest.raises(StatusError) as caught:
        server.scale(ObjectKey("example.com", "Thing", "", "t"))
    assert str(caught.value.message) == 'things.example.com "t" not found'


def test_a_default_is_held_against_formats_that_are_ignored_elsewhere(server: Server) -> None:
    definition = copy.deepcopy(DEFINITION) | named("gadgets", "Gadget")
    spec = {"type": "object", "properties": {"a": {"type": "integer", "format": "float", "default": 1.5}}}
    definition["spec"]["versions"] = copy.deepcopy(definition["spec"]["versions"])
    definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"] = spec
    message = refusal(server, definition).message
    assert 'default: Invalid value: "float64":  in body must be of type float: "float64"' in message
    assert "Checked value must be of type integer (default format) in " in message
