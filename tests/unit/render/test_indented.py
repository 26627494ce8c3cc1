"""Indented JSON is what the standard library makes of the same value."""

import json
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kplan.render.indented import indented


class _Word(StrEnum):
    ONE = 'ein"s'


class _Number(IntEnum):
    TWO = 2


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
_KEYS = st.text() | st.integers() | st.booleans() | st.none()
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(_KEYS, inner),
    max_leaves=25,
)


@given(_VALUES, st.sampled_from([2, 4]))
def test_any_value_is_written_as_by_the_standard_library(value: Any, step: int) -> None:
    assert indented(value, " " * step) == json.dumps(value, indent=step, ensure_ascii=False)


@pytest.mark.parametrize(
    "value",
    [
        {"a": {}, "b": [], "c": (), "d": [[], {}]},
        {1: "one", False: "false", None: "none"},
        [{1: 1}, {False: 1}, {1.5: 1}, {"1": 1}],
        {True: 1},
        [{True: 1}],
        [_Word.ONE, {_Word.ONE: _Word.ONE}, _Number.TWO, {_Number.TWO: _Number.TWO}],
        'ü\u2028\x1f"\\',
        [True, 1, 1.5, None, float("inf")],
    ],
)
def test_unusual_values(value: Any) -> None:
    assert indented(value, "  ") == json.dumps(value, indent=2, ensure_ascii=False)
