import pytest

from kplan.apiserver.patch.field_set import FieldSet, field, item_key, item_value, path_text

A, B, C = field("a"), field("b"), field("c")


def test_fields_v1_round_trip() -> None:
    fields = {
        "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
        "f:spec": {"f:ports": {'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:port": {}}}, "f:set": {'v:"x"': {}, "v:1": {}}, "f:atomic": {"i:0": {}}},
    }  # fmt: skip
    assert FieldSet.from_fields(fields).to_fields() == fields


def test_unknown_kinds_of_steps_are_dropped_and_malformed_ones_refused() -> None:
    assert FieldSet.from_fields({"x:future": {}, "f:a": {}}) == FieldSet.of((A,))
    with pytest.raises(ValueError, match="missing colon: nonsense"):
        FieldSet.from_fields({"nonsense": {}})


def test_difference_leaves_children_of_what_is_taken() -> None:
    left = FieldSet.of((A,), (A, B), (C,))
    assert left - FieldSet.of((A,)) == FieldSet.of((A, B), (C,))
    assert left.without(FieldSet.of((A,))) == FieldSet.of((C,))


def test_union_and_intersection_work_leaf_by_leaf() -> None:
    left, right = FieldSet.of((A, B), (C,)), FieldSet.of((A, B), (A, C))
    assert left | right == FieldSet.of((A, B), (A, C), (C,))
    assert left & right == FieldSet.of((A, B))
    assert not (FieldSet.of((A, B)) & FieldSet.of((A,)))


def test_membership_asks_for_the_whole_path() -> None:
    fields = FieldSet.of((A, B))
    assert (A, B) in fields
    assert (A,) not in fields
    assert () not in fields


def test_paths_come_members_first_and_sorted() -> None:
    fields = FieldSet.of((B, A), (A, C), (C,), (A,))
    assert list(fields.paths()) == [(A,), (C,), (A, C), (B, A)]


def test_paths_print_as_conflicts_show_them() -> None:
    path = (
        field("spec"),
        field("ports"),
        item_key([("protocol", "TCP"), ("port", 80)]),
        item_value("x"),
        item_value(True),
        (3, 2),
    )
    assert path_text(path) == '.spec.ports[port=80,protocol="TCP"][="x"][=true][2]'


def test_numbers_compare_by_amount_but_not_with_booleans() -> None:
    assert item_value(1) == item_value(1.0)
    assert item_value(1) != item_value(True)
