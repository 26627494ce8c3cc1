import pytest

from kplan.apiserver.patch.go_values import as_text, go_syntax, same, sorted_keys, sprint


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "<nil>"), (True, "true"), (7, "7"), (1.5, "1.5"), (1e5, "100000"), (1e6, "1e+06"), (123456789.5, "1.234567895e+08"), (0.0, "0"), (0.00001, "1e-05"), ("a b", "a b"),
        ({"b": [1, "x"], "a": None}, "map[a:<nil> b:[1 x]]"),
    ],
)  # fmt: skip
def test_values_print_as_in_go(value: object, text: str) -> None:
    assert sprint(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "%!s(<nil>)"), ("a b", "a b"), (True, "%!s(bool=true)"),
        (
            {"a": None, "b": [1, "x", True, 1.5], "c": {"f": "g", "d": "e"}},
            "map[a:<nil> b:[%!s(int64=1) x %!s(bool=true) %!s(float64=1.5)] c:map[d:e f:g]]",
        ),
    ],
)  # fmt: skip
def test_what_is_no_text_says_so_where_go_prints_a_text(value: object, text: str) -> None:
    assert as_text(value) == text


def test_go_syntax_quotes_and_types() -> None:
    assert go_syntax({"a": ["x", 1]}) == 'map[string]interface {}{"a":[]interface {}{"x", 1}}'
    assert go_syntax({"a": b"\x01\xff"}) == 'map[string]interface {}{"a":[]uint8{0x1, 0xff}}'


def test_numbers_of_different_kinds_differ() -> None:
    assert same({"a": [1, "x"]}, {"a": [1, "x"]})
    assert not same(1, 1.0)
    assert not same(1, True)
    assert not same([1], [1, 2])


def test_keys_are_sorted_at_every_depth() -> None:
    assert list(sorted_keys({"b": 1, "a": {"d": 1, "c": [{"f": 1, "e": 2}]}})["a"]["c"][0]) == ["e", "f"]
