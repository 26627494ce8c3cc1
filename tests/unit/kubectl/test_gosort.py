"""Equal things end where Go's sort.Sort leaves them; the orders were recorded from a Go program."""

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
