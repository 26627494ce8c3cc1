"""What is written is read back the same, whichever library writes it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kplan.cache.jsonbytes import Write, writer
from kplan.diagnostics import Location, Severity

FEW, MANY = 1, 1_000_000
_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(_VALUES)
def test_both_libraries_write_what_is_read_back_as_it_was(value: Any) -> None:
    for write in (writer(FEW), writer(MANY)):
        assert repr(json.loads(write(value))) == repr(value)  # 1 is not 1.0 here


@pytest.mark.parametrize("write", [writer(FEW), writer(MANY)], ids=["few", "many"])
@pytest.mark.parametrize(
    ("value", "read"),
    [
        (2**70, 2**70),
        ("\ud800", "\ud800"),
        ([Location("a.yaml", 1, 2, 3, 4)], [["a.yaml", 1, 2, 3, 4, ""]]),
        ({"severity": Severity.ERROR}, {"severity": "error"}),
        ((1, (2,)), [1, [2]]),
    ],
)
def test_what_one_of_them_does_not_write_by_itself(write: Write, value: Any, read: Any) -> None:
    assert json.loads(write(value)) == read


def test_what_is_nested_deeper_than_the_fast_one_goes() -> None:
    value: Any = 0
    for _ in range(400):
        value = [value]
    assert json.loads(writer(MANY)(value)) == value


@pytest.mark.parametrize("write", [writer(FEW), writer(MANY)], ids=["few", "many"])
def test_what_is_no_json_is_refused(write: Write) -> None:
    with pytest.raises(TypeError):
        write({"a": object()})
