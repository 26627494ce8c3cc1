"""Departures from a kind's schema, and silence where the server would be silent."""

import pytest

from kplan.api.gvk import GroupVersionKind
from kplan.schema.catalog import Catalog
from kplan.schema.structural import MismatchType, mismatches

CATALOG = Catalog.for_version("1.36")


def departures(kind, api_version="v1", **value):
    schema = CATALOG.schema_of(GroupVersionKind.of(api_version, kind))
    given = {"apiVersion": api_version, "kind": kind, **value}
    return [(one.type, str(one.path)) for one in mismatches(given, schema, CATALOG.definitions)]


def pod(**container):
    return {"spec": {"containers": [{"name": "a", "image": "b", **container}]}}


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ({}, []),
        ({"imagePullPolice": "x"}, [(MismatchType.UNKNOWN, "spec.containers[0].imagePullPolice")]),
        ({"tty": "yes"}, [(MismatchType.TYPE, "spec.containers[0].tty")]),
        ({"args": "a"}, [(MismatchType.TYPE, "spec.containers[0].args")]),
        ({"ports": [{"name": "http"}]}, [(MismatchType.MISSING, "spec.containers[0].ports[0].containerPort")]),
        ({"resources": {"requests": {"cpu": 1, "memory": "1Gi"}}}, []),
        ({"resources": {"requests": {"cpu": True}}}, [(MismatchType.TYPE, "spec.containers[0].resources.requests[cpu]")]),
        ({"resources": {"requests": {"cpu": "x"}}}, [(MismatchType.VALUE, "spec.containers[0].resources.requests[cpu]")]),
        ({"livenessProbe": {"httpGet": {"port": "http"}}}, []),
        ({"livenessProbe": {"httpGet": {"port": [1]}}}, [(MismatchType.TYPE, "spec.containers[0].livenessProbe.httpGet.port")]),
        ({"command": None, "stdin": None}, []),
    ],
)  # fmt: skip
def test_departures_of_a_container(container, expected):
    assert departures("Pod", **pod(**container)) == expected


def test_maps_of_texts_hold_texts():
    assert departures("ConfigMap", data={"a": "b", "n": 5}) == [(MismatchType.TYPE, "data[n]")]


def test_status_is_the_servers_business():
    assert departures("Pod", **pod(), status={"nonsense": 5}) == []


def test_raw_extensions_hold_anything():
    revision = {"data": {"any": ["thing"]}, "revision": 1}
    assert departures("ControllerRevision", "apps/v1", **revision) == []


def test_fields_that_take_any_text_are_told_apart_by_their_schema():
    schema = {
        "type": "object",
        "properties": {
            "metadata": {"type": "string"},
            "spec": {
                "type": "object",
                "properties": {"free": {"type": "string"}, "bound": {"type": "string", "enum": ["a"]}},
            },
        },
    }
    definitions = Catalog.for_version().definitions
    value = {"metadata": "text", "spec": {"free": "b", "bound": "b", "other": "b"}}
    for _ in range(2):  # the second time by what was remembered
        found = [(one.type, str(one.path)) for one in mismatches(value, schema, definitions)]
        assert found == [
            (MismatchType.TYPE, "metadata"),
            (MismatchType.VALUE, "spec.bound"),
            (MismatchType.UNKNOWN, "spec.other"),
        ]


def test_what_is_no_schema_asks_nothing():
    schema = {
        "type": ["object"],
        "required": 5,
        "properties": {
            "a": {"type": ["string"]},
            "b": {"items": 3, "enum": 4},
            "c": {"properties": [], "required": "x"},
        },
    }
    value = {"a": "b", "b": ["c"], "c": {"d": {}}}
    assert mismatches(value, schema, Catalog.for_version().definitions) == []


def test_numbers_and_booleans_are_held_to_their_types():
    types = {
        "n": {"type": "integer"},
        "b": {"type": "boolean"},
        "l": {"type": "array", "items": {"type": "integer"}},
    }
    definitions = Catalog.for_version().definitions
    schema = {"type": "object", "properties": types}
    assert mismatches({"n": 1, "b": True, "l": [1, 2]}, schema, definitions) == []
    found = [
        str(one.path) for one in mismatches({"n": True, "b": 1, "l": [1, "2", True]}, schema, definitions)
    ]
    assert found == ["n", "b", "l[1]", "l[2]"]


@pytest.mark.parametrize(
    "schema",
    [5, [], {"type": {}}, {"$ref": ["x"]}, {"required": [[]], "properties": {}}, {"properties": {"a": 5}}, {"format": "byte"}, {"format": []}],
)  # fmt: skip
@pytest.mark.parametrize("value", ["text", 5, [1, "text"], {"a": "text"}])
def test_what_is_inside_of_a_schema_and_none_asks_nothing(schema, value):
    definitions = Catalog.for_version().definitions
    for outer, inner in (
        ({"properties": {"spec": schema}}, value),
        ({"properties": {"spec": {"type": "array", "items": schema}}}, [value]),
        ({"properties": {"spec": {"additionalProperties": schema}}}, {"any": value}),
    ):
        assert {one.type for one in mismatches({"spec": inner}, outer, definitions)} <= {MismatchType.UNKNOWN}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"a": "x", "free": None}, []),
        ({"a": "x", "free": None, "mode": None, "inner": {}}, []),
        ({"free": "y"}, ["spec.a"]),
        ({"a": None}, ["spec.a", "spec.free"]),
    ],
)
def test_the_server_fills_in_required_fields_of_custom_kinds(given, missing):
    """As 1.36 answers: a default is set before required fields are looked for,
    and null is a value of what may be null.
    """
    text = {"type": "string"}
    inner = {"type": "object", "default": {"z": "q"}, "required": ["z"], "properties": {"z": {**text, "default": "q"}}}  # fmt: skip
    properties = {"a": text, "mode": {**text, "default": "m"}, "free": {**text, "nullable": True}, "inner": inner}  # fmt: skip
    spec = {"type": "object", "required": ["a", "free", "inner", "mode"], "properties": properties}
    schema = {"type": "object", "properties": {"spec": spec}}
    found = mismatches({"spec": given}, schema, CATALOG.definitions)
    assert [(one.type, str(one.path)) for one in found] == [(MismatchType.MISSING, at) for at in missing]
