"""Schemas by their content: what is remembered of one says nothing of one that differs, nor of another place."""

from typing import Any

import pytest

from kplan.apiserver.customresource.contents import Seen, shared, whole
from kplan.apiserver.customresource.schema_validator import _Validator
from kplan.apiserver.validation.crd_schema import Options, validate
from kplan.fieldpath import FieldPath

_LIST = {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}}


def _errors(**properties: Any) -> list[str]:
    schema = {"type": "object", "properties": properties}
    found = validate(schema, FieldPath("schema"), Options(), structural=True, status=False)
    return [str(one) for one in found]


def test_equal_schemas_are_one_object_wherever_they_stand() -> None:
    both = shared({"properties": {"a": {"items": dict(_LIST)}, "b": {"allOf": [dict(_LIST)]}}})
    assert both["properties"]["a"]["items"] is both["properties"]["b"]["allOf"][0]
    assert both == {"properties": {"a": {"items": _LIST}, "b": {"allOf": [_LIST]}}}


@pytest.mark.parametrize(
    "other",
    [
        {"items": {"default": True}, "type": "array"},
        {"items": {"default": 1.0}, "type": "array"},
        {"type": "array", "items": {"default": 1}},
    ],
)
def test_values_of_another_type_or_order_are_kept_apart(other: dict[str, Any]) -> None:
    one = {"items": {"default": 1}, "type": "array"}
    assert one == other
    assert repr(shared(one)) == repr(one)
    assert repr(shared(other)) == repr(other)


def test_whole_schemas_are_known_by_themselves_and_by_their_content() -> None:
    many = [{"type": "object", "properties": {"a": {**_LIST, "maxItems": size}}} for size in range(40)]
    for one in (*many, *many):
        assert whole(one) == one
        assert whole(dict(one)) is whole(one)


def test_errors_are_told_at_the_place_that_was_asked_about_and_may_be_changed() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "array"}}}
    for place in ("one", "two", "one"):
        found = validate(schema, FieldPath(place), Options(), structural=True, status=False)
        assert {str(one.path).partition(".")[0] for one in found} == {place}
        found.clear()


def test_a_field_named_like_a_keyword_is_a_field() -> None:
    schema = {"properties": {"default": dict(_LIST), "items": dict(_LIST)}, "default": {"items": [1]}}
    assert shared(schema) == schema


def test_seen_knows_the_object_and_its_role_alone() -> None:
    seen, one = Seen(), {"type": "array"}
    seen.add(one, "item")
    assert seen.has(one, "item")
    assert not seen.has(one)
    assert not seen.has(dict(one), "item")


def test_what_is_wrong_is_said_at_every_place() -> None:
    wrong = {"type": "array"}
    errors = _errors(first={**wrong}, second={"type": "object", "properties": {"inner": {**wrong}}})
    assert len(errors) >= 2
    assert any("properties[first].items" in one for one in errors)
    assert any("properties[second].properties[inner].items" in one for one in errors)


def test_what_is_sound_as_a_field_may_not_be_in_metadata() -> None:
    named = {"type": "object", "properties": {"name": {"type": "string", "default": "a"}}}
    assert _errors(spec={**named}) == []
    assert any("must not be set" in one for one in _errors(metadata={**named}))
    assert _errors(spec={**named}) == []


def test_a_default_is_held_against_the_schema_around_it() -> None:
    fine = {"type": "object", "default": {"a": 1}, "properties": {"a": {"type": "integer"}}}
    assert _errors(spec={"type": "object", "properties": {"x": fine, "y": fine}}) == []
    wrong = {**fine, "properties": {"a": {"type": "string"}}}
    errors = _errors(spec={"type": "object", "properties": {"x": fine, "y": wrong, "z": wrong}})
    assert [one.partition(":")[0].rpartition("properties")[2] for one in errors] == [
        "[y].default.a",
        "[z].default.a",
    ]


def test_what_rules_cost_counts_at_every_place() -> None:
    text = {
        "type": "string",
        "x-kubernetes-validations": [{"rule": "self.matches('^(a|b)+$') && self.contains('b')"}],
    }
    inner = {"type": "array", "items": text}
    assert _errors(spec={"type": "object", "properties": {"one": text}}) == []
    assert any(
        "budget" in one for one in _errors(spec={"type": "array", "items": {"type": "array", "items": inner}})
    )


def test_an_unknown_format_is_said_once_a_place() -> None:
    from kplan.apiserver.warnings.schemaformats import unknown_formats

    odd = {"type": "object", "properties": {"at": {"type": "string", "format": "odd"}}}
    schema = {"type": "object", "properties": {"a": odd, "b": odd, "c": {"type": "string", "format": "date"}}}
    definition = {"spec": {"versions": [{"schema": {"openAPIV3Schema": schema}}]}}
    assert unknown_formats(definition) == ["odd", "odd"]
    assert unknown_formats(definition) == ["odd", "odd"]


def test_a_text_without_rules_counts_as_much_as_one_that_is_looked_at() -> None:
    short = {"type": "string", "description": "any"}
    looked_at = {**short, "externalDocs": {"url": "https://example.com"}}
    first, second = (_Validator(None).validate("a", one, "", None) for one in (short, looked_at))
    assert (first.errors, first.matches) == (second.errors, second.matches)
    assert _Validator(None).validate("a", {"type": "string", "enum": ["b"]}, "", None).errors
    assert _Validator(None).validate(1, short, "", None).errors
