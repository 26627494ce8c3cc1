"""Quantities: texts and numbers as Go's resource.Quantity gives them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kplan.api import quantity
from kplan.api.quantity import MILLI, Quantity, QuantityError


@pytest.mark.parametrize(
    ("text", "canonical", "value", "milli"),
    [
        ("0", "0", 0, 0), ("1.5", "1500m", 2, 1500), ("0.1", "100m", 1, 100), ("1000m", "1", 1, 1000),
        ("1.5Gi", "1536Mi", 1610612736, 1610612736000), ("1024Ki", "1Mi", 1048576, 1048576000),
        ("+1", "+1", 1, 1000), ("1.500", "1.500", 2, 1500), ("1e3", "1e3", 1000, 1000000), ("-3", "-3", -3, -3000),
        ("0.0000000001", "1n", 1, 1), ("0.5Ki", "512", 512, 512000), ("1000Ki", "1000Ki", 1024000, 1024000000),
        ("100Ei", "9223372036854775807", 2**63 - 1, -1000), ("m", "0", 0, 0), ("1000E", "1", 0, 0),
    ],
)  # fmt: skip
def test_quantity_reads_and_prints_as_go(text: str, canonical: str, value: int, milli: int) -> None:
    parsed = Quantity.parse(text)
    assert (str(parsed), parsed.value(), parsed.milli()) == (canonical, value, milli)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", quantity.FORMAT_WRONG),
        ("1 Gi", quantity.FORMAT_WRONG),
        ("1mi", quantity.SUFFIX),
        ("Ei", quantity.NUMERIC),
    ],
)
def test_quantity_refuses_with_the_words_of_go(text: str, message: str) -> None:
    with pytest.raises(QuantityError) as caught:
        Quantity.parse(text)
    assert str(caught.value) == message


def test_quantity_takes_the_format_of_the_other_when_zero() -> None:
    assert str(Quantity() + Quantity.parse("1Gi")) == "1Gi"
    assert str(Quantity.parse("1Gi") - Quantity.parse("1Gi")) == "0"
    assert str(Quantity.parse("100m") + Quantity.parse("1")) == "1100m"


def test_quantity_rounds_up() -> None:
    assert str(Quantity.parse("100u").round_up(MILLI)) == "1m"


numbers = st.builds(Quantity.of, st.integers(-(10**12), 10**12), st.integers(-9, 9))


@given(numbers, numbers)
def test_quantity_compares_as_numbers_do(left: Quantity, right: Quantity) -> None:
    difference = left - right
    assert left.compare(right) == difference.sign()
    assert (left == right) <= (hash(left) == hash(right))


@given(numbers)
def test_quantity_survives_its_own_text(number: Quantity) -> None:
    assert Quantity.parse(str(number)) == number
