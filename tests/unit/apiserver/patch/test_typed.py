from typing import Any

import pytest

from kplan.api.gvk import GroupVersionKind
from kplan.apiserver.patch.field_set import path_text
from kplan.apiserver.patch.typed.comparison import compare
from kplan.apiserver.patch.typed.fieldsets import to_field_set
from kplan.apiserver.patch.typed.merging import merge
from kplan.apiserver.patch.typed.removal import remove
from kplan.apiserver.patch.typed.shapes import TypedError
from kplan.apiserver.patch.typed.validation import validate
from kplan.schema.merge import DEDUCED, Shape, builtin, custom


def shape(api_version: str, kind: str) -> Shape:
    found = builtin(GroupVersionKind.of(api_version, kind))
    assert found is not None
    return found


POD = shape("v1", "Pod")
SERVICE = shape("v1", "Service")


def pod(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"spec": {"containers": list(containers), **spec}}


def test_merge_lays_items_over_each_other_by_key() -> None:
    live = pod({"name": "a", "image": "1"}, {"name": "b", "image": "1"})
    merged = merge(POD, live, pod({"name": "b", "image": "2"}))
    assert merged == pod({"name": "a", "image": "1"}, {"name": "b", "image": "2"})


def test_merge_takes_the_order_of_what_is_applied() -> None:
    live = pod({"name": "a"}, {"name": "b"}, {"name": "c"})
    merged = merge(POD, live, pod({"name": "c"}, {"name": "new"}, {"name": "a"}))
    assert [item["name"] for item in merged["spec"]["containers"]] == ["b", "c", "new", "a"]


def test_merge_replaces_atomic_lists_and_maps() -> None:
    live = pod(tolerations=[{"key": "a"}], nodeSelector={"a": "1"})
    merged = merge(POD, live, pod(tolerations=[{"key": "b"}], nodeSelector={"b": "2"}))
    assert merged["spec"]["tolerations"] == [{"key": "b"}]
    assert merged["spec"]["nodeSelector"] == {"b": "2"}


def test_compare_tells_added_modified_and_removed() -> None:
    changed = compare(
        POD, pod({"name": "a", "image": "1"}, hostname="x"), pod({"name": "a", "image": "2", "tty": True})
    )
    assert [typed_path(path) for path in changed.added.paths()] == ['.spec.containers[name="a"].tty']
    assert [typed_path(path) for path in changed.modified.paths()] == ['.spec.containers[name="a"].image']
    assert [typed_path(path) for path in changed.removed.paths()] == [".spec.hostname"]


def typed_path(path: Any) -> str:
    return path_text(path)


def test_compare_treats_repeated_items_as_one() -> None:
    twice = {"spec": {"ports": [{"port": 1, "name": "a"}, {"port": 1, "name": "b"}]}}
    once = {"spec": {"ports": [{"port": 1, "name": "a"}]}}
    assert [typed_path(path) for path in compare(SERVICE, twice, once).removed.paths()] == [
        '.spec.ports[port=1,protocol="TCP"]'
    ]
    assert not compare(SERVICE, twice, twice).modified
    added = compare(SERVICE, once, twice).added
    assert [typed_path(path) for path in added.paths()] == ['.spec.ports[port=1,protocol="TCP"]']
    other = {"spec": {"ports": [{"port": 1, "name": "a"}, {"port": 1, "name": "c"}]}}
    assert [typed_path(path) for path in compare(SERVICE, twice, other).modified.paths()] == [
        '.spec.ports[port=1,protocol="TCP"]'
    ]


def test_a_value_that_changes_its_kind_is_modified() -> None:
    changed = compare(DEDUCED, {"a": {"b": 1}}, {"a": "text"})
    assert [typed_path(path) for path in changed.modified.paths()] == [".a"]
    assert [typed_path(path) for path in changed.removed.paths()] == [".a.b"]


def test_remove_keeps_what_it_emptied() -> None:
    live = pod({"name": "a", "image": "1"}, hostname="x")
    fields = to_field_set(POD, pod({"name": "a"}))
    assert remove(POD, live, fields) == {"spec": {"containers": [], "hostname": "x"}}


def test_field_sets_hold_leaves_and_items() -> None:
    fields = to_field_set(POD, pod({"name": "a", "args": ["x"]}, nodeSelector={"a": "1"}))
    assert fields.to_fields() == {
        "f:spec": {
            "f:containers": {'k:{"name":"a"}': {".": {}, "f:args": {}, "f:name": {}}},
            "f:nodeSelector": {},
        }
    }


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"spek": {}}, ".spek: field not declared in schema"),
        ({"spec": []}, ".spec: expected map, got &{[]}"),
        ({"spec": {"containers": {}}}, ".spec.containers: expected list, got &{map[]}"),
        (
            {"spec": {"containers": [None]}},
            ".spec.containers: element 0: associative list with keys may not have a null element",
        ),
        (
            {"spec": {"containers": ["x"]}},
            ".spec.containers: element 0: associative list with keys may not have non-map elements",
        ),
        (
            {"spec": {"containers": [{"name": "a"}, {"name": "a"}]}},
            '.spec.containers: duplicate entries for key [name="a"]',
        ),
        ({"spec": {"hostname": 1}}, ".spec.hostname: expected string, got &value.valueUnstructured{Value:1}"),
        ({"spec": {"hostNetwork": "yes"}}, ".spec.hostNetwork: expected boolean, got &{yes}"),
        ({"spec": {"priority": "high"}}, ".spec.priority: expected numeric (int or float), got string"),
        (
            {"metadata": {"finalizers": [{}]}},
            ".metadata.finalizers: element 0: associative list without keys has an element that's a map type",
        ),
        (
            {"spec": {"hostname": 1, "subdomain": 2}},
            (
                "errors:\n  .spec.hostname: expected string, got &value.valueUnstructured{Value:1}\n"
                "  .spec.subdomain: expected string, got &value.valueUnstructured{Value:2}"
            ),
        ),
    ],
)
def test_values_that_do_not_fit_are_named(value: dict[str, Any], problem: str) -> None:
    with pytest.raises(TypedError) as caught:
        validate(POD, value)
    assert str(caught.value) == problem


def test_custom_resources_are_typed_by_their_schema() -> None:
    widget = custom(
        {
            "type": "object",
            "properties": {
                "spec": {
                    "type": "object",
                    "properties": {
                        "items": {
                            "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                            "items": {"type": "object", "properties": {"name": {"type": "string"}, "size": {"x-kubernetes-int-or-string": True}}},
                        },
                        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                    },
                }
            },
        }
    )  # fmt: skip
    live = {"spec": {"items": [{"name": "a", "size": 1}], "free": {"x": [1, 2]}}}
    merged = merge(
        widget, live, {"spec": {"items": [{"name": "a", "size": "2"}], "free": {"x": [3], "y": 1}}}
    )
    assert merged == {"spec": {"items": [{"name": "a", "size": "2"}], "free": {"x": [3], "y": 1}}}
    with pytest.raises(TypedError) as caught:
        validate(widget, {"spec": {"items": [{"size": 1}]}})
    assert str(caught.value) == (
        '.spec.items: element 0: associative list with keys has an element that omits all key fields ["name"] '
        "(and doesn't have default values for any key fields)"
    )
    with pytest.raises(TypedError, match=r"\.spec\.other: field not declared in schema"):
        validate(widget, {"spec": {"other": 1}})


def test_custom_resources_without_a_schema_merge_maps_and_replace_lists() -> None:
    merged = merge(custom(None), {"a": {"b": 1}, "l": [1]}, {"a": {"c": 2}, "l": [2]})
    assert merged == {"a": {"b": 1, "c": 2}, "l": [2]}
