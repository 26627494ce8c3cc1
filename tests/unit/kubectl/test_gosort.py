"""Equal things end where Go's sort.Sort leaves them; the orders were recorded from a Go program."""

import hashlib
from collections.abc import Iterable, Sequence

import pytest

from kplan.kubectl.gosort import go_sorted, go_sorted_by


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        ("b a b a", "1 3 0 2"),
        ("3 1 2 1 3 2 1 3 2 1 2 3 1 2 3 1", "6 1 15 3 12 9 8 5 10 13 2 7 0 11 4 14"),
        ("5 4 3 2 1 " * 4, "4 14 9 19 8 3 18 13 7 2 12 17 6 16 11 1 10 15 0 5"),
        ("b a " * 13, "21 1 25 3 23 5 13 7 19 9 17 11 15 12 14 0 16 10 18 8 20 6 22 4 24 2"),
        ("a " * 20, " ".join(map(str, range(20)))),
    ],
)
def test_equal_things_end_where_go_puts_them(keys: str, order: str) -> None:
    given = keys.split()
    assert go_sorted_by(range(len(given)), given.__getitem__) == [int(index) for index in order.split()]


@pytest.mark.parametrize("length", [13, 49, 50, 300])
def test_everything_is_sorted(length: int) -> None:
    given = [f"{index * 7919 % 97:02d}" for index in range(length)]
    assert go_sorted_by(given, str) == sorted(given)


def test_what_is_less_than_all_others_comes_from_behind() -> None:
    def less(one: str, _: str) -> bool:
        return one == "-"

    assert go_sorted("a-b-c", less) == ["-", "-", "a", "b", "c"]
    assert go_sorted("---", less) == ["-", "-", "-"]


def digest(numbers: Iterable[int]) -> str:
    return hashlib.sha256(" ".join(map(str, numbers)).encode()).hexdigest()[:16]


def order(keys: Sequence[int]) -> list[int]:
    return go_sorted(range(len(keys)), lambda one, other: keys[one] < keys[other])


def nearly_sorted(length: int) -> list[int]:
    keys = list(range(length))
    for one, other in ((length // 2, length // 2 + 1), (1, length - 2)):
        keys[one], keys[other] = keys[other], keys[one]
    return keys


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([number // 3 for number in range(100)], "bf7b992839378585"),
        ([number // 3 for number in range(100, 0, -1)], "f4d509a74696f8ba"),
        ([number % 7 for number in range(50)], "0369df0dbe075c96"),
        ([number % 7 for number in range(100)], "99631918562d4292"),
        (nearly_sorted(49), "17a5a8474ba09b09"),
        (nearly_sorted(100), "782061ffa559d61d"),
    ],
)
def test_long_lists_are_in_the_order_of_go(keys: list[int], expected: str) -> None:
    assert digest(order(keys)) == expected


def test_what_makes_the_sort_slow_is_sorted_by_a_heap_as_in_go() -> None:
    """McIlroy's adversary decides what is less while it is asked:
    were one comparison another, all that follow would be.
    """
    length = 500
    keys, frozen, candidate = [length - 1] * length, 0, 0

    def less(one: int, other: int) -> bool:
        nonlocal frozen, candidate
        if keys[one] == keys[other] == length - 1:
            keys[one if one == candidate else other] = frozen
            frozen += 1
        candidate = one if keys[one] == length - 1 else other if keys[other] == length - 1 else candidate
        return keys[one] < keys[other]

    go_sorted(range(length), less)
    assert digest(keys) == "8544f12e10074f65"
    assert digest(order([key // 2 for key in keys])) == "81b858db94bdbdaf"
