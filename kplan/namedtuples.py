"""Named tuples that are made in a seventh of the time: a start makes eighty of these classes,
and waited for little else.

``typing``'s own compiles the text of a constructor, and every annotation, of each class. Here classes of as many fields
have copies of one constructor, each with its own names. All else is the same, for type checkers as well.
"""

import sys
from collections import namedtuple
from collections.abc import Iterable, Sequence
from functools import cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, Self

__all__ = ["NamedTuple"]


_new: Final = tuple.__new__
_CONSTRUCTORS: Final[Sequence[Any]] = (
    lambda _cls: _new(_cls, ()),
    lambda _cls, a: _new(_cls, (a,)),
    lambda _cls, a, b: _new(_cls, (a, b)),
    lambda _cls, a, b, c: _new(_cls, (a, b, c)),
    lambda _cls, a, b, c, d: _new(_cls, (a, b, c, d)),
    lambda _cls, a, b, c, d, e: _new(_cls, (a, b, c, d, e)),
    lambda _cls, a, b, c, d, e, f: _new(_cls, (a, b, c, d, e, f)),
    lambda _cls, a, b, c, d, e, f, g: _new(_cls, (a, b, c, d, e, f, g)),
    lambda _cls, a, b, c, d, e, f, g, h: _new(_cls, (a, b, c, d, e, f, g, h)),
)
"""What nearly all classes have copies of, by the number of fields:
those of more are compiled when there is such a class.
"""


@cache
def _model(number: int) -> Any:
    """A named tuple of as many fields; its getters know places, not names, and fit every other one."""
    return namedtuple("Model", [f"field_{place}" for place in range(number)])  # noqa: PYI024 - fields have no types


def _members(name: str, fields: tuple[str, ...], defaults: dict[str, Any]) -> dict[str, Any]:
    """What a class of these fields has of its own."""
    number = len(fields)
    model = _model(max(number, len(_CONSTRUCTORS) - 1))
    new = _CONSTRUCTORS[number] if number < len(_CONSTRUCTORS) else model.__new__
    code = new.__code__.replace(co_varnames=("_cls", *fields), co_qualname=f"{name}.__new__")
    made = FunctionType(code, new.__globals__, "__new__", tuple(defaults.values()))
    getters = {field: getattr(model, model._fields[place]) for place, field in enumerate(fields)}
    return {
        **getters, "__new__": made, "__slots__": (), "__match_args__": fields, "_fields": fields, "_field_defaults": defaults,
    }  # fmt: skip


class _Making(type):
    """Passes the fields of a class derived from NamedTuple on to the classes derived from it."""

    def __new__(cls, name: str, bases: tuple[type, ...], members: dict[str, Any]) -> type:
        if tuple not in bases and NamedTuple in bases:
            fields = tuple(members.get("__annotations__", ()))
            members |= _members(name, fields, {field: members[field] for field in fields if field in members})
        return super().__new__(cls, name, bases, members)


if TYPE_CHECKING or sys.version_info >= (3, 14):  # where annotations wait until they are looked at
    from typing import NamedTuple
else:

    class NamedTuple(tuple, metaclass=_Making):
        """What all of them have."""

        __slots__ = ()
        _fields = ()

        @classmethod
        def _make(cls, values: Iterable[Any]) -> Self:
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **changed: Any) -> Self:
            made = self._make(map(changed.pop, self._fields, self))
            if changed:
                raise ValueError(f"Got unexpected field names: {list(changed)!r}")
            return made

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            return f"{type(self).__name__}({', '.join(map('%s=%r'.__mod__, self._asdict().items()))})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)
