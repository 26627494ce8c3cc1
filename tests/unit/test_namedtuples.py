"""Named tuples of kplan are what typing's are, and made faster."""

import copy
import pickle
import re
import typing
from typing import Any, Generic, TypeVar

import pytest

from kplan.namedtuples import NamedTuple

T = TypeVar("T")


class Ours(NamedTuple):
    """Its text."""

    name: str
    size: "int | None" = None
    tags: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.name} of {self.size}"


class Theirs(typing.NamedTuple):
    """Its text."""

    name: str
    size: "int | None" = None
    tags: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.name} of {self.size}"


class Derived(Ours):
    """Has no fields of its own."""

    __slots__ = ()


class Held(NamedTuple, Generic[T]):
    """Of any type."""

    value: T


class Empty(NamedTuple):
    """Of nothing."""


def _asked(make: Any) -> list[Any]:
    one = make("a", tags=("x",))
    return [
        one, tuple(one), hash(one), one.title, one._asdict(), tuple(one._replace(size=3)), make._fields, make._field_defaults,
        make.__match_args__, make.__doc__, typing.get_type_hints(make), tuple(make._make("abc")), hasattr(one, "__dict__"),
        one == ("a", None, ("x",)), one < ("b",), repr(one).partition("(")[2],
    ]  # fmt: skip


def _refused(act: Any) -> str:
    with pytest.raises((TypeError, ValueError, AttributeError)) as caught:
        act()
    return re.sub("Ours|Theirs", "It", str(caught.value))


def test_tuples_behave_as_those_of_typing() -> None:
    assert _asked(Ours) == _asked(Theirs)


@pytest.mark.parametrize(
    "act",
    [
        lambda make: make(),
        lambda make: make("a", colour="blue"),
        lambda make: make("a", 1, (), 2),
        lambda make: make("a")._replace(colour="blue"),
        lambda make: make._make("ab"),
        lambda make: setattr(make("a"), "name", "b"),
        lambda make: setattr(make("a"), "colour", "blue"),
    ],
)
def test_tuples_refuse_what_those_of_typing_refuse(act: Any) -> None:
    assert _refused(lambda: act(Ours)) == _refused(lambda: act(Theirs))


def test_tuples_can_be_copied_and_pickled() -> None:
    one = Ours("a", 2)
    for other in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
        assert other == one
        assert type(other) is Ours


def test_what_derives_from_one_has_its_fields() -> None:
    assert Derived("a", 2).title == "a of 2"
    assert repr(Derived("a")) == "Derived(name='a', size=None, tags=())"
    assert Held[int](3).value == 3
    assert Empty() == ()


def test_fields_of_one_class_are_not_those_of_another() -> None:
    class Other(NamedTuple):
        first: int
        second: int
        third: int = 3

    assert Other(second=2, first=1) == (1, 2, 3)
    assert not hasattr(Other(1, 2), "name")
    with pytest.raises(
        TypeError, match=r"Other.__new__\(\) missing 1 required positional argument: 'second'"
    ):
        Other(1)  # type: ignore[call-arg]
