"""Integers and percentages against a total."""

import pytest

from kplan.api import intstr
from kplan.api.intstr import IntOrStringError


@pytest.mark.parametrize(
    ("value", "total", "round_up", "result"),
    [
        (3, 10, True, 3),
        ("25%", 10, True, 3),
        ("25%", 10, False, 2),
        ("0%", 10, True, 0),
        ("-10%", 10, False, -1),
    ],
)
def test_percentages_are_scaled(value: int | str, total: int, round_up: bool, result: int) -> None:
    assert intstr.scaled_value(value, total, round_up=round_up) == result


@pytest.mark.parametrize("value", ["10", "x%", None])
def test_anything_else_is_refused(value: str | None) -> None:
    with pytest.raises(IntOrStringError):
        intstr.scaled_value(value, 10, round_up=True)


def test_text_that_is_a_number_becomes_one() -> None:
    assert (intstr.parse("80"), intstr.parse("http"), intstr.parse(str(2**31))) == (80, "http", str(2**31))
