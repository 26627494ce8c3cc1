"""Pools of addresses, the largest ones too, without writing any of them out."""

from itertools import islice

import pytest

from kplan.api.addresspool import Pool


@pytest.mark.parametrize(
    ("text", "first", "inside", "outside"),
    [
        ("10.0.0.5-10.0.0.7", ["10.0.0.5", "10.0.0.6", "10.0.0.7"], "10.0.0.6", "10.0.0.8"),
        ("10.0.0.0/31, 10.0.1.1-10.0.1.1", ["10.0.0.0", "10.0.0.1", "10.0.1.1"], "10.0.1.1", "10.0.1.0"),
        ("0.0.0.0/0", ["0.0.0.0", "0.0.0.1"], "255.255.255.255", "::1"),
        ("::/0", ["::", "::1"], "ffff::1", "1.2.3.4"),
        ("", [], "", "10.0.0.1"),
    ],
)
def test_what_a_pool_holds(text: str, first: list[str], inside: str, outside: str) -> None:
    pool = Pool.parse(text)
    assert list(islice(pool, len(first))) == first
    assert (inside in pool) is bool(inside)
    assert outside not in pool


@pytest.mark.parametrize("text", ["10.0.0.9-10.0.0.1", "10.0.0.1-::1", "10.0.0.0/33", "x", "-"])
def test_what_is_no_pool(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Pool.parse(text)
