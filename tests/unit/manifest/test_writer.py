"""Printing: kubectl's YAML to the byte, and what is printed reads back the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kplan.manifest.parser import parse_documents
from kplan.manifest.writer import sorted_keys, to_yaml

LONG = "word " * 20 + "end"

CASES = [
    ({"b": 1, "a": [1, {"x": None}]}, "a:\n- 1\n- x: null\nb: 1\n"),
    ({"a": {}, "b": []}, "a: {}\nb: []\n"),
    ({"k": "yes"}, 'k: "yes"\n'),
    ({"k": "123"}, 'k: "123"\n'),
    ({"k": "1:30"}, 'k: "1:30"\n'),
    ({"k": "2024-01-01"}, 'k: "2024-01-01"\n'),
    ({"k": ""}, 'k: ""\n'),
    ({"k": "a: b"}, "k: 'a: b'\n"),
    ({"k": "it's #1"}, "k: 'it''s #1'\n"),
    ({"k": "a\tb"}, 'k: "a\\tb"\n'),
    ({"k": "\U0001f600"}, 'k: "\\U0001F600"\n'),
    ({"k": "a\nb\n"}, "k: |\n  a\n  b\n"),
    ({"k": "a\nb"}, "k: |-\n  a\n  b\n"),
    ({"k": "\n a\n\n"}, "k: |2+\n\n   a\n\n"),
    ({"k": "a \nb"}, 'k: "a \\nb"\n'),
    ({"k": ["a\nb\n", "c"]}, "k:\n- |\n  a\n  b\n- c\n"),
    ({"k": [[1, 2], [3]]}, "k:\n- - 1\n  - 2\n- - 3\n"),
    ({"k": 1e21}, "k: 1e+21\n"),
    ({"k": 1234567.5}, "k: 1.2345675e+06\n"),
    ({"k": 0.0001}, "k: 0.0001\n"),
    ({"x" * 130: {"a": 1}}, f"? {'x' * 130}\n: a: 1\n"),
    ({"k": LONG}, ("k: word word word word word word word word word word word word word word word word\n"
                  "  word word word word end\n")),
    (3, "3\n"),
    ("a", "a\n"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), CASES)
def test_prints_as_kubectl(value, text):
    assert to_yaml(value) == text


def test_keys_sort_naturally():
    keys = ("a10", "a9", "b", "A", "a-b", "a/b", "a")
    assert sorted_keys(keys) == ["A", "a", "a-b", "a/b", "a9", "a10", "b"]


TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x85\u2028\u2029\ufeff"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(VALUES.filter(lambda value: value is not None))
def test_what_is_printed_reads_back_the_same(value):
    (document,) = parse_documents(
        "k:\n" + "".join(f" {line}\n" for line in to_yaml([value]).split("\n")[:-1])
    ).documents
    assert document.value == {"k": [value]}
