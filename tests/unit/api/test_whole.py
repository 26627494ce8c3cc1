"""Numbers in annotations and ports are ASCII digits of a length that a field may hold."""

import pytest

from kplan.api.whole import whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("80", 80),
        ("007", 7),
        ("", None),
        ("-1", None),
        ("\u00b2", None),
        ("\u0969", None),
        ("9" * 5000, None),
    ],
)
def test_a_whole_number_is_read(text: str, number: int | None) -> None:
    assert whole(text) == number
